"""Cost estimates (dự toán) in whole đồng: from templates, line by line, and beside what it cost in the end."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from facilities.domain.rollout import MOST_DONG, Account, report_step
from facilities.enums import Payer, Stage
from facilities.models import Estimate, EstimateLine, Facility, ProgressReport, User

MOST_LINES = 60
MOST_PIECES = 100_000
_TEMPLATES = Path(__file__).parents[1] / "data" / "estimate-templates.json"


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A position as it was entered; None where nothing was."""

    item: str = ""
    unit: str = ""
    quantity: int | None = None
    unit_price: int | None = None


@dataclass(frozen=True, slots=True)
class EstimateTemplate:
    """A kit by name, with items and quantities. Prices are typed by who estimates, never invented here."""

    code: str
    name: str
    lines: tuple[LineEntry, ...]


@dataclass(frozen=True, slots=True)
class Costs:
    """What was estimated, what it cost; None where nobody reported that."""

    estimated: int | None
    actual: int | None

    @property
    def difference(self) -> int | None:
        """By how much it cost more than estimated; negative if it cost less."""
        return None if self.estimated is None or self.actual is None else self.actual - self.estimated


def templates() -> list[EstimateTemplate]:
    """The templates in the language of whoever reads."""
    language = "vi" if (get_language() or "vi").startswith("vi") else "en"
    return [
        EstimateTemplate(
            each["code"],
            each["name"][language],
            tuple(
                LineEntry(line["item"][language], line["unit"][language], line["quantity"]) for line in each["lines"]
            ),
        )
        for each in _stored()
    ]


@cache
def _stored() -> list[dict[str, Any]]:
    return list(json.loads(_TEMPLATES.read_text(encoding="utf-8")))


def dong(amount: int) -> str:
    """An amount as people read it: 1.234.567 đồng."""
    return _("%(amount)s đồng") % {"amount": number_format(amount, use_l10n=True, force_grouping=True)}


@transaction.atomic
def report_estimate(
    *,
    facility: Facility,
    payer: Payer,
    lines: Sequence[LineEntry],
    total: int,
    template: str = "",
    account: Account,
    actor: User | None,
    now: datetime,
) -> ProgressReport:
    """Report the estimate. `total` is what the person has on paper: it must be the sum of the lines.

    Raises ValidationError at lines, total, a field of a line (`lines-<place>-<field>`), and as `report_step`.
    """
    amounts = _amounts(lines)
    if total != sum(amounts):
        text = _("The lines add up to %(sum)s, not to %(total)s. Correct the total or a line.")
        raise ValidationError({"total": text % {"sum": dong(sum(amounts)), "total": dong(total)}})
    report = report_step(facility=facility, stage=Stage.ESTIMATED, account=account, actor=actor, now=now)
    known = template if template in {each["code"] for each in _stored()} else ""
    estimate = Estimate.objects.create(report=report, payer=payer, template=known, total=total)
    EstimateLine.objects.bulk_create(
        EstimateLine(
            estimate=estimate,
            item=line.item.strip(),
            unit=line.unit.strip(),
            quantity=line.quantity or 0,
            unit_price=line.unit_price or 0,
            amount=amount,
        )
        for line, amount in zip(lines, amounts, strict=True)
    )
    return report


def mistakes_of(line: LineEntry) -> dict[str, str]:
    """What is wrong with a line, by field."""
    mistakes = {}
    if not line.item.strip():
        mistakes["item"] = _("Enter what is bought.")
    if line.quantity is None or not 1 <= line.quantity <= MOST_PIECES:
        mistakes["quantity"] = _("Enter how many, as a whole number.")
    if line.unit_price is None or not 0 <= line.unit_price <= MOST_DONG // MOST_PIECES:
        mistakes["unit_price"] = _("Enter the price of one in whole đồng.")
    return mistakes


def _amounts(lines: Sequence[LineEntry]) -> list[int]:
    """What each line comes to."""
    if not lines:
        raise ValidationError({"lines": _("Enter at least one line.")})
    if len(lines) > MOST_LINES:
        raise ValidationError({"lines": _("Enter at most %(most)s lines.") % {"most": MOST_LINES}})
    mistakes = {
        f"lines-{place}-{name}": text for place, line in enumerate(lines) for name, text in mistakes_of(line).items()
    }
    if mistakes:
        raise ValidationError(mistakes)
    return [(line.quantity or 0) * (line.unit_price or 0) for line in lines]


def costs(reports: Iterable[ProgressReport]) -> Costs:
    """The last estimate and the last actual cost of these reports, which are those that stand, oldest first."""
    estimated = actual = None
    for report in reports:
        estimate, cost = getattr(report, "estimate", None), getattr(report, "actual_cost", None)
        estimated = estimated if estimate is None else estimate.total
        actual = actual if cost is None else cost.total
    return Costs(estimated, actual)

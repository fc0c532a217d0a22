"""Standings of provinces, districts, facilities and of all together: one aggregated query each, in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, Min, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from facilities.domain.folding import fold
from facilities.enums import Stage
from portal.domain.standing import CONNECTED, STAGES, Standing
from portal.models import Figures
from portal.queries.sources import Rows

_SUMMED = (
    *("claimed", "verified", "impaired", "down", "unknown", "forbidden"),
    *("zones_required", "zones_claimed", "zones_verified", "sinks_required", "sinks_claimed", "sinks_confirmed"),
    *("ok_seconds", "impaired_seconds", "down_seconds", "unknown_seconds", "overdue_findings"),
)
RESULTS = ("passed", "failed", "undecided")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A province or a district, and where its facilities stand."""

    pk: int
    name: str
    standing: Standing

    @property
    def order(self) -> str:
        """What rows are sorted by where they are sorted by name."""
        return fold(self.name)


def not_connected() -> Q:
    """Facilities that still have to be connected."""
    return ~Q(stage__in=CONNECTED) & Q(closed=False)


def late(on: date) -> Q:
    """Of these, those whose deadline has passed."""
    return not_connected() & Q(due_on__lt=on)


def of_all(rows: Rows, on: date, rules: Sequence[str] = ()) -> Standing:
    """Where all of them together stand. `rules` are the codes of rules to count by."""
    return _standing(rows.order_by().aggregate(**_figures(on, rules)), rules)


def by_province(rows: Rows, on: date, rules: Sequence[str] = ()) -> list[UnitRow]:
    """One row for each province that has some of the facilities."""
    return _by_unit(rows, "province", on, rules)


def by_district(rows: Rows, on: date, rules: Sequence[str] = ()) -> list[UnitRow]:
    """One row for each district that has some of the facilities."""
    return _by_unit(rows, "district", on, rules)


def shares(rows: Rows, unit: str) -> dict[int, Standing]:
    """Of each province, or each district, what is claimed and verified, and nothing else: enough to compare shares."""
    sums = rows.order_by().values_list(unit).annotate(Sum("claimed"), Sum("verified"))
    return {pk: Standing(claimed=claimed, verified=verified) for pk, claimed, verified in sums}


def of_one(row: Figures, on: date, rules: Sequence[str] = ()) -> Standing:
    """Where a single facility stands: what the sums above make of its row alone."""
    connected = row.stage in CONNECTED
    waiting = not connected and not row.closed and row.due_on is not None
    own: dict[str, Any] = {name: getattr(row, name) or 0 for name in _SUMMED}
    own |= {name: {code: int(code in getattr(row, name)) for code in rules} for name in RESULTS}
    return Standing(
        facilities=1,
        stages=tuple(int(stage == row.stage) for stage in STAGES),
        paused=int(row.paused),
        closed=int(row.closed),
        inspected=int(row.inspected_on is not None),
        inspected_on=row.inspected_on,
        findings_known=int(row.overdue_findings is not None),
        late=int(waiting and row.due_on < on),  # type: ignore[operator] # waiting takes a day
        next_due=row.due_on if waiting and row.due_on >= on else None,  # type: ignore[operator] # the same
        contradicted=int(bool(row.contradictions)),
        contradictions=len(row.contradictions),
        **own,
    )


def _figures(on: date, rules: Sequence[str]) -> dict[str, Any]:
    # Sums are named apart from the columns that they are of, which conditions may name.
    sums: dict[str, Any] = {f"sum_{name}": Coalesce(Sum(name), 0) for name in _SUMMED}
    stages = {f"sum_at_{stage.value}": Count("facility", filter=Q(stage=stage)) for stage in Stage}
    judged = {
        f"sum_{name}_{code}": Count("facility", filter=Q(**{f"{name}__contains": [code]}))
        for name in RESULTS
        for code in rules
    }
    return {
        **sums,
        **stages,
        **judged,
        "sum_facilities": Count("facility"),
        "sum_paused": Count("facility", filter=Q(paused=True)),
        "sum_closed": Count("facility", filter=Q(closed=True)),
        "sum_inspected": Count("inspected_on"),
        "sum_inspected_on": Min("inspected_on"),
        "sum_findings_known": Count("overdue_findings"),
        "sum_late": Count("facility", filter=late(on)),
        "sum_next_due": Min("due_on", filter=not_connected() & Q(due_on__gte=on)),
        "sum_contradicted": Count("facility", filter=Q(contradictions__len__gt=0)),
        "sum_contradictions": Coalesce(Sum("contradictions__len"), Value(0), output_field=IntegerField()),
    }


def _by_unit(rows: Rows, unit: str, on: date, rules: Sequence[str]) -> list[UnitRow]:
    vietnamese, english = f"{unit}__full_name", f"{unit}__name_en"
    found = rows.order_by().values(f"{unit}__pk", vietnamese, english).annotate(**_figures(on, rules))
    preferred = [english, vietnamese] if get_language() == "en" else [vietnamese]
    return [
        UnitRow(
            pk=row[f"{unit}__pk"],
            name=str(next((row[column] for column in preferred if row[column]), "–")),
            standing=_standing(row, rules),
        )
        for row in found
    ]


def _standing(row: Mapping[str, Any], rules: Sequence[str]) -> Standing:
    own: dict[str, Any] = {each.name: row[f"sum_{each.name}"] for each in fields(Standing) if f"sum_{each.name}" in row}
    own |= {name: {code: row[f"sum_{name}_{code}"] for code in rules} for name in RESULTS}
    return Standing(**own, stages=tuple(row[f"sum_at_{stage.value}"] for stage in STAGES))

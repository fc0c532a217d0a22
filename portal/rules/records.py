"""The records of rules: which are in force, the twelve of the beginning, and a new version from a day on."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.domain.placing import shown
from facilities.domain.records import record
from facilities.domain.units import DATA
from facilities.enums import OrganisationKind, RecordedAction
from facilities.models import ComplianceRule, Organisation, User
from portal.domain.rules.outcome import RuleFact
from portal.domain.rules.parameters import checked, read
from portal.domain.rules.registry import CODES

FILE = DATA / "compliance-rules.json"


def fact(rule: ComplianceRule) -> RuleFact:
    """The record, as rules are asked by it."""
    return RuleFact(rule.pk, rule.code, rule.source, rule.valid_from, rule.valid_to, rule.parameters)


def rules_in_force(day: date) -> list[RuleFact]:
    """What facilities are checked against on that day, in the order of the rules' numbers."""
    rules = ComplianceRule.objects.valid_on(day).filter(code__in=CODES)
    return sorted((fact(rule) for rule in rules), key=lambda each: CODES.index(each.code))


def versions(code: str) -> list[ComplianceRule]:
    """All records of a rule, the newest first."""
    rows = ComplianceRule.objects.filter(code=code).select_related("organisation", "document")
    return list(rows.order_by("-valid_from"))


@transaction.atomic
def load_rules(*, actor: User | None, now: datetime) -> int:
    """Enter the rules of the data file below the national body; how many were new.

    Repeated, it changes nothing: for days for which a rule has a record, that one stays. Raises
    Organisation.DoesNotExist where there is no national body yet.
    """
    bodies = Organisation.objects.select_for_update().filter(kind=OrganisationKind.NATIONAL, valid_to=None)
    keeper = bodies.order_by("path").first()
    if keeper is None:
        raise Organisation.DoesNotExist("There is no national body yet")
    made = 0
    for entry in json.loads(FILE.read_text(encoding="utf-8"))["rules"]:
        code, start = entry["code"], date.fromisoformat(entry["valid_from"])
        end = date.fromisoformat(entry["valid_to"]) if entry["valid_to"] else None
        if _within(code, start, end).exists():
            continue
        ComplianceRule.objects.create(
            organisation=keeper,
            code=code,
            source=entry["source"],
            valid_from=start,
            valid_to=end,
            parameters=checked(code, read(code, entry["parameters"])),
            edited_by=actor,
            edited_at=now,
        )
        made += 1
    return made


@transaction.atomic
def change_rule(
    *,
    rule: ComplianceRule,
    seen: datetime | None,
    source: str,
    parameters: Mapping[str, Any],
    valid_from: date,
    valid_to: date | None,
    actor: User | None,
    now: datetime,
) -> ComplianceRule:
    """Let the rule hold with this source and these parameters from a day on, today or to come; returns that version.

    The version before ends the day before, and both stay. One that has not been in force before `valid_from` gives way
    to it; its history keeps it. `rule` must be the last version, as it was edited at `seen`; None was never so.
    Nothing here asks whether `actor` may. Raises ValidationError by field.
    """
    lines = list(ComplianceRule.objects.select_for_update().filter(code=rule.code).order_by("valid_from"))
    last = lines[-1]
    if last.pk != rule.pk or last.edited_at != seen:
        raise ValidationError(
            _("Somebody else has changed this rule meanwhile. Open it again and look at what it says.")
        )
    if valid_from < timezone.localdate(now):
        text = _("What was asked of days gone by stays as it was. Choose today or a later day.")
        raise ValidationError({"valid_from": text})
    if valid_to is not None and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The rule would end before it begins.")})
    kept = checked(rule.code, parameters)
    if (source, kept, valid_to) == (last.source, last.parameters, last.valid_to) and last.valid_from <= valid_from:
        raise ValidationError(_("This is what the rule says already: nothing would change."))
    before = _detail(last)
    version = _placed(lines, valid_from)
    version.source, version.parameters = source, kept
    version.valid_from, version.valid_to = valid_from, valid_to
    version.edited_by, version.edited_at = actor, now
    version.clean_fields(exclude=["edited_by"])
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError:
        text = _("Another version of this rule holds on some of these days.")
        raise ValidationError({"valid_from": text}) from None
    record(
        RecordedAction.RULE_CHANGED,
        actor=actor,
        now=now,
        organisation=version.organisation_id,
        subject=f"{version.code}: {version.source}, {shown(version.valid_from)}",
        detail={"rule": version.pk, "before": before, "after": _detail(version)},
    )
    return version


def _placed(lines: list[ComplianceRule], start: date) -> ComplianceRule:
    """The row for a version from `start` on: a new one, or the last, if that would never have been in force before.

    What is in force the day before ends then, and what else was planned for later is gone.
    """
    last = lines[-1]
    begun = [each for each in lines if each.valid_from < start]
    if begun and (begun[-1].valid_to is None or begun[-1].valid_to >= start):
        begun[-1].valid_to = start - timedelta(days=1)
        begun[-1].save(update_fields=["valid_to"])
    if last in begun:
        return ComplianceRule(organisation_id=last.organisation_id, code=last.code, document=last.document)
    for planned in lines[len(begun) : -1]:
        planned.delete()
    return last


def _within(code: str, start: date, end: date | None) -> Any:  # noqa: ANN401 - a queryset
    rows = ComplianceRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=start), code=code)
    return rows if end is None else rows.filter(valid_from__lte=end)


def _detail(rule: ComplianceRule) -> dict[str, Any]:
    return {
        "source": rule.source,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "parameters": rule.parameters,
    }

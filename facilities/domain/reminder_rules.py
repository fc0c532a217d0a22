"""Reminders by rule: so many days before or after a deadline's last good day, to whoever has not reached it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from facilities.access.oversight import facilities_overseen
from facilities.domain.deadlines import DeadlineFact
from facilities.domain.lateness import binds, deadline_fact, deadlines_in_force, reached, standings
from facilities.domain.placing import shown
from facilities.domain.records import record
from facilities.domain.reminding import check_text, keep, left_out
from facilities.domain.rollout_standing import RolloutStanding
from facilities.domain.wording import usual_text
from facilities.enums import OrganisationKind, Permission, RecordedAction, Sector
from facilities.models import Deadline, Facility, Organisation, ReminderRule, Reminding, User

# The hour of the day, in Viet Nam, at which rules begin to send.
MORNING = 7
# How far from the last good day a rule may lie.
MOST_DAYS = 365


def due_day(rule: ReminderRule) -> date:
    """The day on which a rule sends."""
    return rule.deadline.last_day + timedelta(days=rule.days)


@transaction.atomic
def set_rule(
    *, deadline: Deadline, body: Organisation, days: int, text: str = "", actor: User, now: datetime
) -> ReminderRule:
    """Have `body` remind by that deadline; without a text in the usual words.

    Raises ValidationError at organisation, deadline, days, text.
    """
    directs = Organisation.objects.visible_to(actor, Permission.DIRECT, now).filter(pk=body.pk, valid_to=None)
    if not directs.exclude(kind=OrganisationKind.FACILITY).exists():
        raise ValidationError({"organisation": _("You do not direct in the name of this body.")})
    if deadline.pk not in {each.pk for each in deadlines_in_force(as_of=now)}:
        raise ValidationError({"deadline": _("Another deadline has superseded this one; it reminds of nothing.")})
    if abs(days) > MOST_DAYS:
        raise ValidationError({"days": _("Choose at most %(most)s days.") % {"most": MOST_DAYS}})
    _check_day(deadline.last_day + timedelta(days=days), now)
    if not text.strip():
        with translation.override("vi"):
            text = usual_text(deadline, days_after=days)
    if mistakes := check_text(text):
        raise ValidationError(mistakes)
    try:
        with transaction.atomic():
            rule = ReminderRule.objects.create(
                organisation=body, deadline=deadline, days=days, text=text.strip(), set_by=actor, set_at=now
            )
    except IntegrityError:
        raise ValidationError({"days": _("The body has a rule for this day already.")}) from None
    _tell(rule, actor=actor, now=now)
    return rule


@transaction.atomic
def switch_rule(*, rule: ReminderRule, active: bool, actor: User, now: datetime) -> bool:
    """Switch a rule on or off; whether that changed it. Raises ValidationError at days: its day is over."""
    rows = ReminderRule.objects.select_for_update(of=("self",)).select_related("deadline", "organisation")
    found = rows.get(pk=rule.pk)
    if found.active == active:
        return False
    if active:
        # Else it would send at once what was meant for another day.
        _check_day(due_day(found), now)
    found.active = active
    found.save(update_fields=["active"])
    _tell(found, actor=actor, now=now)
    return True


def _check_day(day: date, now: datetime) -> None:
    if day < timezone.localdate(now):
        raise ValidationError({"days": _("That day, %(day)s, is over.") % {"day": shown(day)}})


def _tell(rule: ReminderRule, *, actor: User, now: datetime) -> None:
    record(
        RecordedAction.RULE_CHANGED,
        actor=actor,
        now=now,
        organisation=rule.organisation_id,
        subject=gettext("Reminder by rule") + f" · {rule.deadline}",
        detail={"reminder_rule": rule.pk, "days": rule.days, "active": rule.active},
    )


@dataclass(frozen=True, slots=True)
class _Country:
    """What is needed to say who is behind, fetched once for all rules."""

    facilities: Sequence[Facility]
    stands: dict[int, RolloutStanding]


@transaction.atomic
def send_due(*, now: datetime) -> list[Reminding]:
    """Send a round for each active rule whose day has come and that has not sent; nothing before seven in the morning.

    One that found nobody behind leaves a round without reminders: the day is done. A day on which nothing ran is made
    up for, once. Two workers at once share the rules, as each takes those that it can lock, and the constraint on rule
    and day has the last word. The number of queries does not grow with that of facilities.
    """
    today = timezone.localdate(now - timedelta(hours=MORNING))
    in_force = {each.pk: each for each in deadlines_in_force(as_of=now)}
    rules = [rule for rule in _claimed(list(in_force)) if due_day(rule) <= today]
    done = set(Reminding.objects.filter(rule__in=rules).values_list("rule_id", flat=True))
    rules = [rule for rule in rules if rule.pk not in done]
    if not rules:
        return []
    overseen = facilities_overseen({rule.organisation_id for rule in rules}, Permission.DIRECT, now)
    country = _fetch(set().union(*overseen.values()))
    rounds = [
        (_round(rule, now), _behind(country, in_force[rule.deadline_id], overseen[rule.organisation_id]))
        for rule in rules
    ]
    Reminding.objects.bulk_create(each for each, _behind_it in rounds)
    keep(rounds, actor=None, now=now)
    return [each for each, _behind_it in rounds]


def _claimed(deadlines: list[int]) -> list[ReminderRule]:
    rows = ReminderRule.objects.filter(active=True, deadline__in=deadlines, organisation__valid_to=None)
    # What another worker holds, it sends.
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    return list(locked.select_related("deadline", "organisation").order_by("pk"))


def _round(rule: ReminderRule, now: datetime) -> Reminding:
    return Reminding(
        organisation=rule.organisation, sent_by=None, rule=rule, sent_at=now, day=due_day(rule), text=rule.text
    )


def _fetch(pks: set[int]) -> _Country:
    facilities = list(Facility.objects.filter(pk__in=pks).select_related("organisation"))
    return _Country(facilities, dict(standings(pks)))


def _behind(country: _Country, deadline: DeadlineFact, overseen: set[int]) -> list[int]:
    return [
        each.pk
        for each in country.facilities
        if each.pk in overseen
        and binds(deadline, each)
        and not reached(country.stands[each.pk], deadline.milestone)
        and left_out(each, country.stands[each.pk]) is None
    ]


def deadlines_to_remind_of(actor: User, now: datetime) -> list[Deadline]:
    """Deadlines in force that cover a facility where `actor` directs, whoever set them."""
    places = Facility.objects.visible_to(actor, Permission.DIRECT, now).values_list("province", "district", "sector")
    found: set[Any] = set(places.order_by().distinct())
    in_force = [each.pk for each in deadlines_in_force(as_of=now)]
    rows = Deadline.objects.filter(pk__in=in_force).select_related("document", "area").order_by("last_day", "pk")
    return [
        each
        for each in rows
        if any(
            deadline_fact(each).covers(province=province, district=district, sector=Sector(sector))
            for province, district, sector in found
        )
    ]

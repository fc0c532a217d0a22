"""Reminders by hand (đôn đốc, nhắc nhở): whom they would reach, sending them, and marking them as seen.

A round is one record on its body's node, with how many it reached: the facilities stand in Reminder, of which no row
is ever removed, and a record for each of three thousand would bury everything else that was done that day.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.access.oversight import facilities_overseen
from facilities.domain.lateness import Owed, closed_on, deadlines_in_force, owed, standings
from facilities.domain.records import record
from facilities.domain.rollout_standing import RolloutStanding
from facilities.enums import OrganisationKind, Permission, RecordedAction
from facilities.models import Facility, Organisation, Reminder, ReminderRule, Reminding, User

MOST_FACILITIES = 3000
MAIL_TASK = "facilities.tasks.mail_reminders"


class LeftOut(models.TextChoices):
    """Why a facility that was chosen is not reminded."""

    CLOSED = "closed", _("Closed")
    PAUSED = "paused", _("Paused")
    ELSEWHERE = "elsewhere", _("The body that sends does not answer for it")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A facility that was chosen, how late it is, and why it would be left out, if it would."""

    facility: Facility
    stands: RolloutStanding
    owed: Owed | None
    left_out: LeftOut | None = None


def bodies_directing(actor: User, now: datetime) -> list[Organisation]:
    """Those in whose name `actor` may send: the open bodies, no facilities, at the top of where they direct."""
    rows = Organisation.objects.visible_to(actor, Permission.DIRECT, now).filter(valid_to=None)
    found: list[Organisation] = []
    for body in rows.exclude(kind=OrganisationKind.FACILITY).order_by("path"):
        if not found or not body.path.startswith(found[-1].path):
            found.append(body)
    return found


def look(facilities: Collection[int], *, body: Organisation | None, actor: User, now: datetime) -> list[Chosen]:
    """Those of the facilities that `actor` reaches, by name; others are as if they were not there.

    Four queries, whatever their number, and one more with a body.
    """
    rows = list(
        Facility.objects.visible_to(actor, Permission.DIRECT, now)
        .filter(pk__in=facilities)
        .select_related("organisation", "province")
        .order_by("organisation__name", "pk")
    )
    stands, in_force = standings([each.pk for each in rows]), deadlines_in_force(as_of=now)
    overseen = facilities_overseen([body.pk], Permission.DIRECT, now)[body.pk] if body else None
    return [
        Chosen(
            each,
            stands[each.pk],
            owed(each, stands[each.pk], in_force, as_of=now),
            left_out(each, stands[each.pk], overseen),
        )
        for each in rows
    ]


def left_out(facility: Facility, stands: RolloutStanding, overseen: Collection[int] | None = None) -> LeftOut | None:
    """Why the facility is not to be reminded, by a body that answers for those `overseen`."""
    if closed_on(facility) is not None or stands.closed:
        return LeftOut.CLOSED
    if stands.paused:
        return LeftOut.PAUSED
    if overseen is not None and facility.pk not in overseen:
        return LeftOut.ELSEWHERE
    return None


@dataclass(frozen=True, slots=True)
class Sent:
    """A round that was sent, and whom it left out."""

    reminding: Reminding
    reminded: int
    left_out: Sequence[Chosen]


@transaction.atomic
def remind(
    *, facilities: Collection[int], body: Organisation, text: str, chosen_by: str = "", actor: User, now: datetime
) -> Sent:
    """Send one round to those of the facilities that `actor` reaches with DIRECT, each once; mails follow on commit.

    Raises ValidationError at organisation (not theirs to send in the name of), text, facilities (none, too many).
    """
    reachable = Organisation.objects.visible_to(actor, Permission.DIRECT, now).filter(pk=body.pk, valid_to=None)
    problems: dict[str, list[object]] = {}
    if not reachable.exclude(kind=OrganisationKind.FACILITY).exists():
        problems["organisation"] = [_("You do not direct in the name of this body.")]
    problems |= check_text(text)
    if len(set(facilities)) > MOST_FACILITIES:
        problems["facilities"] = [_("At most %(most)s facilities are reminded at once.") % {"most": MOST_FACILITIES}]
    if problems:
        raise ValidationError(problems)
    chosen = look(set(facilities), body=body, actor=actor, now=now)
    reminded = [each.facility.pk for each in chosen if each.left_out is None]
    if not reminded:
        raise ValidationError({"facilities": _("None of the facilities chosen can be reminded.")})
    reminding = Reminding.objects.create(
        organisation=body,
        sent_by=actor,
        sent_at=now,
        day=timezone.localdate(now),
        text=text.strip(),
        chosen_by=chosen_by[:500],
    )
    keep([(reminding, reminded)], actor=actor, now=now)
    return Sent(reminding, len(reminded), [each for each in chosen if each.left_out is not None])


def keep(rounds: Iterable[tuple[Reminding, Collection[int]]], *, actor: User | None, now: datetime) -> None:
    """Within a transaction: keep whom each round reached, put it on record, and have the mails sent on commit."""
    rounds = list(rounds)
    Reminder.objects.bulk_create(
        [Reminder(reminding=reminding, facility_id=pk) for reminding, reached in rounds for pk in sorted(reached)]
    )
    for reminding, reached in rounds:
        record(
            RecordedAction.REMINDED,
            actor=actor,
            now=now,
            organisation=reminding.organisation_id,
            subject=str(reminding.organisation),
            detail={"reminding": reminding.pk, "rule": reminding.rule_id, "count": len(reached)},
        )
    numbers = [reminding.pk for reminding, reached in rounds if reached]
    # A mail says what stands in the portal: where the queue cannot be reached, only the mail is missing.
    transaction.on_commit(lambda: _have_mailed(numbers), robust=True)


def _have_mailed(remindings: list[int]) -> None:
    for pk in remindings:
        current_app.send_task(MAIL_TASK, args=[pk])


def check_text(text: str) -> dict[str, list[object]]:
    """What is wrong with the words of a reminder, by field."""
    if not text.strip():
        return {"text": [_("Write what the facilities are to do.")]}
    longest = ReminderRule._meta.get_field("text").max_length or 0
    if len(text.strip()) > longest:
        return {"text": [_("Write at most %(most)s characters.") % {"most": longest}]}
    return {}


def may_answer(actor: User, facility: Facility, now: datetime) -> bool:
    """Whether `actor` reports for the facility, or watches over it: whose seeing counts as the facility's."""
    return any(
        Facility.objects.visible_to(actor, permission, now).filter(pk=facility.pk).exists()
        for permission in (Permission.REPORT_PROGRESS, Permission.KEEP_WATCH)
    )


@transaction.atomic
def mark_seen(*, facility: Facility, reminders: Collection[int], actor: User, now: datetime) -> int:
    """Mark those of the facility's reminders as seen that nobody has seen; how many. The first who saw one stays.

    Raises ValidationError where `actor` neither reports for the facility nor keeps watch there.
    """
    if not may_answer(actor, facility, now):
        raise ValidationError({"reminders": _("Only who reports or keeps watch for the facility marks them as seen.")})
    unseen = Reminder.objects.filter(facility=facility, pk__in=reminders, seen_at=None)
    # By condition: of two people at once, one has seen it first.
    count = unseen.update(seen_at=now, seen_by=actor)
    if count:
        record(
            RecordedAction.REMINDER_SEEN,
            actor=actor,
            now=now,
            organisation=facility.organisation_id,
            subject=str(facility),
            detail={"facility": facility.pk, "count": count},
        )
    return count

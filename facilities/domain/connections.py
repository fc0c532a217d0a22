"""Connections to sinks: claimed and lost by the facility, confirmed and denied by whoever runs the sink (rule R3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.domain.lateness import closed_on, sink_reports, standings
from facilities.domain.placing import closed, shown
from facilities.domain.records import record
from facilities.domain.rollout_standing import SinkFact, SinkReportFact, connections
from facilities.enums import Permission, RecordedAction, Sink, SinkSays
from facilities.models import Facility, SinkReport, User

LONGEST_NOTE = 500


@transaction.atomic
def report_connection(
    *, facility: Facility, sink: Sink, says: SinkSays, on: date, note: str = "", actor: User | None, now: datetime
) -> SinkReport:
    """What the facility says of its connection to one sink: claimed, or lost again.

    Raises ValidationError at sink (closed, said already), on (to come, before the last step), note.
    """
    assert says in (SinkSays.CLAIMED, SinkSays.LOST)  # noqa: S101 - the rest is the sink's to say
    facility = _locked([facility.pk])[0]
    _check_open(facility, field="sink")
    stands = standings([facility.pk])[facility.pk]
    before = connections(sink_reports([facility.pk])[facility.pk])[sink]
    if stands.closed:
        raise ValidationError({"sink": _("This facility was reported closed; nothing is reported of it any more.")})
    _check_on(on, now)
    if stands.since is not None and on < stands.since:
        text = _("The last step reported was on %(day)s; a connection cannot be reported for a day before it.")
        raise ValidationError({"on": text % {"day": shown(stands.since)}})
    if says is SinkSays.CLAIMED and before.claimed_on is not None and before.denied_on is None:
        text = _("It is claimed to be connected since %(day)s already.")
        raise ValidationError({"sink": text % {"day": shown(before.claimed_on)}})
    if says is SinkSays.LOST and before.claimed_on is None:
        raise ValidationError({"sink": _("It is not claimed to be connected, so no loss can be reported.")})
    if says is SinkSays.LOST and before.claimed_on is not None and on < before.claimed_on:
        raise ValidationError({"on": _("It is connected since %(day)s only.") % {"day": shown(before.claimed_on)}})
    return _say(facility, sink, says, on, _note(note), actor, now)


@transaction.atomic
def answer_claim(
    *,
    facility: Facility,
    sink: Sink,
    says: SinkSays,
    on: date,
    note: str = "",
    actor: User,
    now: datetime,
) -> SinkReport:
    """What the sink says of a claim: confirmed, or denied with the reason in `note`.

    Raises ValidationError at sink (out of reach, closed, nothing claimed, answered so already), on, note.
    """
    assert says in (SinkSays.CONFIRMED, SinkSays.DENIED)  # noqa: S101 - the rest is the facility's to say
    if not Facility.objects.visible_to(actor, Permission.OPERATE, now).filter(pk=facility.pk).exists():
        raise ValidationError({"sink": _("You do not operate the connection of this facility.")})
    facility = _locked([facility.pk])[0]
    _check_open(facility, field="sink")
    if standings([facility.pk])[facility.pk].closed:
        raise ValidationError({"sink": _("This facility was reported closed; nothing is reported of it any more.")})
    before = connections(sink_reports([facility.pk])[facility.pk])[sink]
    if before.claimed_on is None:
        raise ValidationError({"sink": _("The facility does not claim to be connected there.")})
    _check_on(on, now)
    if on < before.claimed_on:
        text = _("The facility claims to be connected since %(day)s only.")
        raise ValidationError({"on": text % {"day": shown(before.claimed_on)}})
    if says is SinkSays.CONFIRMED and before.confirmed_on is not None:
        raise ValidationError({"sink": _("It is confirmed already.")})
    if says is SinkSays.DENIED and before.denied_on is not None:
        raise ValidationError({"sink": _("It is denied already.")})
    if says is SinkSays.DENIED and not note.strip():
        raise ValidationError({"note": _("Say why it is denied: what the facility has to mend.")})
    return _say(facility, sink, says, on, _note(note), actor, now)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that waits for the sink's answer, since the moment at which it was made."""

    facility: Facility
    sink: Sink
    on: date
    claimed_at: datetime
    days: int


def waiting(actor: User, now: datetime, *, among: Collection[int] | None = None) -> list[Claim]:
    """Claims that nobody answered, of open facilities where `actor` operates; the oldest first. Three queries."""
    rows = Facility.objects.visible_to(actor, Permission.OPERATE, now).filter(organisation__valid_to=None)
    rows = rows.filter(sink_reports__says=SinkSays.CLAIMED)
    if among is not None:
        rows = rows.filter(pk__in=among)
    found = {each.pk: each for each in rows.distinct().select_related("organisation", "province")}
    said, stands = sink_reports(found), standings(found.keys())
    today = timezone.localdate(now)
    claims = []
    for pk, facility in found.items():
        if stands[pk].closed:
            continue
        for sink, fact in connections(said[pk]).items():
            if unanswered(fact) and fact.claimed_on is not None:
                at = _claimed_at(said[pk], sink)
                claims.append(Claim(facility, sink, fact.claimed_on, at, (today - timezone.localdate(at)).days))
    return sorted(claims, key=lambda each: (each.claimed_at, each.facility.pk, each.sink))


def unanswered(fact: SinkFact) -> bool:
    """Whether it is claimed, and neither confirmed nor denied."""
    return fact.claimed_on is not None and fact.confirmed_on is None and fact.denied_on is None


@transaction.atomic
def confirm_all(claims: Iterable[tuple[int, Sink]], *, actor: User, now: datetime) -> int:
    """Confirm, as of today, those of the claims that still wait and lie where `actor` operates; how many."""
    wanted = set(claims)
    _locked(sorted({pk for pk, _sink in wanted}))
    still = waiting(actor, now, among={pk for pk, _sink in wanted})
    found = [each for each in still if (each.facility.pk, each.sink) in wanted]
    for each in found:
        _say(each.facility, each.sink, SinkSays.CONFIRMED, timezone.localdate(now), "", actor, now)
    return len(found)


def _claimed_at(said: Iterable[SinkReportFact], sink: Sink) -> datetime:
    return max(each.recorded_at for each in said if each.sink is sink and each.says is SinkSays.CLAIMED)


def _locked(pks: Collection[int]) -> list[Facility]:
    """The facilities, in one order for all, so that what is said of each comes one after the other."""
    rows = Facility.objects.select_for_update(of=("self",)).select_related("organisation")
    return list(rows.filter(pk__in=pks).order_by("pk"))


def _check_open(facility: Facility, *, field: str) -> None:
    if closed_on(facility) is not None:
        raise ValidationError({field: closed(facility.organisation)})


def _check_on(on: date, now: datetime) -> None:
    if on > timezone.localdate(now):
        raise ValidationError({"on": _("This day is still to come.")})


def _note(note: str) -> str:
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise ValidationError({"note": _("Write at most %(most)s characters.") % {"most": LONGEST_NOTE}})
    return text


def _say(
    facility: Facility, sink: Sink, says: SinkSays, on: date, note: str, actor: User | None, now: datetime
) -> SinkReport:
    said = SinkReport.objects.create(
        facility=facility, sink=sink, says=says, on=on, recorded_at=now, recorded_by=actor, note=note
    )
    record(
        RecordedAction.CONNECTION_REPORTED,
        actor=actor,
        now=now,
        organisation=facility.organisation_id,
        subject=str(facility),
        detail={"sink": sink, "says": says, "sink_report": said.pk},
    )
    return said

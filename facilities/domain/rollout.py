"""Reporting the rollout (triển khai): the facility is locked, what is reported checked against what stands, and kept.

Steps that say more than that they were reached have modules of their own, which report through `report_step`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.domain.placing import shown
from facilities.domain.records import record
from facilities.domain.rollout_standing import ReportFact, RolloutStanding, connections, standing, withdrawable
from facilities.domain.sinks_said import facts_of_sinks
from facilities.domain.stored_files import keep_all
from facilities.enums import BlockReason, RecordedAction, ReportKind, SinkSays, Stage
from facilities.models import ActualCost, Facility, ProgressReport, SinkReport, User

Uploads = Iterable["UploadedFile[Any]"]
LONGEST_NOTE = 2000
# What bigints of sums hold with room to spare: a thousand trillion.
MOST_DONG = 10**15


@dataclass(frozen=True, slots=True)
class Account:
    """What every report says, whatever it is about. `on` is the day on which it was so."""

    on: date
    note: str = ""
    uploads: Uploads = ()


def facts(reports: Iterable[ProgressReport]) -> list[ReportFact]:
    """Reports as the pure core reads them."""
    return [
        ReportFact(
            pk=report.pk,
            kind=ReportKind(report.kind),
            on=report.on,
            recorded_at=report.recorded_at,
            stage=Stage(report.stage) if report.stage else None,
            reasons=tuple(BlockReason(reason) for reason in report.reasons),
            withdraws=report.withdraws_id,
        )
        for report in reports
    ]


def standing_of(facility: Facility) -> RolloutStanding:
    """How far the facility is, by all that is reported until now."""
    return standing(facts(facility.reports.all()))


@transaction.atomic
def report_step(
    *,
    facility: Facility,
    stage: Stage,
    account: Account,
    actual_cost: int | None = None,
    actor: User | None,
    now: datetime,
) -> ProgressReport:
    """Report that a step was reached and, if that is known by now, what all of it cost, in whole đồng.

    Raises ValidationError at stage, on, note, files, actual_cost.
    """
    before = _begin(facility)
    if stage not in before.stands.next_steps:
        raise ValidationError({"stage": _out_of_order(before, stage)})
    report = _add(before, account, actor=actor, now=now, kind=ReportKind.STEP, stage=stage)
    if actual_cost is not None:
        if not 0 <= actual_cost <= MOST_DONG:
            raise ValidationError({"actual_cost": _("Enter a sum in whole đồng.")})
        ActualCost.objects.create(report=report, total=actual_cost)
    return report


@transaction.atomic
def report_other(
    *,
    facility: Facility,
    kind: ReportKind,
    reasons: Sequence[BlockReason] = (),
    account: Account,
    actor: User | None,
    now: datetime,
) -> ProgressReport:
    """Report a block with its reasons, a pause, a closing and so on.

    Raises ValidationError at kind, reasons, note, on, files.
    """
    before = _begin(facility)
    if kind not in before.stands.kinds:
        raise ValidationError({"kind": _not_now(before, kind)})
    if kind is ReportKind.BLOCKED:
        if not reasons:
            raise ValidationError({"reasons": _("Choose at least one reason.")})
        if BlockReason.OTHER in reasons and not account.note.strip():
            raise ValidationError({"note": _("Say what the other reason is.")})
    said = list(dict.fromkeys(reasons)) if kind is ReportKind.BLOCKED else []
    return _add(before, account, actor=actor, now=now, kind=kind, reasons=said)


@transaction.atomic
def withdraw(*, report: ProgressReport, why: str, actor: User | None, now: datetime) -> ProgressReport:
    """Take the last standing report back by a later one, which says why; what it claimed of sinks falls with it.

    Raises ValidationError at report (already withdrawn, or others rest on it) and note.
    """
    before = _begin(report.facility)
    earlier = next((each for each in before.reports if each.withdraws_id == report.pk), None)
    if earlier is not None:
        text = _("%(who)s has withdrawn this report already, at %(time)s.")
        raise ValidationError({"report": text % _by(earlier)})
    last = withdrawable(facts(before.reports))
    if last != report.pk:
        text = _("Only the last report that stands can be withdrawn: withdraw “%(report)s” first.")
        named = next((each for each in before.reports if each.pk == last), report)
        raise ValidationError({"report": text % {"report": named}})
    if not why.strip():
        raise ValidationError({"note": _("Say why it is withdrawn.")})
    made = _insert(
        before, on=timezone.localdate(now), note=why, actor=actor, now=now, kind=ReportKind.WITHDRAWAL, withdraws=report
    )
    if report.stage == Stage.CONNECTED:
        _take_claims_back(report, made)
    record(
        RecordedAction.REPORT_WITHDRAWN,
        actor=actor,
        now=now,
        organisation=report.facility.organisation_id,
        subject=str(report.facility),
        detail={"report": report.pk, "by": made.pk},
    )
    return made


@dataclass(frozen=True, slots=True)
class _Before:
    facility: Facility
    reports: list[ProgressReport]
    stands: RolloutStanding


def _begin(facility: Facility) -> _Before:
    """Lock the facility, so that reports about it come one after the other, and read all that were made."""
    locked = Facility.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=facility.pk)
    reports = list(locked.reports.select_related("recorded_by").order_by("recorded_at", "pk"))
    return _Before(locked, reports, standing(facts(reports)))


def _add(before: _Before, account: Account, *, actor: User | None, now: datetime, **said: Any) -> ProgressReport:
    """Check what all reports have in common, and keep this one with its files, on record."""
    _check_day(before, account.on, now)
    report = _insert(before, on=account.on, note=account.note, actor=actor, now=now, **said)
    files = keep_all(account.uploads, organisation=before.facility.organisation, actor=actor, now=now)
    report.files.set(files)
    record(
        RecordedAction.PROGRESS_REPORTED,
        actor=actor,
        now=now,
        organisation=before.facility.organisation_id,
        subject=str(before.facility),
        detail={"report": report.pk, "kind": report.kind, "stage": report.stage, "on": report.on.isoformat()},
    )
    return report


def _insert(before: _Before, *, on: date, note: str, actor: User | None, now: datetime, **said: Any) -> ProgressReport:
    if len(note) > LONGEST_NOTE:
        raise ValidationError({"note": _("Write at most %(most)s characters.") % {"most": LONGEST_NOTE}})
    # Whoever waited for the lock asked for the time before: reports are read in the order in which they were kept.
    at = max([now, *(report.recorded_at for report in before.reports[-1:])])
    return ProgressReport.objects.create(
        facility=before.facility, on=on, note=note.strip(), recorded_at=at, recorded_by=actor, **said
    )


def _check_day(before: _Before, on: date, now: datetime) -> None:
    if on > timezone.localdate(now):
        raise ValidationError({"on": _("This day has not come yet. Choose today or a day before.")})
    if before.stands.last_on is not None and on < before.stands.last_on:
        text = _("The report before this one is of %(day)s. Choose that day or a later one.")
        raise ValidationError({"on": text % {"day": shown(before.stands.last_on)}})


def _out_of_order(before: _Before, stage: Stage) -> str:
    """Why this step cannot be reported now, and what to do."""
    stands = before.stands
    if at_rest := _at_rest(before):
        return at_rest
    if stage in stands.by:
        text = _("%(who)s has reported this step already, at %(time)s.")
        said = text % _by(next(report for report in before.reports if report.pk == stands.by[stage]))
        return f"{said} {_expected(stands)}"
    return _expected(stands)


def _expected(stands: RolloutStanding) -> str:
    if not stands.next_steps:
        return _("Every step has been reported.")
    steps = _(" or ").join(f"“{step.label}”" for step in stands.next_steps)
    return _("The step to report next is %(steps)s.") % {"steps": steps}


def _at_rest(before: _Before) -> str:
    if before.stands.closed:
        return _("This facility was reported closed. Report first that it has reopened.")
    if before.stands.paused:
        return _("This facility was reported paused. Report first that it has resumed.")
    return ""


def _not_now(before: _Before, kind: ReportKind) -> str:
    if at_rest := _at_rest(before):
        return at_rest
    alike = [each for each in before.reports if each.kind == kind]
    if kind is ReportKind.RECEIVING and alike:
        return _("%(who)s has reported this already, at %(time)s.") % _by(alike[-1])
    return _("There is nothing that this report could end: it is neither blocked, paused nor closed in that way.")


def _by(report: ProgressReport) -> dict[str, str]:
    time = timezone.localtime(report.recorded_at).strftime("%H:%M %d/%m/%Y")
    return {"who": str(report.recorded_by or _("Somebody")), "time": time}


def _take_claims_back(report: ProgressReport, withdrawal: ProgressReport) -> None:
    """The sinks that were claimed in the withdrawn report, and still are, are claimed no longer."""
    claimed = connections(facts_of_sinks(report.facility))
    for said in SinkReport.objects.filter(
        facility=report.facility, says=SinkSays.CLAIMED, recorded_at=report.recorded_at, recorded_by=report.recorded_by
    ):
        if any(sink == said.sink and fact.claimed_on is not None for sink, fact in claimed.items()):
            SinkReport.objects.create(
                facility=report.facility,
                sink=said.sink,
                says=SinkSays.LOST,
                on=withdrawal.on,
                recorded_at=withdrawal.recorded_at,
                recorded_by=withdrawal.recorded_by,
                note=withdrawal.note[:500],
            )

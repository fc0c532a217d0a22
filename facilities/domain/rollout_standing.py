"""How far a facility is, derived from its reports, and what may be reported next. Pure: nothing is stored of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from facilities.enums import BlockReason, ReportKind, Sink, SinkSays, Stage


@dataclass(frozen=True, slots=True)
class ReportFact:
    """A report as far as it says how things stand. `on` is the day on which it was so."""

    pk: int
    kind: ReportKind
    on: date
    recorded_at: datetime
    stage: Stage | None = None
    reasons: tuple[BlockReason, ...] = ()
    withdraws: int | None = None


@dataclass(frozen=True, slots=True)
class SinkFact:
    """What is said of a connection. `claimed_on` is None where nothing is claimed (any more)."""

    sink: Sink
    claimed_on: date | None = None
    confirmed_on: date | None = None
    denied_on: date | None = None


@dataclass(frozen=True, slots=True)
class SinkReportFact:
    """A report of a connection to one sink."""

    pk: int
    sink: Sink
    says: SinkSays
    on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RolloutStanding:
    """Where the rollout is. `reached` has the day of each step that stands, `by` the report that says so."""

    stage: Stage = Stage.NOT_SURVEYED
    since: date | None = None
    paused: bool = False
    closed: bool = False
    blocked: tuple[BlockReason, ...] = ()
    reached: Mapping[Stage, date] = field(default_factory=dict)
    by: Mapping[Stage, int] = field(default_factory=dict)
    receiving_on: date | None = None
    notice_on: date | None = None
    # The last report that stands, and its day: nothing may be dated before it.
    last: int | None = None
    last_on: date | None = None

    @property
    def connected_on(self) -> date | None:
        """Since when it claims to be connected."""
        return self.reached.get(Stage.CONNECTED)

    @property
    def next_steps(self) -> tuple[Stage, ...]:
        """The steps that may be reported now, the expected one first; none while paused or closed.

        After a survey, cameras that are there already and good enough need nothing bought: they are connected next.
        """
        if self.closed or self.paused or self.stage is Stage.WATCHING:
            return ()
        following = list(Stage)[self.stage.order + 1]
        if self.stage is Stage.SURVEYED:
            return (following, Stage.CONNECTED)
        return (following,)

    @property
    def kinds(self) -> tuple[ReportKind, ...]:
        """What else may be reported now."""
        if self.closed:
            return (ReportKind.REOPENED,)
        if self.paused:
            return (ReportKind.RESUMED, ReportKind.CLOSED)
        found = [ReportKind.BLOCKED, ReportKind.PAUSED, ReportKind.CLOSED]
        if self.blocked:
            found.insert(1, ReportKind.UNBLOCKED)
        if self.receiving_on is None:
            found.append(ReportKind.RECEIVING)
        found.append(ReportKind.NOTICE)
        return tuple(found)


def standing(reports: Iterable[ReportFact], *, as_of: datetime | None = None) -> RolloutStanding:
    """What the reports say together, of those recorded before `as_of`; withdrawn ones say nothing."""
    known = sorted(
        (each for each in reports if as_of is None or each.recorded_at < as_of),
        key=lambda each: (each.recorded_at, each.pk),
    )
    withdrawn = {each.withdraws for each in known if each.withdraws is not None}
    found = RolloutStanding()
    for report in known:
        if report.pk not in withdrawn and report.kind is not ReportKind.WITHDRAWAL:
            found = replace(_said(found, report), last=report.pk, last_on=report.on)
    return found


def _said(before: RolloutStanding, report: ReportFact) -> RolloutStanding:
    after = before
    match report.kind:
        case ReportKind.STEP:
            stage = report.stage
            assert stage is not None  # noqa: S101 - a constraint of the database
            reached, by = {**before.reached, stage: report.on}, {**before.by, stage: report.pk}
            after = replace(before, stage=stage, since=report.on, blocked=(), reached=reached, by=by)
        case ReportKind.BLOCKED | ReportKind.UNBLOCKED:
            after = replace(before, blocked=report.reasons)
        case ReportKind.PAUSED | ReportKind.RESUMED:
            after = replace(before, paused=report.kind is ReportKind.PAUSED)
        case ReportKind.CLOSED | ReportKind.REOPENED:
            after = replace(before, closed=report.kind is ReportKind.CLOSED)
        case ReportKind.RECEIVING:
            after = replace(before, receiving_on=report.on)
        case ReportKind.NOTICE:
            after = replace(before, notice_on=report.on)
    return after


def connections(reports: Iterable[SinkReportFact], *, as_of: datetime | None = None) -> dict[Sink, SinkFact]:
    """What is said of each sink, by the reports recorded before `as_of`. A loss takes its confirmation with it."""
    found = {sink: SinkFact(sink) for sink in Sink}
    for report in sorted(reports, key=lambda each: (each.recorded_at, each.pk)):
        if as_of is not None and report.recorded_at >= as_of:
            continue
        before = found[report.sink]
        match report.says:
            case SinkSays.CLAIMED:
                found[report.sink] = replace(before, claimed_on=before.claimed_on or report.on, denied_on=None)
            case SinkSays.LOST:
                found[report.sink] = SinkFact(report.sink)
            case SinkSays.CONFIRMED:
                found[report.sink] = replace(before, confirmed_on=report.on, denied_on=None)
            case SinkSays.DENIED:
                found[report.sink] = replace(before, confirmed_on=None, denied_on=report.on)
    return found


def withdrawable(reports: Sequence[ReportFact]) -> int | None:
    """The report that may be withdrawn now: the last one that stands. What came before rests under it."""
    return standing(reports).last

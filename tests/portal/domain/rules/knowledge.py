"""Facts for the tests of rules: one facility by hand, and any facility from dated things that anybody may have said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from cameras.domain.uptime import Seconds
from cameras.enums import Codec, State
from facilities.domain.deadlines import DeadlineFact, day_as_of, day_ends
from facilities.domain.rollout_standing import ReportFact, RolloutStanding, SinkReportFact, connections, standing
from facilities.enums import BlockReason, Premises, ReportKind, Sector, Sink, SinkSays, Stage, ZoneKind
from portal.domain.facts import CameraFact, ContactFact, Facts, Measured, Place, ZoneFact
from portal.domain.rules.outcome import RuleFact
from portal.domain.rules.parameters import Kind, Parameter, parameters_of
from portal.domain.rules.registry import CODES

DAY = date(2021, 6, 11)
# 24:00 of the last good day of letter 4403.
MIDNIGHT = day_ends(DAY)
PLACE = Place(1, "QN-001", "Trường Tam Kỳ", "", Sector.CIVIL, Premises.SCHOOL, 49, 502)


def known(**more: Any) -> Facts:
    """A facility of which nothing is known but what is said here."""
    rollout = more.pop("rollout", RolloutStanding())
    return Facts(**{"as_of": MIDNIGHT, "place": PLACE, "rollout": rollout, "sinks": {}} | more)


def camera(pk: int, zone: int, state: State = State.OK, measured: Measured | None = None) -> CameraFact:
    """A camera that is in that state since noon."""
    return CameraFact(pk, f"Camera {pk}", zone, state, datetime(2021, 6, 11, 5, tzinfo=UTC), measured)


def deadline(pk: int, last_day: date, *, set_at: datetime | None = None, supersedes: int | None = None) -> DeadlineFact:
    """A deadline for being connected that binds the whole country."""
    at = set_at or datetime(2021, 5, 30, tzinfo=UTC)
    return DeadlineFact(pk, Stage.CONNECTED, last_day, date(2021, 5, 30), at, None, frozenset(), supersedes)


@dataclass(frozen=True)
class Said:
    """All that was said, seen, set and decided about a facility, each with its date, in whatever order."""

    reports: tuple[ReportFact, ...] = ()
    sinks: tuple[SinkReportFact, ...] = ()
    deadlines: tuple[DeadlineFact, ...] = ()
    # Camera, when, and what it became; nothing before the first.
    transitions: tuple[tuple[int, datetime, State], ...] = ()
    measurements: tuple[tuple[int, Measured], ...] = ()
    inspections: tuple[date, ...] = ()
    # (from when, contact)
    contacts: tuple[tuple[datetime, ContactFact], ...] = ()
    rules: tuple[RuleFact, ...] = ()
    zones: tuple[ZoneFact, ...] = ()
    # Camera and its zone.
    cameras: tuple[tuple[int, int], ...] = ()
    overdue_findings: int | None = None
    roster_gaps: int | None = None


def facts_as_of(said: Said, as_of: datetime) -> Facts:
    """What is known of it at that moment. Days and deadlines are left for the rules to choose from."""
    day = day_as_of(as_of)
    before = sorted((each for each in said.transitions if each[1] < as_of), key=lambda each: each[1])
    states = {pk: (state, at) for pk, at, state in before}
    newest = sorted(said.measurements, key=lambda each: each[1].measured_at)
    measured = {pk: result for pk, result in newest if result.measured_at < as_of}
    contacts = [each for at, each in sorted(said.contacts, key=lambda each: each[0]) if at < as_of]
    unseen = (State.UNKNOWN, datetime(2021, 1, 1, tzinfo=UTC))
    return Facts(
        as_of=as_of,
        place=PLACE,
        rollout=standing(said.reports, as_of=as_of),
        sinks=connections(said.sinks, as_of=as_of),
        zones=said.zones,
        cameras=tuple(
            CameraFact(pk, f"Camera {pk}", zone, *states.get(pk, unseen), measured.get(pk)) for pk, zone in said.cameras
        ),
        contact=contacts[-1] if contacts else None,
        deadlines=said.deadlines,
        days=seconds_by_day(said.transitions),
        inspected_on=max((each for each in said.inspections if each <= day), default=None),
        inspections_kept=bool(said.inspections) or said.roster_gaps is not None,
        overdue_findings=said.overdue_findings,
        roster_gaps=said.roster_gaps,
    )


def seconds_by_day(transitions: Sequence[tuple[int, datetime, State]]) -> dict[date, Seconds]:
    """Each of the days around DAY by what the cameras were then: the state in which each began the day, all day."""
    found: dict[date, Seconds] = {}
    for back in range(-20, 20):
        day = DAY - timedelta(days=back)
        start = day_ends(day - timedelta(days=1))
        states = {pk: state for pk, at, state in sorted(transitions, key=lambda each: each[1]) if at <= start}
        for state in states.values():
            found[day] = found.get(day, Seconds()) + Seconds(**{state.value: 86_400})
    return found


DAYS = st.dates(date(2021, 5, 20), date(2021, 6, 25))
MOMENTS = st.builds(lambda day, seconds: day_ends(day) - timedelta(seconds=seconds), DAYS, st.integers(0, 86_400))
ZONES = st.lists(
    st.builds(ZoneFact, st.integers(1, 6), st.sampled_from(ZoneKind), st.just("Khu")), unique_by=lambda each: each.pk
)
CAMERAS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 7)), unique_by=lambda each: each[0])
NUMBERS = st.none() | st.floats() | st.sampled_from([0.0, 5.0, 15.0, 60.0])
MEASURED = st.builds(
    Measured,
    MOMENTS,
    st.sampled_from(Codec),
    st.integers(0, 4000),
    st.integers(0, 4000),
    frame_rate=NUMBERS,
    clock_offset=NUMBERS,
    luma=NUMBERS,
    contrast=NUMBERS,
)
REPORTS = st.one_of(
    st.builds(
        ReportFact, st.integers(1, 50), st.just(ReportKind.STEP), DAYS, MOMENTS, stage=st.sampled_from(list(Stage)[1:])
    ),
    st.builds(
        ReportFact,
        st.integers(1, 50),
        st.sampled_from([kind for kind in ReportKind if kind not in (ReportKind.STEP, ReportKind.WITHDRAWAL)]),
        DAYS,
        MOMENTS,
        reasons=st.just((BlockReason.OTHER,)),
    ),
    st.builds(
        ReportFact,
        st.integers(51, 60),
        st.just(ReportKind.WITHDRAWAL),
        DAYS,
        MOMENTS,
        withdraws=st.integers(1, 50),
    ),
)
SINK_REPORTS = st.builds(
    SinkReportFact, st.integers(1, 50), st.sampled_from(Sink), st.sampled_from(SinkSays), DAYS, MOMENTS
)
DEADLINES = st.builds(
    DeadlineFact,
    st.integers(1, 50),
    st.sampled_from([Stage.CONNECTED, Stage.CONNECTED, Stage.SURVEYED]),
    DAYS,
    DAYS,
    MOMENTS,
    st.none(),
    st.just(frozenset()),
    st.none() | st.integers(1, 50),
)
TRANSITIONS = st.tuples(st.integers(1, 6), MOMENTS, st.sampled_from(State))
WORDS = st.sampled_from(["", " ", "Nguyễn Thị A", "0905 000 000"])
CONTACTS = st.tuples(MOMENTS, st.builds(ContactFact, WORDS, WORDS, WORDS, WORDS))


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    """What the form lets somebody enter for it, as it is stored."""
    least, most = parameter.minimum, parameter.maximum
    match parameter.kind:
        case Kind.COUNT:
            return st.integers(int(least), int(most))
        case Kind.NUMBER | Kind.SHARE:
            return st.floats(least, most)
        case Kind.DAY:
            return st.dates().map(date.isoformat)
        case Kind.CHOICES:
            assert parameter.choices is not None
            return st.lists(st.sampled_from(parameter.choices.values), min_size=1, unique=True)


def parameters(code: str) -> st.SearchStrategy[dict[str, Any]]:
    """Parameters of the rule that the form admits, or some of them."""
    return st.fixed_dictionaries({}, optional={each.name: values(each) for each in parameters_of(code)})


def records(start: st.SearchStrategy[date]) -> st.SearchStrategy[list[RuleFact]]:
    """A record of each rule, from some day on."""
    each = [
        st.builds(RuleFact, st.just(number), st.just(code), st.just("nguồn"), start, st.none(), parameters(code))
        for number, code in enumerate(CODES)
    ]
    return st.tuples(*each).map(list)


SAID = st.builds(
    Said,
    reports=st.lists(REPORTS, max_size=8).map(tuple),
    sinks=st.lists(SINK_REPORTS, max_size=6).map(tuple),
    deadlines=st.lists(DEADLINES, max_size=4, unique_by=lambda each: each.pk).map(tuple),
    transitions=st.lists(TRANSITIONS, max_size=8).map(tuple),
    measurements=st.lists(st.tuples(st.integers(1, 6), MEASURED), max_size=6).map(tuple),
    inspections=st.lists(DAYS, max_size=3).map(tuple),
    contacts=st.lists(CONTACTS, max_size=3).map(tuple),
    rules=records(DAYS).map(tuple),
    zones=ZONES.map(tuple),
    cameras=CAMERAS.map(tuple),
    overdue_findings=st.none() | st.integers(0, 3),
    roster_gaps=st.none() | st.integers(0, 3),
)


def without_the_later(said: Said, as_of: datetime) -> Said:
    """The same as if nobody had said, seen, set or decided anything from that moment on."""
    day = day_as_of(as_of)
    return replace(
        said,
        reports=tuple(each for each in said.reports if each.recorded_at < as_of),
        sinks=tuple(each for each in said.sinks if each.recorded_at < as_of),
        deadlines=tuple(each for each in said.deadlines if each.set_at < as_of),
        transitions=tuple(each for each in said.transitions if each[1] < as_of),
        measurements=tuple(each for each in said.measurements if each[1].measured_at < as_of),
        # Whether inspections are kept at all is not something that a date has.
        inspections=tuple(each if each <= day else date(2099, 1, 1) for each in said.inspections),
        contacts=tuple(each for each in said.contacts if each[0] < as_of),
        rules=tuple(each for each in said.rules if each.valid_from <= day),
    )

"""How late facilities are: the deadlines that bind each, held against how far it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from facilities.domain.deadlines import DeadlineFact, day_as_of, in_force
from facilities.domain.rollout import facts
from facilities.domain.rollout_standing import RolloutStanding, SinkReportFact, standing
from facilities.enums import Sector, Sink, SinkSays, Stage
from facilities.models import Deadline, Facility, ProgressReport, SinkReport


@dataclass(frozen=True, slots=True)
class Owed:
    """A deadline in force whose milestone a facility has not reached. `days` is negative while there is time."""

    deadline: DeadlineFact
    days: int


def reached(stands: RolloutStanding, milestone: Stage) -> bool:
    """Whether the rollout is at the milestone or past it; a step that was skipped counts as passed."""
    return stands.stage.order >= milestone.order


def binds(deadline: DeadlineFact, facility: Facility) -> bool:
    """Whether the deadline covers the facility."""
    return deadline.covers(province=facility.province_id, district=facility.district_id, sector=Sector(facility.sector))


def owed(
    facility: Facility, stands: RolloutStanding, deadlines: Iterable[DeadlineFact], *, as_of: datetime
) -> Owed | None:
    """The earliest deadline of those given, all in force, that covers the facility and is not met."""
    unmet = [each for each in deadlines if binds(each, facility) and not reached(stands, each.milestone)]
    first = min(unmet, key=lambda each: (each.last_day, each.pk), default=None)
    return None if first is None else Owed(first, (day_as_of(as_of) - first.last_day).days)


def deadlines_in_force(*, as_of: datetime) -> list[DeadlineFact]:
    """All deadlines of the country that count then, the earliest first. One query."""
    return in_force((deadline_fact(each) for each in Deadline.objects.select_related("document")), as_of=as_of)


def deadline_fact(deadline: Deadline) -> DeadlineFact:
    """A deadline as the pure core reads it; its document must have been fetched."""
    return DeadlineFact(
        pk=deadline.pk,
        milestone=Stage(deadline.milestone),
        last_day=deadline.last_day,
        issued_on=deadline.document.issued_on,
        set_at=deadline.set_at,
        area=deadline.area_id,
        sectors=frozenset(Sector(sector) for sector in deadline.sectors),
        supersedes=deadline.supersedes_id,
    )


def standings(facilities: Collection[int]) -> Mapping[int, RolloutStanding]:
    """How far each facility is, by its id; one without reports has not begun. One query."""
    reports: dict[int, list[ProgressReport]] = defaultdict(list)
    for said in ProgressReport.objects.filter(facility__in=facilities):
        reports[said.facility_id].append(said)
    return {pk: standing(facts(reports[pk])) for pk in facilities}


def sink_reports(facilities: Iterable[int]) -> Mapping[int, list[SinkReportFact]]:
    """What was said of each facility's connections, in order. One query."""
    found: dict[int, list[SinkReportFact]] = defaultdict(list)
    for said in SinkReport.objects.filter(facility__in=facilities).order_by("recorded_at", "pk"):
        found[said.facility_id].append(
            SinkReportFact(said.pk, Sink(said.sink), SinkSays(said.says), said.on, said.recorded_at)
        )
    return found


def closed_on(facility: Facility) -> date | None:
    """The last day of a facility that is no more, by its node."""
    day: date | None = facility.organisation.valid_to
    return day

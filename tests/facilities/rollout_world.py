"""What tests of reminders and connections put into the small world: documents, deadlines, reports."""

from datetime import date, datetime, timedelta

from facilities.domain.deadlines import last_good_day
from facilities.enums import Bound, Direction, ReportKind, Sector, Stage
from facilities.models import AdministrativeUnit, Deadline, Document, Facility, Organisation, ProgressReport
from tests.world import NOW, World, add_facility

EARLIER = NOW - timedelta(days=5)


def add_deadline(
    world: World,
    *,
    node: str = "national",
    area: AdministrativeUnit | None = None,
    sectors: tuple[Sector, ...] = (),
    day: date = date(2021, 6, 12),
    milestone: Stage = Stage.CONNECTED,
    supersedes: Deadline | None = None,
    set_at: datetime = EARLIER - timedelta(hours=1),
) -> Deadline:
    """A deadline "before" that day, from a document of that body."""
    organisation: Organisation = world.nodes[node]
    document = Document.objects.create(
        organisation=organisation,
        direction=Direction.INCOMING,
        number="4403",
        symbol="CV-BCĐ",
        written="4403/CV-BCĐ",
        agency=f"Cơ quan {node}",
        subject=f"Về việc lắp đặt camera {node}",
        issued_on=date(2021, 5, 30),
        entered_at=set_at,
    )
    return Deadline.objects.create(
        organisation=organisation,
        document=document,
        milestone=milestone,
        area=area,
        sectors=list(sectors),
        day=day,
        bound=Bound.BEFORE,
        last_day=last_good_day(day, Bound.BEFORE),
        supersedes=supersedes,
        set_at=set_at,
    )


def add_neighbour(world: World, name: str, sector: Sector = Sector.CIVIL) -> Facility:
    """Another facility in the district of the school."""
    district = world.facilities["tam_ky_school"].district
    assert district is not None
    return add_facility(world, name, world.nodes["tam_ky"], district, sector)


def add_report(
    facility: Facility, what: Stage | ReportKind, *, on: date = date(2021, 6, 1), at: datetime = EARLIER
) -> ProgressReport:
    """A step reached, or a report of another kind."""
    stage, kind = (what, ReportKind.STEP) if isinstance(what, Stage) else ("", what)
    return ProgressReport.objects.create(facility=facility, kind=kind, stage=stage, on=on, recorded_at=at)

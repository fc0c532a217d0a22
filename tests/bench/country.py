"""The whole country, as large as the portal is designed for: 3,000 facilities with 30,000 cameras, 315 mandates."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle, islice

from django.contrib.auth.models import Permission as PermissionRow
from django.db import connection
from django.utils import timezone

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Stream, Vantage
from facilities.access.roles import BUNDLES
from facilities.domain.units import LISTED_FROM, load_units
from facilities.enums import MandateFunction, OrganisationKind, Premises, Role, Sector, UnitLevel, ZoneKind
from facilities.models import (
    AdministrativeUnit,
    Facility,
    Mandate,
    Organisation,
    OrganisationGrant,
    RoleGrant,
    User,
    Zone,
)

FACILITIES = 3000
CAMERAS_PER_FACILITY = 10
ZONES = (ZoneKind.CORRIDOR, ZoneKind.YARD, ZoneKind.GATE, ZoneKind.RECEPTION, ZoneKind.PUBLIC)
# Hà Nội: as many districts as the middle figure of the comparison, and ten facilities in each of them.
CAPITAL = "01"
FACILITIES_PER_DISTRICT_OF_CAPITAL = 10

CIVIL = [Sector.CIVIL, Sector.PAID_HOTEL]
# By the body that holds each in every province: its kind, its name, and its mandates.
BODIES: dict[str, tuple[OrganisationKind, list[tuple[MandateFunction, list[Sector]]]]] = {
    "Sở Y tế": (OrganisationKind.DEPARTMENT, [(MandateFunction.HEALTH, CIVIL)]),
    "Sở TT&TT": (
        OrganisationKind.DEPARTMENT,
        [(MandateFunction.TECHNICAL, list(Sector)), (MandateFunction.CONNECTION, list(Sector))],
    ),
    "Bộ CHQS": (
        OrganisationKind.COMMAND,
        [(MandateFunction.MILITARY, [Sector.ARMY]), (MandateFunction.LEAD, list(Sector))],
    ),
}


@dataclass
class Country:
    """What the comparison needs to know of it."""

    national: Organisation
    capital: Organisation
    districts: list[Organisation] = field(default_factory=list)
    facilities: list[Organisation] = field(default_factory=list)
    health: list[Organisation] = field(default_factory=list)


def lay_out(*, facilities: int = FACILITIES, cameras: int = CAMERAS_PER_FACILITY) -> Country:
    """Put the country into an empty database: so many facilities, each with so many cameras."""
    load_units()
    vantage, _ = Vantage.objects.get_or_create(code="central", defaults={"name": "Trung tâm"})
    nodes = list(_bodies())
    Organisation.objects.bulk_create(nodes, batch_size=1000)
    sites = list(_sites(nodes, facilities))
    Organisation.objects.bulk_create([site for site, _ in sites], batch_size=1000)
    _facilities(sites, vantage, cameras)
    Mandate.objects.bulk_create(_mandates(nodes))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    capital = next(node for node in nodes if node.kind == OrganisationKind.PROVINCE and _area(node).code == CAPITAL)
    return Country(
        national=nodes[0],
        capital=capital,
        districts=[node for node in nodes if node.kind == OrganisationKind.DISTRICT and _under(node, capital)],
        facilities=[site for site, _ in sites if _under(site, capital)],
        health=[node for node in nodes if node.name == "Sở Y tế"],
    )


def grant(person: User, role: Role, nodes: list[Organisation]) -> None:
    """The role on each of the nodes, without end: the rows that facilities.access.grants makes, all at once."""
    now = timezone.now()
    RoleGrant.objects.bulk_create(
        RoleGrant(user=person, organisation=node, role=role, granted_at=now) for node in nodes
    )
    codenames = [permission.value for permission in BUNDLES[role]]
    rows = PermissionRow.objects.filter(content_type__model="organisation", codename__in=codenames)
    OrganisationGrant.objects.bulk_create(
        OrganisationGrant(user=person, content_object=node, permission=row) for node in nodes for row in rows
    )


def _under(node: Organisation, top: Organisation) -> bool:
    return bool(node.path.startswith(top.path))


def _area(node: Organisation) -> AdministrativeUnit:
    area: AdministrativeUnit | None = node.area
    assert area is not None, "all but the national body have one"
    return area


def _province(node: Organisation) -> AdministrativeUnit:
    province: AdministrativeUnit | None = _area(node).province
    assert province is not None, "only districts and facilities are asked"
    return province


def _child(parent: Organisation, kind: OrganisationKind, name: str, area: AdministrativeUnit) -> Organisation:
    parent.numchild += 1
    depth = parent.depth + 1
    path = Organisation._get_path(parent.path, depth, parent.numchild)
    return Organisation(path=path, depth=depth, kind=kind, name=name, area=area)


def _bodies() -> Iterator[Organisation]:
    """The national body, the provinces, and in each province its departments, command and districts."""
    national = Organisation(path="0001", depth=1, kind=OrganisationKind.NATIONAL, name="Ban Chỉ đạo Quốc gia")
    yield national
    units = AdministrativeUnit.objects.valid_on(LISTED_FROM).select_related("province").order_by("code")
    provinces = units.filter(level=UnitLevel.PROVINCE)
    for province in provinces:
        node = _child(national, OrganisationKind.PROVINCE, f"UBND {province.full_name}", province)
        yield node
        for name, (kind, _) in BODIES.items():
            yield _child(node, kind, name, province)
        for district in units.filter(province=province):
            yield _child(node, OrganisationKind.DISTRICT, f"UBND {district.full_name}", district)


def _sites(nodes: list[Organisation], facilities: int) -> Iterator[tuple[Organisation, Sector]]:
    """The capital's facilities stand below its districts; of the others, every tenth is the army's."""
    districts = [node for node in nodes if node.kind == OrganisationKind.DISTRICT]
    commands = {_area(node).pk: node for node in nodes if node.kind == OrganisationKind.COMMAND}
    inside = [node for node in districts if _province(node).code == CAPITAL]
    outside = [node for node in districts if _province(node).code != CAPITAL]
    first = inside * FACILITIES_PER_DISTRICT_OF_CAPITAL
    rest = islice(cycle(outside), facilities - len(first))
    for number, district in enumerate([*first, *rest]):
        sector = CIVIL[number % 2]
        parent = district
        if number >= len(first) and number % 10 == 0:
            sector, parent = Sector.ARMY, commands[_province(district).pk]
        yield _child(parent, OrganisationKind.FACILITY, f"Cơ sở {number}", _area(district)), sector


def _facilities(sites: list[tuple[Organisation, Sector]], vantage: Vantage, each: int) -> None:
    facilities = Facility.objects.bulk_create(
        Facility(
            organisation=node,
            code=str(number),
            sector=sector,
            premises=Premises.SCHOOL,
            province=_province(node),
            district=node.area,
        )
        for number, (node, sector) in enumerate(sites)
    )
    zones = Zone.objects.bulk_create(
        Zone(facility=facility, kind=kind, name=str(kind.label)) for facility in facilities for kind in ZONES
    )
    # Zones come facility by facility, so its cameras take turns in them.
    of_facilities = [zones[first : first + len(ZONES)] for first in range(0, len(zones), len(ZONES))]
    cameras = Camera.objects.bulk_create(
        [
            Camera(zone=own[number % len(ZONES)], name=f"Camera {number}", vantage=vantage)
            for own in of_facilities
            for number in range(each)
        ],
        batch_size=5000,
    )
    Stream.objects.bulk_create(
        [Stream(camera=camera, url="rtsp://10.1.2.3:554/main") for camera in cameras], batch_size=5000
    )
    now = timezone.now()
    CameraState.objects.bulk_create(
        [CameraState(camera=camera, since=now, state=State.UNKNOWN, reason=Reason.NOT_PROBED) for camera in cameras],
        batch_size=5000,
    )


def _mandates(nodes: list[Organisation]) -> Iterator[Mandate]:
    for node in nodes:
        for function, sectors in BODIES.get(node.name, (None, []))[1]:
            yield Mandate(
                organisation=node, function=function, area=node.area, sectors=sectors, valid_from=date(2021, 5, 30)
            )

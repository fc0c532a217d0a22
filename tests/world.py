"""A small country for tests: two provinces, their bodies, facilities for all that may leak, people with roles."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.utils import timezone

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Stream, Vantage
from facilities.access.grants import grant_role
from facilities.enums import MandateFunction, OrganisationKind, Premises, Role, Sector, UnitLevel, ZoneKind
from facilities.models import (
    AdministrativeUnit,
    AllowedNetwork,
    Facility,
    Mandate,
    Organisation,
    Placement,
    User,
    Zone,
)
from tests.pouring import poured

# Five past two in the afternoon in Viet Nam, the day before the deadline.
NOW = datetime(2021, 6, 11, 7, 5, 20, tzinfo=UTC)
PASSWORD = "Mat-khau-thu-2021"


class QuickHasher(PBKDF2PasswordHasher):
    """Django's own hash with a single turn."""

    iterations = 1


@dataclass
class World:
    """The nodes by short names; `people` by what they are."""

    nodes: dict[str, Organisation] = field(default_factory=dict)
    facilities: dict[str, Facility] = field(default_factory=dict)
    cameras: dict[str, Camera] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


def build_world() -> World:
    """Two provinces; a civil and an army-run facility in Quảng Nam beside a second district, one in Đà Nẵng."""
    return poured(_build_world)


def _build_world() -> World:
    _count_from_a_million()
    world = World()
    national = Organisation.objects.add_root({"kind": OrganisationKind.NATIONAL, "name": "Ban Chỉ đạo Quốc gia"})
    world.nodes["national"] = national
    AllowedNetwork.objects.create(organisation=national, cidr="10.0.0.0/8")
    AllowedNetwork.objects.create(organisation=national, cidr="127.0.0.0/8")
    Vantage.objects.get_or_create(code="central", defaults={"name": "Trung tâm"})
    quang_nam, tam_ky, hoi_an = _province("49", "Quảng Nam", [("502", "Tam Kỳ"), ("503", "Hội An")])
    da_nang, hai_chau = _province("48", "Đà Nẵng", [("492", "Hải Châu")])
    _bodies(world, "qn", quang_nam, {"tam_ky": tam_ky, "hoi_an": hoi_an})
    _bodies(world, "dn", da_nang, {"hai_chau": hai_chau})
    add_facility(world, "tam_ky_school", world.nodes["tam_ky"], tam_ky, Sector.CIVIL)
    add_facility(world, "hoi_an_hotel", world.nodes["hoi_an"], hoi_an, Sector.PAID_HOTEL)
    add_facility(world, "qn_barracks", world.nodes["qn_command"], tam_ky, Sector.ARMY)
    add_facility(world, "da_nang_dormitory", world.nodes["hai_chau"], hai_chau, Sector.CIVIL)
    _people(world)
    return world


def add_facility(
    world: World, name: str, parent: Organisation, district: AdministrativeUnit, sector: Sector
) -> Facility:
    """A facility of one corridor, one gate and one toilet, with a camera in the corridor."""
    parent.refresh_from_db()
    province = district.province
    assert province is not None
    node = Organisation.objects.add_child(
        parent, {"kind": OrganisationKind.FACILITY, "name": f"Cơ sở {name}", "area": district}
    )
    facility = Facility.objects.create(
        organisation=node,
        code=name[:20],
        sector=sector,
        premises=Premises.SCHOOL,
        province=province,
        district=district,
    )
    Placement.objects.create(facility=facility, parent=parent, province=province, district=district)
    world.nodes[name], world.facilities[name] = node, facility
    for kind in (ZoneKind.CORRIDOR, ZoneKind.GATE, ZoneKind.TOILET):
        Zone.objects.create(facility=facility, kind=kind, name=f"{kind.label} {name}"[:100])
    world.cameras[name] = add_camera(facility, f"Camera {name}")
    return facility


def add_camera(
    facility: Facility,
    name: str,
    *,
    kind: ZoneKind = ZoneKind.CORRIDOR,
    url: str = "rtsp://10.1.2.3:554/main",
) -> Camera:
    """A camera that has not been looked at yet, due at NOW."""
    zone = facility.zones.get(kind=kind)
    camera = Camera.objects.create(zone=zone, name=name, vantage=Vantage.objects.get(code="central"))
    Stream.objects.create(camera=camera, url=url)
    CameraState.objects.create(camera=camera, state=State.UNKNOWN, reason=Reason.NOT_PROBED, since=NOW, due_at=NOW)
    return camera


def add_person(
    world: World, name: str, role: Role | None, *nodes: str, active: bool = True, expires_at: datetime | None = None
) -> User:
    """Somebody with one role on each of the nodes."""
    person = User.objects.create_user(username=name, password=PASSWORD, full_name=f"Người {name}", is_active=active)
    for node in nodes:
        if role is not None:
            grant_role(
                user=person, role=role, organisation=world.nodes[node], actor=None, now=NOW, expires_at=expires_at
            )
    world.people[name] = person
    return person


def _count_from_a_million() -> None:
    """Let ids be long, and no two things have the same.

    Any test then shows a page that writes one as 1.000.001 where a program reads it, or takes one thing for another.
    """
    with connection.cursor() as cursor:
        tables = sorted({sequence["table"] for sequence in connection.introspection.sequence_list()})
        for place, table in enumerate(tables):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, 1_000_000 + 10_000 * place])


def _province(code: str, name: str, districts: list[tuple[str, str]]) -> list[AdministrativeUnit]:
    start = date(2021, 1, 1)
    province = AdministrativeUnit.objects.create(
        level=UnitLevel.PROVINCE, code=code, name=name, full_name=f"Tỉnh {name}", valid_from=start
    )
    return [province] + [
        AdministrativeUnit.objects.create(
            level=UnitLevel.DISTRICT,
            code=district_code,
            name=district,
            full_name=f"Huyện {district}",
            valid_from=start,
            province=province,
        )
        for district_code, district in districts
    ]


def _bodies(world: World, prefix: str, area: AdministrativeUnit, districts: dict[str, AdministrativeUnit]) -> None:
    kind = OrganisationKind
    national = world.nodes["national"]
    national.refresh_from_db()
    province = Organisation.objects.add_child(
        national, {"kind": kind.PROVINCE, "name": f"UBND {area.full_name}", "area": area}
    )
    world.nodes[prefix] = province
    world.nodes[f"{prefix}_health"] = Organisation.objects.add_child(
        province, {"kind": kind.DEPARTMENT, "name": f"Sở Y tế {area.name}", "area": area}
    )
    world.nodes[f"{prefix}_command"] = Organisation.objects.add_child(
        province, {"kind": kind.COMMAND, "name": f"Bộ CHQS {area.name}", "area": area}
    )
    # Sở Y tế oversees the civil facilities and the hotels of its province, without standing above them in the tree.
    Mandate.objects.create(
        organisation=world.nodes[f"{prefix}_health"],
        function=MandateFunction.HEALTH,
        area=area,
        sectors=[Sector.CIVIL, Sector.PAID_HOTEL],
        valid_from=date(2021, 1, 1),
        basis="4403/CV-BCĐ",
    )
    for name, district in districts.items():
        world.nodes[name] = Organisation.objects.add_child(
            province, {"kind": kind.DISTRICT, "name": f"UBND {district.full_name}", "area": district}
        )


def _people(world: World) -> None:
    add_person(world, "national_leader", Role.LEADER, "national")
    add_person(world, "qn_leader", Role.LEADER, "qn")
    add_person(world, "dn_leader", Role.LEADER, "dn")
    add_person(world, "qn_analyst", Role.ANALYST, "qn")
    add_person(world, "qn_inspector", Role.INSPECTOR, "tam_ky", "hoi_an")
    add_person(world, "qn_operator", Role.OPERATOR, "qn")
    add_person(world, "qn_army_leader", Role.LEADER, "qn_command")
    add_person(world, "tam_ky_officer", Role.FACILITY_OFFICER, "tam_ky_school")
    add_person(world, "hoi_an_officer", Role.FACILITY_OFFICER, "hoi_an_hotel")
    add_person(world, "dn_officer", Role.FACILITY_OFFICER, "da_nang_dormitory")
    add_person(world, "qn_health_inspector", Role.INSPECTOR, "qn_health")
    add_person(world, "dn_health_inspector", Role.INSPECTOR, "dn_health")
    add_person(world, "qn_administrator", Role.ADMINISTRATOR, "qn")
    add_person(world, "qn_chief", Role.CHIEF_ADMINISTRATOR, "qn")
    add_person(world, "contractor", Role.CONTRACTOR, "tam_ky_school", expires_at=timezone.now() + timedelta(days=30))
    add_person(world, "expired", Role.CHIEF_ADMINISTRATOR, "qn", expires_at=timezone.now() - timedelta(seconds=1))
    add_person(world, "nobody", None)
    add_person(world, "disabled", Role.LEADER, "national", active=False)

"""As many queries with 300 grants as with one: list, one camera and count, pages and API."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cameras.models import Camera, CameraState, Vantage
from facilities.enums import OrganisationKind, Permission, Premises, Role, Sector, ZoneKind
from facilities.models import Facility, Organisation, User, Zone
from portal.figures.refreshing import refresh
from tests.bench.country import grant
from tests.world import NOW, World, add_person

GRANTS = 300


@pytest.fixture
def many(world: World) -> list[User]:
    """Two people who reach the same 300 facilities: by one grant on the district, and by one on each of them."""
    district = world.facilities["tam_ky_school"].district
    assert district is not None
    parent = Organisation.objects.get(pk=world.nodes["tam_ky"].pk)
    nodes = [
        Organisation(
            path=Organisation._get_path(parent.path, parent.depth + 1, parent.numchild + number),
            depth=parent.depth + 1,
            kind=OrganisationKind.FACILITY,
            name=f"Cơ sở {number}",
            area=district,
        )
        for number in range(1, GRANTS)
    ]
    Organisation.objects.bulk_create(nodes)
    Organisation.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(nodes))
    assert district.province is not None
    facilities = Facility.objects.bulk_create(
        Facility(
            organisation=node,
            code=str(number),
            sector=Sector.CIVIL,
            premises=Premises.SCHOOL,
            province=district.province,
            district=district,
        )
        for number, node in enumerate(nodes)
    )
    zones = Zone.objects.bulk_create(Zone(facility=site, kind=ZoneKind.GATE, name="Cổng") for site in facilities)
    vantage = Vantage.objects.get(code="central")
    cameras = Camera.objects.bulk_create(Camera(zone=zone, name="Camera", vantage=vantage) for zone in zones)
    CameraState.objects.bulk_create(CameraState(camera=camera, since=NOW) for camera in cameras)
    one, each = add_person(world, "one", Role.LEADER, "tam_ky"), add_person(world, "each", None)
    grant(each, Role.LEADER, [world.nodes["tam_ky_school"], *nodes])
    return [one, each]


def queries_of(task: Callable[[], object]) -> int:
    task()  # what is looked up once for all, as the types of contents are, is no part of it
    with CaptureQueriesContext(connection) as captured:
        task()
    return len(captured)


def fetch(person: User, path: str) -> Callable[[], None]:
    client = Client()
    client.force_login(person)

    def task() -> None:
        assert client.get(path).status_code == 200

    return task


def test_as_many_queries_with_300_grants_as_with_one(world: World, many: list[User]) -> None:
    camera, facility = world.cameras["tam_ky_school"].pk, world.facilities["tam_ky_school"].pk
    counted = [Camera.objects.visible_to(person, Permission.VIEW_PICTURES, timezone.now()).count() for person in many]
    assert counted == [GRANTS, GRANTS]
    # Pages of figures bring a share of them up to date before they read: here there is nothing left to bring.
    while refresh(now=timezone.now()):
        pass
    for path in (
        "/api/cameras/",
        f"/api/cameras/{camera}/",
        "/api/facilities/",
        f"/api/facilities/{facility}/",
        f"/cameras/{camera}/",
        f"/facilities/{facility}/",
        f"/compliance/{world.facilities['tam_ky_school'].district_id}/facilities/",
        f"/wall/{world.nodes['tam_ky_school'].pk}/",
    ):
        few, more = (queries_of(fetch(person, path)) for person in many)
        assert few == more, path
    few, more = (queries_of(count(person)) for person in many)
    assert few == more == 1


def count(person: User) -> Callable[[], object]:
    return lambda: Camera.objects.visible_to(person, Permission.VIEW_FIGURES).count()

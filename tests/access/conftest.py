"""The small country with words that tell where something comes from, and with people of mixed permissions."""

import pytest

from cameras.enums import Reason, State
from cameras.models import Stream, Transition
from facilities.access.grants import grant_role
from facilities.enums import Role
from facilities.models import User
from tests.world import NOW, World, add_person, build_world


@pytest.fixture
def world(db: None) -> World:
    """Every text about a facility holds its short name; every camera has a history."""
    return told_apart(build_world())


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same, really committed: for sockets."""
    return told_apart(build_world())


def told_apart(world: World) -> World:
    for name, facility in world.facilities.items():
        facility.address = f"Đường {name}"
        facility.save()
        camera = world.cameras[name]
        Stream.objects.filter(camera=camera).update(url=stream_address(name), username=f"admin-{name}")
        Transition.objects.create(
            camera=camera, before=State.OK, state=State.DOWN, reason=Reason.REFUSED, at=NOW, noticed_at=NOW
        )
    User.objects.filter(pk=add_person(world, "superuser", None).pk).update(is_superuser=True, is_staff=True)
    person = add_person(world, "patchwork", Role.INSPECTOR, "qn")
    for role, node in ((Role.ADMINISTRATOR, "national"), (Role.FACILITY_OFFICER, "hoi_an_hotel")):
        grant_role(user=person, role=role, organisation=world.nodes[node], actor=None, now=NOW)
    return world


def stream_address(name: str) -> str:
    """Where the facility's camera is fetched."""
    return f"rtsp://10.1.2.3:554/{name}"

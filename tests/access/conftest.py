"""The small country with words that tell where something comes from, and with people of mixed permissions."""

import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern
from django.utils import timezone
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from cameras.enums import Reason, State
from cameras.models import Stream, Transition
from facilities.access.grants import grant_role
from facilities.domain.records import record
from facilities.domain.tree import create_organisation
from facilities.enums import ImportState, MandateFunction, OrganisationKind, RecordedAction, Role, RowFate, Sector
from facilities.models import Import, ImportRow, Mandate, User
from portal.urls import urlpatterns
from tests.access.rows import ROOMS
from tests.world import NOW, World, add_person, build_world


@pytest.fixture
def world(db: None) -> World:
    """Every text about a facility holds its short name; every camera has a history."""
    return told_apart(build_world())


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same, really committed: for sockets."""
    return told_apart(build_world())


@pytest.fixture
def standing_world(world_of_module: World, db: None) -> World:
    """The same, built once for all tests of a module; what each changes is undone."""
    return world_of_module


@pytest.fixture(scope="module")
def world_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """In a transaction around those of the tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield told_apart(build_world())
        transaction.set_rollback(True)


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., None]]:
    """Adds entries to a copy of the portal's URLconf, behind doors that ask for the second factor."""
    settings.SECOND_FACTOR_REQUIRED = True
    name = "tests.access.throw_away_routes"

    def add(*entries: URLPattern) -> None:
        module: Any = ModuleType(name)
        module.urlpatterns = [*urlpatterns, *entries]
        sys.modules[name] = module
        settings.ROOT_URLCONF = name

    yield add
    sys.modules.pop(name, None)


def told_apart(world: World) -> World:
    for name, facility in world.facilities.items():
        facility.address = f"Đường {name}"
        facility.save()
        camera = world.cameras[name]
        Stream.objects.filter(camera=camera).update(url=stream_address(name), username=f"admin-{name}")
        Transition.objects.create(
            camera=camera, before=State.OK, state=State.DOWN, reason=Reason.REFUSED, at=NOW, noticed_at=NOW
        )
        record(
            RecordedAction.EXPORTED,
            actor=None,
            now=timezone.now(),
            organisation=world.nodes[name],
            subject=recorded(name),
        )
    for side in ("qn", "dn"):
        # One that another of its kind can go over into.
        world.nodes[f"{side}_tourism"] = create_organisation(
            parent=world.nodes[side], kind=OrganisationKind.DEPARTMENT, name=f"Du lịch {side}", area=None, actor=None
        )
    _mandates(world)
    _uploads(world)
    User.objects.filter(pk=add_person(world, "superuser", None).pk).update(is_superuser=True, is_staff=True)
    add_person(world, "without_second_factor", Role.CHIEF_ADMINISTRATOR, "qn")
    add_person(world, "password_analyst", Role.ANALYST, "qn")
    person = add_person(world, "patchwork", Role.INSPECTOR, "qn")
    for role, node in ((Role.ADMINISTRATOR, "national"), (Role.FACILITY_OFFICER, "hoi_an_hotel")):
        grant_role(user=person, role=role, organisation=world.nodes[node], actor=None, now=NOW)
    for room in ROOMS:
        room.tell_apart(world)
    return world


def _uploads(world: World) -> None:
    """What two people brought: one file of each that waits, and one that is taken in."""
    add_person(world, "dn_line_operator", Role.OPERATOR, "dn_command")
    for name in ("qn_chief", "dn_line_operator"):
        for state in (ImportState.CHECKED, ImportState.DONE):
            brought = Import.objects.create(
                kind="zones",
                stored_as=f"{name}-{state}",
                original_name=uploaded(name),
                uploaded_by=world.people[name],
                uploaded_at=NOW,
                ordered_at=NOW,
                language="vi",
                state=state,
                new=1,
                total=1,
            )
            values = {"facility": uploaded(name), "kind": "gate", "name": "Cổng"}
            wrong = [{"column": "facility", "message": f"Không có {uploaded(name)}"}]
            ImportRow.objects.create(of=brought, number=2, values=values, fate=RowFate.WRONG, errors=wrong)


def uploaded(name: str) -> str:
    """What the file of that person is called, and what stands in it."""
    return f"bảng của {name}"


def _mandates(world: World) -> None:
    """Each tells by its basis whose it is; those that are over, or to come, would reach what no other reaches."""
    today = timezone.localdate()
    for node in ("qn_health", "dn_health"):
        Mandate.objects.filter(organisation=world.nodes[node]).update(basis=basis(node))
    for node, function, area, sector, begin, end in (
        ("dn_command", MandateFunction.CONNECTION, "hoi_an", Sector.PAID_HOTEL, date(2021, 1, 1), None),
        ("qn_health", MandateFunction.HEALTH, "qn", Sector.ARMY, date(2020, 1, 1), today - timedelta(days=2)),
        ("dn_health", MandateFunction.HEALTH, "tam_ky", Sector.CIVIL, today + timedelta(days=2), None),
    ):
        Mandate.objects.create(
            organisation=world.nodes[node],
            function=function,
            area=world.nodes[area].area,
            sectors=[sector],
            valid_from=begin,
            valid_to=end,
            basis=basis(node),
        )


def stream_address(name: str) -> str:
    """Where the facility's camera is fetched."""
    return f"rtsp://10.1.2.3:554/{name}"


def basis(node: str) -> str:
    """What the mandates of a body rest on."""
    return f"Quyết định về {node}"


def recorded(name: str) -> str:
    """The subject of what is on record about a facility."""
    return f"Sổ của {name}"

"""The wall's socket: whom it lets in, what it sends them, and what ends it."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sized
from datetime import date, timedelta
from threading import Event
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from cameras.live.viewings import Shown
from cameras.live.wall import WallConnection
from facilities.access import vigil
from facilities.access.doors import socket
from facilities.access.doors.socket import NOT_HERE, NOT_LOGGED_IN, NOT_UNDERSTOOD, TRY_AGAIN
from facilities.access.grants import announce_tree_change, revoke_role
from facilities.access.standing import Standing, look
from facilities.enums import Role, ZoneKind
from facilities.models import Mandate, Organisation, User
from portal.sockets import socket_urlpatterns
from tests.access.browsing import session_of
from tests.access.oracle import PERSONAS, PICTURES
from tests.cameras.live.test_wall_connection import WallPage, cookie_of, publish, publish_all
from tests.world import World, add_camera, add_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_matrix_knows_each_socket() -> None:
    assert [str(route.pattern) for route in socket_urlpatterns] == ["ws/wall/"]


def page_of(world: World, persona: str, origin: str = "http://testserver") -> WallPage:
    return WallPage(f"{settings.SESSION_COOKIE_NAME}={session_of(world, persona)}", origin)


async def page_of_person(world: World, name: str) -> WallPage:
    """Of somebody who is no persona of the matrix, or who logged in by password alone."""
    return WallPage(await sync_to_async(cookie_of)(world, name), "http://testserver")


async def until(things: Sized, number: int) -> None:
    """Wait for there to be that many."""
    while len(things) < number:  # noqa: ASYNC110 - they are counted in another thread
        await asyncio.sleep(0.05)


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vigil, "LOOK_SECONDS", 0.2)


async def test_each_gets_the_pictures_that_are_theirs_whatever_they_ask_for(committed_world: World) -> None:
    """Also of a camera where none may be, were its picture ever stored."""
    world = committed_world
    forbidden = await sync_to_async(add_camera)(world.facilities["tam_ky_school"], "toilet", kind=ZoneKind.TOILET)
    world.cameras["forbidden"] = forbidden
    await publish_all(list(world.cameras.values()))
    names = {camera.pk: name for name, camera in world.cameras.items()}
    for persona, who in PERSONAS.items():
        page = await sync_to_async(page_of)(world, persona)
        opened = await page.opened()
        expected = who.facilities(PICTURES)
        if not who.somewhere(PICTURES):
            code = NOT_HERE if who.logged_in else NOT_LOGGED_IN
            assert (persona, opened) == (persona, {"type": "websocket.close", "code": code})
        else:
            assert opened["type"] == "websocket.accept"
            await page.say({"watch": [*names, 10**30, -1]})
            assert list(await page.told()) == ["now"]
            frames = [await page.frame() for _ in range(len(expected) + ("tam_ky_school" in expected))]
            assert {names[head["camera"]] for head, jpeg in frames if jpeg} == expected, persona
            assert await page.nothing()
        await page.leave()


def log_out(world: World, persona: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get().session_key
    client.post("/logout/")


def run_out(world: World, persona: str) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def disable(world: World, persona: str) -> None:
    """As somebody does by hand, in the database: nothing of the portal hears of it."""
    User.objects.filter(username=persona).update(is_active=False)


def change_password(world: World, persona: str) -> None:
    world.people[persona].set_password("Mat-khau-khac-2021")
    world.people[persona].save()


@pytest.mark.parametrize("end", [log_out, run_out, disable, change_password], ids=lambda end: end.__name__)
async def test_a_wall_ends_with_the_login(committed_world: World, end: Callable[[World, str], None]) -> None:
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
    await page.opened()
    await page.watch(committed_world.cameras["tam_ky_school"])
    assert await page.nothing()
    await sync_to_async(end)(committed_world, "tam_ky_officer")
    assert await page.output() == {"type": "websocket.close", "code": NOT_LOGGED_IN}
    await page.leave()


def test_no_login_is_believed_for_longer_than_five_seconds() -> None:
    assert vigil.UNCONFIRMED_SECONDS + vigil.LOOK_SECONDS <= 5


@pytest.mark.parametrize("seconds", [0, 3], ids=["refuses", "hangs"])
async def test_a_wall_whose_login_nobody_can_confirm_shows_nothing(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    monkeypatch.setattr(vigil, "UNCONFIRMED_SECONDS", 0.5)
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
    await page.opened()

    def broken(*_: object) -> None:
        time.sleep(seconds)
        raise DatabaseError

    monkeypatch.setattr(vigil, "look", broken)
    assert await page.output() == {"type": "websocket.close", "code": TRY_AGAIN}
    await page.leave()


async def test_a_database_that_is_away_for_a_moment_ends_no_wall(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[None] = []

    def broken_once(*asked: Any) -> Standing:
        looks.append(None)
        if len(looks) == 1:
            raise DatabaseError
        return look(*asked)

    monkeypatch.setattr(vigil, "look", broken_once)
    camera = committed_world.cameras["tam_ky_school"]
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
    await page.opened()
    await page.watch(camera)
    await until(looks, 3)
    await publish(camera)
    assert (await page.frame())[0]["camera"] == camera.pk
    await page.leave()


async def test_a_grant_that_ends_by_itself_ends_the_wall(committed_world: World) -> None:
    """Nobody announces that time has passed."""
    await sync_to_async(add_person)(
        committed_world, "surveyor", Role.LEADER, "qn", expires_at=timezone.now() + timedelta(seconds=2)
    )
    page = await page_of_person(committed_world, "surveyor")
    await page.opened()
    await page.watch(committed_world.cameras["tam_ky_school"])
    assert await page.output() == {"type": "websocket.close", "code": NOT_HERE}
    await page.leave()


def end_mandate(world: World) -> None:
    Mandate.objects.filter(organisation=world.nodes["qn_health"]).update(valid_to=date(2021, 1, 2))


def move(world: World) -> None:
    school, elsewhere = world.nodes["tam_ky_school"], world.nodes["hai_chau"]
    Organisation.objects.move(
        Organisation.objects.get(pk=school.pk), Organisation.objects.get(pk=elsewhere.pk), "last-child"
    )
    announce_tree_change()


@pytest.mark.parametrize(
    ("persona", "change"), [("qn_health_inspector", end_mandate), ("qn_inspector", move)], ids=["mandate", "move"]
)
async def test_what_is_lost_across_the_tree_leaves_the_screen(
    committed_world: World, persona: str, change: Callable[[World], None]
) -> None:
    camera = committed_world.cameras["tam_ky_school"]
    page = await sync_to_async(page_of)(committed_world, persona)
    await page.opened()
    await page.watch(camera)
    await sync_to_async(change)(committed_world)
    assert await page.told() == {"gone": [camera.pk]}
    await publish(camera)
    assert await page.nothing()
    await page.leave()


async def test_what_was_missed_is_found_in_turn(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A move that nobody announced, as one made by hand in the database."""
    monkeypatch.setattr(vigil, "ASK_ANEW_SECONDS", 0.2)
    camera = committed_world.cameras["tam_ky_school"]
    page = await sync_to_async(page_of)(committed_world, "qn_inspector")
    await page.opened()
    await page.watch(camera)
    await sync_to_async(Organisation.objects.filter(pk=committed_world.nodes["tam_ky_school"].pk).update)(path="9999")
    assert await page.told() == {"gone": [camera.pk]}
    await page.leave()


async def test_nothing_is_shown_between_the_loss_and_the_answer(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule takes its time to say what is left; until then no picture is sent, of no camera."""
    lost, kept = committed_world.cameras["tam_ky_school"], committed_world.cameras["hoi_an_hotel"]
    page = await sync_to_async(page_of)(committed_world, "qn_inspector")
    await page.opened()
    await page.watch(lost, kept)
    answered, reach = Event(), WallConnection.reach

    def slowly(self: WallConnection, ids: Iterable[int]) -> dict[int, Shown]:
        answered.wait(5)
        return reach(self, ids)

    monkeypatch.setattr(WallConnection, "reach", slowly)
    await sync_to_async(revoke_role)(
        user=committed_world.people["qn_inspector"], role=Role.INSPECTOR, organisation=committed_world.nodes["tam_ky"]
    )
    await asyncio.sleep(1)
    await publish_all([lost, kept])
    assert await page.nothing()
    answered.set()
    assert await page.told() == {"gone": [lost.pk]}
    assert (await page.frame())[0]["camera"] == kept.pk
    assert await page.nothing()
    await page.leave()


async def test_a_person_is_asked_about_once_for_all_of_their_walls(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, kept = committed_world.cameras["tam_ky_school"], committed_world.cameras["hoi_an_hotel"]
    pages = [await sync_to_async(page_of)(committed_world, "qn_inspector") for _ in range(3)]
    for page, cameras in zip(pages, ([lost], [kept], [lost, kept]), strict=True):
        await page.opened()
        await page.watch(*cameras)
        assert await page.nothing()
    asked, reach = [], WallConnection.reach

    def counted(self: WallConnection, ids: Iterable[int]) -> dict[int, Shown]:
        asked.append(set(ids))
        return reach(self, ids)

    monkeypatch.setattr(WallConnection, "reach", counted)
    await sync_to_async(revoke_role)(
        user=committed_world.people["qn_inspector"], role=Role.INSPECTOR, organisation=committed_world.nodes["tam_ky"]
    )
    assert [await pages[number].told() for number in (0, 2)] == [{"gone": [lost.pk]}] * 2
    assert asked[0] == {lost.pk, kept.pk}
    # By the announcement, and perhaps once more by a look that began before it.
    assert len(asked) <= 2
    assert await pages[1].nothing()
    for page in pages:
        await page.leave()


async def test_without_redis_a_grant_is_still_taken_and_the_wall_ends(
    committed_world: World, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
    await page.opened()

    def revoke() -> None:
        settings.CHANNEL_LAYERS = {
            "default": {**settings.CHANNEL_LAYERS["default"], "CONFIG": {"hosts": ["unix:///nowhere/redis.sock"]}}
        }
        revoke_role(
            user=committed_world.people["tam_ky_officer"],
            role=Role.FACILITY_OFFICER,
            organisation=committed_world.nodes["tam_ky_school"],
        )

    await sync_to_async(revoke)()
    assert "on_commit" in caplog.text
    assert await page.output() == {"type": "websocket.close", "code": NOT_HERE}
    await page.leave()


async def test_whoever_lacks_a_second_factor_is_told_so(committed_world: World, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    page = await page_of_person(committed_world, "tam_ky_officer")
    assert (await page.opened())["type"] == "websocket.accept"
    assert await page.output() == {"type": "websocket.close", "code": socket.SECOND_FACTOR}
    await page.say({"watch": [committed_world.cameras["tam_ky_school"].pk]})
    assert await page.nothing()
    await page.leave()


@pytest.mark.parametrize("sockets", [1, 3])
async def test_looks_cost_the_same_whatever_the_number_of_sockets(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, sockets: int
) -> None:
    counts: list[int] = []

    def counted(*asked: Any) -> Standing:
        with CaptureQueriesContext(connection) as queries:
            found = look(*asked)
        counts.append(len(queries))
        return found

    monkeypatch.setattr(vigil, "look", counted)
    personas = ("qn_inspector", "tam_ky_officer", "qn_health_inspector")[:sockets]
    pages = [await sync_to_async(page_of)(committed_world, persona) for persona in personas]
    for page in pages:
        await page.opened()
    counts.clear()
    await until(counts, 2)
    assert set(counts) == {4}
    for page in pages:
        await page.leave()


ODD_MESSAGES = ["[" * 100_000, "", "null", '"watch"', "9" * 5000, '{"watch": [1.0]}', '{"painted": 0}']


async def test_odd_messages_end_the_connection(committed_world: World) -> None:
    for text in ODD_MESSAGES:
        page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
        await page.opened()
        await page.say_text(text)
        assert (text, await page.output()) == (text, {"type": "websocket.close", "code": NOT_UNDERSTOOD})
        await page.leave()


OTHER_SITES = [
    "",
    "null",
    "http://[",
    "https://testserver",
    "http://testserver:81",
    "http://testserver.evil",
    "http://x@testserver",
]


async def test_pages_of_other_sites_are_not_let_in(committed_world: World) -> None:
    for origin in OTHER_SITES:
        page = await sync_to_async(page_of)(committed_world, "tam_ky_officer", origin)
        refused = {"type": "websocket.close", "code": socket.OTHER_ORIGIN}
        assert (origin, await page.opened()) == (origin, refused)
        await page.leave()

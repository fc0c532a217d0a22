"""The wall's socket: whom it lets in, what it sends them, and what ends it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from cameras.enums import Reason, State
from cameras.live.tiles import Tile, publish
from facilities.access.doors import socket
from facilities.access.doors.socket import NOT_HERE, NOT_LOGGED_IN, NOT_UNDERSTOOD, TRY_AGAIN
from facilities.enums import ZoneKind
from portal.sockets import socket_urlpatterns
from tests.access.oracle import PERSONAS, PICTURES
from tests.access.test_matrix import session_of
from tests.cameras.live.test_wall_connection import WallPage
from tests.world import NOW, World, add_camera

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_matrix_knows_each_socket() -> None:
    assert [str(route.pattern) for route in socket_urlpatterns] == ["ws/wall/"]


def page_of(world: World, persona: str, origin: str = "http://testserver") -> WallPage:
    return WallPage(f"{settings.SESSION_COOKIE_NAME}={session_of(world, persona)}", origin)


def publish_all(world: World, jpeg: bytes = b"jpeg") -> None:
    publish(
        [
            Tile(camera.pk, camera.zone.facility_id, State.OK, Reason.NONE, NOW, NOW, NOW, jpeg)
            for camera in world.cameras.values()
        ]
    )


async def test_each_gets_the_pictures_that_are_theirs_whatever_they_ask_for(committed_world: World) -> None:
    """Also of a camera where none may be, were its picture ever stored."""
    world = committed_world
    forbidden = await sync_to_async(add_camera)(world.facilities["tam_ky_school"], "toilet", kind=ZoneKind.TOILET)
    world.cameras["forbidden"] = forbidden
    await sync_to_async(publish_all)(world)
    names = {camera.pk: name for name, camera in world.cameras.items()}
    for persona, who in PERSONAS.items():
        page = await sync_to_async(page_of)(world, persona)
        opened = await page.opened()
        expected = who.facilities(PICTURES)
        if not expected:
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
    type(world.people[persona]).objects.filter(username=persona).update(is_active=False)


def change_password(world: World, persona: str) -> None:
    world.people[persona].set_password("Mat-khau-khac-2021")
    world.people[persona].save()


@pytest.mark.parametrize("end", [log_out, run_out, disable, change_password], ids=lambda end: end.__name__)
async def test_a_wall_ends_with_the_login(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, end: Callable[[World, str], None]
) -> None:
    monkeypatch.setattr(socket, "LOGIN_SECONDS", 0.05)
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
    await page.opened()
    await page.watch(committed_world.cameras["tam_ky_school"])
    assert await page.nothing()
    await sync_to_async(end)(committed_world, "tam_ky_officer")
    assert await page.output() == {"type": "websocket.close", "code": NOT_LOGGED_IN}
    await page.leave()


def test_no_login_is_believed_for_longer_than_five_seconds() -> None:
    assert socket.LOGIN_SECONDS < 5


async def test_a_wall_whose_login_nobody_can_confirm_shows_nothing(
    committed_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "LOGIN_SECONDS", 0.05)
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
    await page.opened()

    async def broken(_self: object) -> bool:
        raise DatabaseError

    monkeypatch.setattr(socket.LiveConnection, "_still_logged_in", broken)
    assert await page.output() == {"type": "websocket.close", "code": TRY_AGAIN}
    await page.leave()


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "", "null", '"watch"', "9" * 5000, '{"watch": [1.0]}', '{"painted": 0}']
)
async def test_odd_messages_end_the_connection(committed_world: World, text: str) -> None:
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer")
    await page.opened()
    await page.say_text(text)
    assert await page.output() == {"type": "websocket.close", "code": NOT_UNDERSTOOD}
    await page.leave()


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://[",
        "https://testserver",
        "http://testserver:81",
        "http://testserver.evil",
        "http://x@testserver",
    ],
)
async def test_pages_of_other_sites_are_not_let_in(committed_world: World, origin: str) -> None:
    page = await sync_to_async(page_of)(committed_world, "tam_ky_officer", origin)
    assert await page.opened() == {"type": "websocket.close", "code": socket.OTHER_ORIGIN}
    await page.leave()

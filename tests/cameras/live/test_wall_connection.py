"""The wall's socket, through the portal's own ASGI application, with real Redis and PostgreSQL."""

import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from cameras.enums import Reason, State
from cameras.live import tiles
from cameras.live.subscription import MOST_WATCHED, WINDOW
from cameras.models import Camera
from facilities.access.doors.socket import NOT_HERE, NOT_LOGGED_IN, OTHER_ORIGIN
from facilities.access.grants import revoke_role
from facilities.enums import Role, ZoneKind
from portal.asgi import application
from tests.world import NOW, World, add_camera


class WallPage:
    """A page that has asked to open the wall's socket."""

    def __init__(self, cookie: str, origin: str) -> None:
        headers = {"cookie": cookie, "origin": origin, "host": "testserver"}
        self._server: Any = ApplicationCommunicator(  # type: ignore[no-untyped-call] # asgiref's tester is untyped
            application,
            {
                "type": "websocket",
                "path": "/ws/wall/",
                "query_string": b"",
                "subprotocols": [],
                "client": ["192.0.2.7", 50000],
                "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
            },
        )

    async def opened(self) -> dict[str, Any]:
        """Ask; the server's answer."""
        await self._server.send_input({"type": "websocket.connect"})
        return await self.output()

    async def output(self) -> dict[str, Any]:
        return dict(await self._server.receive_output(timeout=5))

    async def say(self, message: dict[str, Any]) -> None:
        await self.say_text(json.dumps(message))

    async def say_text(self, text: str) -> None:
        await self._server.send_input({"type": "websocket.receive", "text": text})

    async def told(self) -> dict[str, Any]:
        """The next message, which is text."""
        message: dict[str, Any] = json.loads((await self.output())["text"])
        return message

    async def frame(self) -> tuple[dict[str, Any], bytes]:
        """The next message, which is a tile: its head and its picture."""
        data = (await self.output())["bytes"]
        (length,) = struct.unpack(">I", data[:4])
        return json.loads(data[4 : 4 + length]), data[4 + length :]

    async def watch(self, *cameras: Camera) -> None:
        await self.say({"watch": [camera.pk for camera in cameras]})
        assert list(await self.told()) == ["now"]

    async def nothing(self) -> bool:
        """Whether nothing comes for a while."""
        return bool(await self._server.receive_nothing(timeout=0.3))

    async def leave(self) -> None:
        await self._server.send_input({"type": "websocket.disconnect", "code": 1005})
        await self._server.wait(timeout=5)


Connect = Callable[..., Awaitable[WallPage]]
pytestmark = pytest.mark.django_db(transaction=True)


def cookie_of(world: World, name: str) -> str:
    client = Client()
    if name != "anonymous":
        client.force_login(world.people[name])
    return "; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items())


@pytest.fixture
async def visit(committed_world: World) -> AsyncIterator[Connect]:
    """A page of that person, not yet let in."""
    made: list[WallPage] = []

    async def page_of(name: str, origin: str = "http://testserver") -> WallPage:
        page = WallPage(await sync_to_async(cookie_of)(committed_world, name), origin)
        made.append(page)
        return page

    yield page_of
    for page in made:
        await page.leave()


@pytest.fixture
def connect(visit: Connect) -> Connect:
    """A page of that person, let in."""

    async def open_as(name: str) -> WallPage:
        page = await visit(name)
        assert (await page.opened())["type"] == "websocket.accept"
        return page

    return open_as


async def publish(camera: Camera, jpeg: bytes = b"jpeg", *, state: State = State.OK, later: int = 0) -> None:
    await publish_all([camera], jpeg, state=state, later=later)


async def publish_all(cameras: list[Camera], jpeg: bytes = b"jpeg", *, state: State = State.OK, later: int = 0) -> None:
    at = NOW + timedelta(seconds=later)
    await sync_to_async(tiles.publish)(
        [tiles.Tile(camera.pk, camera.zone.facility_id, state, Reason.NONE, NOW, at, at, jpeg) for camera in cameras]
    )


async def test_the_newest_tile_comes_at_once_and_the_next_when_there_is_one(
    connect: Connect, committed_world: World
) -> None:
    camera = committed_world.cameras["tam_ky_school"]
    await publish(camera, b"first")
    page = await connect("qn_leader")
    await page.watch(camera)
    head, jpeg = await page.frame()
    assert (head["camera"], head["state"], jpeg) == (camera.pk, "ok", b"first")
    await publish(camera, b"second", later=60)
    head, jpeg = await page.frame()
    assert jpeg == b"second"
    assert head["captured_at"] == (NOW + timedelta(seconds=60)).isoformat()


async def test_cameras_of_others_give_nothing_now_or_later(connect: Connect, committed_world: World) -> None:
    own, other = committed_world.cameras["da_nang_dormitory"], committed_world.cameras["tam_ky_school"]
    await publish_all([own, other])
    page = await connect("dn_leader")
    await page.watch(other, own)
    assert (await page.frame())[0]["camera"] == own.pk
    await publish(other, b"secret", later=60)
    await publish(own, b"news", later=60)
    assert (await page.frame())[1] == b"news"
    assert await page.nothing()


async def test_what_is_not_on_the_screen_is_not_sent(connect: Connect, committed_world: World) -> None:
    on_screen = committed_world.cameras["tam_ky_school"]
    beside = await sync_to_async(add_camera)(committed_world.facilities["tam_ky_school"], "beside")
    page = await connect("qn_leader")
    await page.watch(on_screen)
    await publish_all([beside, on_screen])
    assert (await page.frame())[0]["camera"] == on_screen.pk
    # A tile that arrives just while the page begins to watch may be sent twice.
    while not await page.nothing():
        assert (await page.frame())[0]["camera"] == on_screen.pk


async def test_a_revoked_camera_leaves_the_screen_and_sends_no_more(connect: Connect, committed_world: World) -> None:
    lost, kept = committed_world.cameras["tam_ky_school"], committed_world.cameras["hoi_an_hotel"]
    page = await connect("qn_inspector")
    await page.watch(lost, kept)
    await sync_to_async(revoke_role)(
        user=committed_world.people["qn_inspector"],
        role=Role.INSPECTOR,
        organisation=committed_world.nodes["tam_ky"],
    )
    assert await page.told() == {"gone": [lost.pk]}
    await publish_all([lost, kept])
    assert (await page.frame())[0]["camera"] == kept.pk
    assert await page.nothing()


async def test_who_may_see_nothing_any_more_is_shut_out(connect: Connect, committed_world: World) -> None:
    page = await connect("tam_ky_officer")
    await page.watch(committed_world.cameras["tam_ky_school"])
    await sync_to_async(revoke_role)(
        user=committed_world.people["tam_ky_officer"],
        role=Role.FACILITY_OFFICER,
        organisation=committed_world.nodes["tam_ky_school"],
    )
    assert await page.output() == {"type": "websocket.close", "code": NOT_HERE}


async def test_a_slow_viewer_gets_a_few_pictures_and_then_only_the_newest(
    connect: Connect, committed_world: World
) -> None:
    school = committed_world.facilities["tam_ky_school"]
    cameras = [await sync_to_async(add_camera)(school, f"slow {number}") for number in range(WINDOW + 2)]
    await publish_all(cameras, b"0")
    page = await connect("qn_leader")
    await page.watch(*cameras)
    for _ in range(WINDOW):
        await page.frame()
    for version in range(1, 6):
        await publish_all(cameras, str(version).encode(), later=version)
    assert await page.nothing()
    got: dict[int, list[bytes]] = {}
    for _ in range(WINDOW + 2):
        await page.say({"painted": 1})
        head, jpeg = await page.frame()
        got.setdefault(head["camera"], []).append(jpeg)
    assert got == {camera.pk: [b"5"] for camera in cameras}


async def test_a_camera_in_a_forbidden_zone_sends_its_state_but_never_a_picture(
    connect: Connect, committed_world: World
) -> None:
    camera = await sync_to_async(add_camera)(
        committed_world.facilities["tam_ky_school"], "toilet", kind=ZoneKind.TOILET
    )
    await publish(camera, b"must not be seen")
    page = await connect("qn_leader")
    await page.watch(camera)
    head, jpeg = await page.frame()
    assert (head["state"], jpeg) == ("ok", b"")


REFUSED = [
    ("anonymous", "http://testserver", NOT_LOGGED_IN),
    ("nobody", "http://testserver", NOT_HERE),
    ("qn_analyst", "http://testserver", NOT_HERE),
    ("qn_leader", "http://elsewhere.example", OTHER_ORIGIN),
]


async def test_who_may_not_see_pictures_is_not_let_in(visit: Connect) -> None:
    for name, origin, code in REFUSED:
        page = await visit(name, origin)
        assert (name, await page.opened()) == (name, {"type": "websocket.close", "code": code})


NOT_MEANT: list[dict[str, Any]] = [
    {"watch": list(range(MOST_WATCHED + 1))},
    {"watch": ["1"]},
    {"watch": [True]},
    {"watch": 1},
    {"painted": 0},
    {"painted": "all"},
    {},
]


async def test_what_is_not_understood_ends_the_connection(connect: Connect) -> None:
    for message in NOT_MEANT:
        page = await connect("qn_leader")
        await page.say(message)
        assert (message, await page.output()) == (message, {"type": "websocket.close", "code": 1003})

"""Many people before open walls of a running portal, what befalls some of them, and what still reaches them then."""

import asyncio
import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event, Thread
from types import SimpleNamespace
from typing import cast

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from cameras.enums import Reason, State
from cameras.live import tiles
from cameras.models import Camera
from facilities.access.grants import revoke_role
from facilities.enums import Role, Sector
from facilities.models import User
from tests.world import World, add_camera, add_facility, add_person

# Two computers, with five pages each.
SESSIONS_EACH, WALLS_A_SESSION = 2, 5
WALLS_EACH = SESSIONS_EACH * WALLS_A_SESSION
PEOPLE_PER_FACILITY = 10
# How many walls are opened at a time, and how long one may wait for that.
AT_A_TIME, OPEN_SECONDS = 40, 120
# The whole crowd's tiles are new within this time, some after the other.
ROUND_SECONDS, STEPS = 2.0, 10
# What nobody may still be sent after.
TOO_LATE_SECONDS = 5.0


class Fate(StrEnum):
    """What befalls somebody."""

    REVOKED = "revoked"
    SIGNED_OUT = "signed_out"
    DISABLED = "disabled"
    UNTOUCHED = "untouched"


@dataclass(eq=False)
class Viewer:
    """Somebody with a camera of their own to watch; times are those of time.monotonic()."""

    person: User
    camera: Camera
    sessions: list[str]
    fate: Fate
    # When what befell them was committed.
    struck_at: float = 0.0


@dataclass(eq=False)
class Wall:
    """One open page, what it was sent and when it was closed."""

    viewer: Viewer
    session: str
    socket: ClientConnection
    frames: list[float] = field(default_factory=list)
    closed_at: float | None = None

    async def read(self) -> None:
        """As a page does, until it is closed: paint each tile, and say so."""
        try:
            async for message in self.socket:
                if isinstance(message, bytes):
                    self.frames.append(time.monotonic())
                    await self.socket.send('{"painted": 1}')
        except ConnectionClosed:
            pass
        self.closed_at = time.monotonic()

    @property
    def late_frames(self) -> int:
        """Tiles that came when nothing more may come."""
        return sum(at > self.viewer.struck_at + TOO_LATE_SECONDS for at in self.frames)


def gather(world: World, people: Mapping[Fate, int]) -> list[Viewer]:
    """So many people of each fate, logged in, each with a role on the facility of their camera."""
    fates = [fate for fate, number in people.items() for _ in range(number)]
    district = world.facilities["tam_ky_school"].district
    assert district is not None
    viewers = []
    for number, fate in enumerate(fates):
        place = f"crowd{number // PEOPLE_PER_FACILITY}"
        if place not in world.facilities:
            add_facility(world, place, world.nodes["tam_ky"], district, Sector.CIVIL)
        camera = add_camera(world.facilities[place], f"Camera {number}")
        person = add_person(world, f"viewer{number}", Role.LEADER, place)
        viewers.append(Viewer(person, camera, [_logged_in(person) for _ in range(SESSIONS_EACH)], fate))
    return viewers


def _logged_in(person: User) -> str:
    """A session as logging in with a second factor leaves it."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    record_authentication(cast("HttpRequest", SimpleNamespace(session=session)), person, "mfa", type="totp")
    session.create()
    key = str(session.session_key)
    UserSession.objects.create(user=person, session_key=key, ip="127.0.0.1", user_agent="crowd", data={})
    return key


async def open_walls(address: str, viewers: Sequence[Viewer]) -> list[Wall]:
    """All of their walls, open and watching; `address` is the portal's."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    turns = asyncio.Semaphore(AT_A_TIME)

    async def opened(viewer: Viewer, session: str) -> Wall:
        async with turns:
            socket = await connect(
                address.replace("http", "ws", 1) + "/ws/wall/",
                origin=address,  # type: ignore[arg-type] # a new type for str
                additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"},
                compression=None,
                ping_interval=None,
                proxy=None,
                open_timeout=OPEN_SECONDS,
            )
            await socket.send(f'{{"watch": [{viewer.camera.pk}]}}')
            # It is told the server's time once it watches.
            assert "now" in str(await socket.recv())
            return Wall(viewer, session, socket)

    sessions = [(viewer, session) for viewer in viewers for session in viewer.sessions for _ in range(WALLS_A_SESSION)]
    return await asyncio.gather(*(opened(*each) for each in sessions))


@contextmanager
def new_tiles(viewers: Sequence[Viewer]) -> Iterator[None]:
    """Inside the block there is a new tile of everybody's camera every two seconds, a few at a time."""
    done = Event()

    def publish() -> None:
        start, step = timezone.now(), 0
        while not done.wait(ROUND_SECONDS / STEPS):
            now = start + timedelta(seconds=step)
            # As batches of looks end: those of one place together.
            some = [
                viewer.camera for number, viewer in enumerate(viewers) if number * STEPS // len(viewers) == step % STEPS
            ]
            tiles.publish([_tile(camera, now) for camera in some])
            step += 1

    thread = Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _tile(camera: Camera, at: datetime) -> tiles.Tile:
    return tiles.Tile(camera.pk, camera.zone.facility_id, State.OK, Reason.NONE, at, at, at, b"jpeg")


def strike(viewers: Sequence[Viewer]) -> None:
    """Let it befall them, one kind after the other. Blocking."""
    try:
        _disable([viewer for viewer in viewers if viewer.fate is Fate.DISABLED])
        for viewer in viewers:
            if viewer.fate is Fate.REVOKED:
                node = viewer.camera.zone.facility.organisation
                revoke_role(user=viewer.person, role=Role.LEADER, organisation=node)
            elif viewer.fate is Fate.SIGNED_OUT:
                for session in UserSession.objects.filter(user=viewer.person):
                    session.end()
            if viewer.fate in (Fate.REVOKED, Fate.SIGNED_OUT):
                viewer.struck_at = time.monotonic()
    finally:
        connection.close()


def _disable(viewers: Sequence[Viewer]) -> None:
    """By a plain update, of which nothing in the portal hears."""
    User.objects.filter(pk__in=[viewer.person.pk for viewer in viewers]).update(is_active=False)
    for viewer in viewers:
        viewer.struck_at = time.monotonic()


async def storm(address: str, viewers: Sequence[Viewer]) -> list[Wall]:
    """Open everybody's walls, let tiles come, strike, and look on until long after nothing more may come."""
    walls = await open_walls(address, viewers)
    readers = [asyncio.create_task(wall.read()) for wall in walls]
    with new_tiles(viewers):
        while not all(wall.frames for wall in walls):  # noqa: ASYNC110 - there are a thousand to wait for
            await asyncio.sleep(0.5)
        await asyncio.to_thread(strike, viewers)
        await asyncio.sleep(TOO_LATE_SECONDS + ROUND_SECONDS + 1)
    for wall in walls:
        if wall.closed_at is None and wall.viewer.fate is Fate.UNTOUCHED:
            await wall.socket.close()
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    return walls

"""The watch over a process's open sockets: each is ended with its login, and let go of what its person lost.

Once a second it looks at what stands behind all of them, in the same few queries whatever their number. Whoever's
grants changed is doubted: nothing more is shown to them until they were asked about anew, once for all of their
sockets. News through Redis makes it look at once; without Redis it is a second slower. Whom the database cannot confirm
is shown nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.db import close_old_connections
from django.utils import timezone
from redis import RedisError

from facilities.access.grants import ACCESS_CHANGES
from facilities.access.standing import Standing, look
from facilities.enums import Permission
from facilities.models import User

# Codes that a page can tell apart (RFC 6455 leaves 4000-4999 to applications; 1013 is in its registry).
NOT_LOGGED_IN = 4401
NOT_HERE = 4404
TRY_AGAIN = 1013

# From one look to the next; and the least, however much news there is.
LOOK_SECONDS = 1.0
SHORTEST_PAUSE = 0.1
# For so long a login is believed without being confirmed.
UNCONFIRMED_SECONDS = 4.0
# Everybody is asked about anew after so long, whether anything is known to have changed or not.
ASK_ANEW_SECONDS = 30.0

logger = logging.getLogger(__name__)
T = TypeVar("T")
# Of its own: what other requests wait for must not hold up the end of somebody's login.
_threads = ThreadPoolExecutor(4, thread_name_prefix="vigil")


class Watched(Protocol):
    """An open socket, as the vigil knows it. Only `admit` and `reach` ask the database, in a thread."""

    # As when the socket was opened, with the password's hash of then.
    person: User
    session_key: str

    @property
    def permission(self) -> Permission:
        """What it takes to see anything here."""

    def doubt(self) -> None:
        """Show nothing more until `settle` or `end` is called."""

    def watched(self) -> Collection[int]:
        """Ids of what it shows."""

    def reach(self, ids: Collection[int]) -> Mapping[int, Any]:
        """Those of these things that the person may see now, with what is to be known of them."""

    def admit(self) -> bool:
        """Whether the person may have such a socket at all now."""

    def settle(self, asked: Collection[int], reached: Mapping[int, Any]) -> None:
        """Let go of what was asked about and not reached, and go on."""

    def end(self, code: int) -> None:
        """Show nothing more, and close."""


# One person's sockets of one kind: they may all see the same.
Key = tuple[int, type]


@dataclass(eq=False)
class _Group:
    sockets: set[Watched] = field(default_factory=set)
    # The fingerprints of the last look; None before the first.
    seen: tuple[str, str] | None = None
    # How often there was reason to doubt: an answer that was on its way meanwhile is asked for again.
    doubts: int = 0
    announced: bool = False
    asked_at: float = 0.0

    def doubt(self) -> None:
        self.doubts += 1
        for socket in self.sockets:
            socket.doubt()

    def end(self, code: int) -> None:
        for socket in tuple(self.sockets):
            socket.end(code)


class Vigil:
    """Over the sockets of one event loop; it works while there are any."""

    def __init__(self) -> None:
        self._groups: dict[Key, _Group] = {}
        # Whom to ask about, in order; the doubtful go first, for they see nothing meanwhile.
        self._doubtful: dict[Key, None] = {}
        self._in_turn: dict[Key, None] = {}
        self._news = asyncio.Event()
        self._work = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def join(self, socket: Watched) -> None:
        """Watch over the socket from now on. Before it asks what the person may see: no change in between is lost."""
        self._groups.setdefault(_key(socket), _Group()).sockets.add(socket)
        if not self._tasks:
            self._tasks = [asyncio.create_task(each()) for each in (self._keep_looking, self._keep_asking, self._hear)]

    def leave(self, socket: Watched) -> None:
        """Watch over it no more; nothing if it has left already."""
        group = self._groups.get(_key(socket))
        if group is None or socket not in group.sockets:
            return
        group.sockets.discard(socket)
        if not group.sockets:
            del self._groups[_key(socket)]
        if not self._groups:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    def doubt(self, person_id: int | None) -> None:
        """This person's access changed, or None: anybody's. Show them nothing until the next look, which is now."""
        for (person, _), group in self._groups.items():
            if person_id in (person, None):
                group.announced = True
                group.doubt()
        self._news.set()

    async def _keep_looking(self) -> None:
        confirmed = monotonic()
        while True:
            began = monotonic()
            self._news.clear()
            try:
                async with asyncio.timeout(max(confirmed + UNCONFIRMED_SECONDS - began, SHORTEST_PAUSE)):
                    await self._look()
                confirmed = began
            except Exception:  # whatever it was that failed, nobody is confirmed
                logger.warning("Nobody can say whose login still stands", exc_info=True)
                if monotonic() + LOOK_SECONDS > confirmed + UNCONFIRMED_SECONDS:
                    for group in tuple(self._groups.values()):
                        group.end(TRY_AGAIN)
            await asyncio.sleep(SHORTEST_PAUSE)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS - SHORTEST_PAUSE):
                    await self._news.wait()

    async def _look(self) -> None:
        keys = tuple(self._groups)
        sockets = [socket for key in keys for socket in self._groups[key].sockets]
        standing = await _in_thread(
            look,
            {socket.session_key for socket in sockets},
            {person for person, _ in keys},
            {socket.permission for socket in sockets},
            timezone.now(),
        )
        for socket in sockets:
            stands = socket.session_key in standing.sessions
            if not stands or standing.passwords.get(socket.person.pk) != socket.person.password:
                socket.end(NOT_LOGGED_IN)
        for key in keys:
            if group := self._groups.get(key):
                self._judge(key, group, standing)

    def _judge(self, key: Key, group: _Group, standing: Standing) -> None:
        permission = next(iter(group.sockets)).permission
        grants = standing.grants.get((key[0], permission.value))
        if grants is None:
            group.end(NOT_HERE)
            return
        seen = (grants, standing.mandates)
        if group.announced or group.seen not in (None, seen):
            group.doubt()
            self._doubtful[key] = None
        elif group.seen is None or monotonic() - group.asked_at > ASK_ANEW_SECONDS:
            # At first too: what changed between the opening and this look is in no fingerprint.
            self._in_turn[key] = None
        group.seen, group.announced = seen, False
        if self._doubtful or self._in_turn:
            self._work.set()

    async def _keep_asking(self) -> None:
        while True:
            await self._work.wait()
            key = next(iter(self._doubtful or self._in_turn), None)
            if key is None:
                self._work.clear()
                continue
            self._doubtful.pop(key, None)
            self._in_turn.pop(key, None)
            if group := self._groups.get(key):
                try:
                    async with asyncio.timeout(UNCONFIRMED_SECONDS):
                        await _ask(group)
                except Exception:  # whom nobody can ask about is shown nothing either
                    logger.warning("Nobody can say what a person may still see", exc_info=True)
                    group.end(TRY_AGAIN)

    async def _hear(self) -> None:
        layer: Any = get_channel_layer()
        while True:
            channel = ""
            try:
                channel = await layer.new_channel()
                await layer.group_add(ACCESS_CHANGES, channel)
                while True:
                    message = await layer.receive(channel)
                    self.doubt(message["person"])
            except Exception:  # the looks go on without the news
                logger.warning("Changes of access are not heard of", exc_info=True)
            finally:
                with suppress(RedisError):
                    await layer.group_discard(ACCESS_CHANGES, channel)
            await asyncio.sleep(LOOK_SECONDS)


async def _ask(group: _Group) -> None:
    """Ask what the person still reaches of all that their sockets show, and let the sockets go on with that."""
    group.asked_at = monotonic()
    while True:
        doubts, sockets = group.doubts, tuple(group.sockets)
        if not sockets:
            return
        asked = {each for socket in sockets for each in socket.watched()}
        reached = await _in_thread(sockets[0].reach, asked) if asked else {}
        # Whoever reaches one of them is let in by that.
        admitted = bool(reached) or await _in_thread(sockets[0].admit)
        if doubts == group.doubts:
            break
    for socket in sockets:
        if admitted:
            socket.settle(asked, reached)
        else:
            socket.end(NOT_HERE)


def _key(socket: Watched) -> Key:
    return socket.person.pk, type(socket)


async def _in_thread(call: Callable[..., T], *arguments: Any) -> T:
    """The call's result, made in a thread of the vigil's that gives its connection to the database back."""

    def called() -> T:
        close_old_connections()
        try:
            return call(*arguments)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, called)


_vigils: WeakKeyDictionary[asyncio.AbstractEventLoop, Vigil] = WeakKeyDictionary()


def vigil() -> Vigil:
    """The one of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _vigils:
        _vigils[loop] = Vigil()
    return _vigils[loop]

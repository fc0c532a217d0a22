"""The door of live connections."""

import asyncio
import json
import logging
from collections.abc import Collection, Coroutine, Mapping
from functools import partial
from typing import Any, ClassVar, cast

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import HttpRequest
from django.http.request import validate_host

from facilities.access.second_factor import lacking
from facilities.access.vigil import NOT_HERE, NOT_LOGGED_IN, TRY_AGAIN, vigil
from facilities.access.whence import client_address
from facilities.domain.records import Whence
from facilities.enums import Permission
from facilities.models import Organisation, User

# The vigil's own codes belong to the door as well.
__all__ = ["NOT_HERE", "NOT_LOGGED_IN", "TRY_AGAIN", "LiveConnection"]

# Codes that a page can tell apart, beside the vigil's (RFC 6455 leaves 4000-4999 to applications).
OTHER_ORIGIN = 4403
SECOND_FACTOR = 4428
# What RFC 6455 and its registry have codes for: the page has left; it says what it should not.
GONE = 1001
NOT_UNDERSTOOD = 1003

logger = logging.getLogger(__name__)
# In threads beside the one that all sockets of a process share: nobody waits there for somebody else's question.
_beside = partial(database_sync_to_async, thread_sensitive=False)


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the page that opens the socket is this portal's own: scheme, host and port, all three."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return validate_host(name, settings.ALLOWED_HOSTS) and origin == f"{scheme}://{host}"


def whence_of(scope: Mapping[str, Any]) -> Whence:
    """From where the socket was opened, as records and history tell it of a request."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = (scope.get("client") or [""])[0]
    request.META["HTTP_X_FORWARDED_FOR"] = ",".join(
        value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"
    )
    return Whence(address=client_address(request))


class LiveConnection(AsyncWebsocketConsumer):
    """A socket over the part of the tree that the person reaches with `permission`.

    Subclasses say in `reach` which things the person may see, in `watched` which ones they show, and in `keep` how they
    let go of others; they await `certain` before they send anything, and close with `end` alone. The vigil ends the
    socket with the person's login: by logging out, in time, by another password, by disabling the account.
    """

    permission: ClassVar[Permission]
    person: User
    session_key: str
    # What it is closed with, or about to be.
    _code: int | None = None

    async def __call__(self, *asgi: Any) -> None:
        self.certain = asyncio.Event()
        self.certain.set()
        # Watching more and letting go of some take turns.
        self.changing = asyncio.Lock()
        self._doubts = 0
        self._accepted = False
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            await super().__call__(*asgi)
        finally:
            # Here and not in disconnect(), which a fault of ours would skip.
            self._code = self._code or GONE
            self.certain.clear()
            if hasattr(self, "person"):
                vigil().leave(self)
                await self._finish()

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels would first go through the one thread that all sockets share, to close connections to the database;
        # whatever asks the database here gives its connection back by itself.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        if not same_origin(self.scope):
            await self._refuse(OTHER_ORIGIN)
            return
        user = self.scope["user"]
        if user is None or not user.is_authenticated:
            await self._refuse(NOT_LOGGED_IN)
            return
        self.person = cast("User", user)
        self.session_key = str(self.scope["session"].session_key)
        # Watched over before it is asked what the person may see: a change in between is then seen, not lost.
        vigil().join(self)
        refusal = await _beside(self._refusal)()
        # A page reads no code of a refused handshake; that a second factor is missing it should explain.
        if refusal != SECOND_FACTOR and (refusal := self._code or refusal):
            await self._refuse(refusal)
            return
        await self.accept()
        self._accepted = True
        if refusal := self._code or refusal:
            await self._refuse(refusal)

    async def _refuse(self, code: int) -> None:
        self._code = code
        await self.close(code)

    def _refusal(self) -> int | None:
        if lacking(self.person, self.scope["session"]):
            return SECOND_FACTOR
        return None if self.admit() else NOT_HERE

    def admit(self) -> bool:
        """Whether the person may have this connection at all, now."""
        return bool(Organisation.objects.visible_to(self.person, self.permission).exists())

    def watched(self) -> Collection[int]:
        """Ids of the things that the socket shows."""
        raise NotImplementedError

    def reach(self, ids: Collection[int]) -> Mapping[int, Any]:
        """Those of the things that the person may see now, with what the socket must know of them. In one query."""
        raise NotImplementedError

    async def keep(self, ids: Collection[int]) -> None:
        """Show these and let go of all others."""
        raise NotImplementedError

    async def parted(self) -> None:
        """The socket is closed, and shows nothing more."""

    async def asked(self, ids: Collection[int]) -> Mapping[int, Any]:
        """What `reach` answers, asked again if the person's access changed while it was on its way."""
        while True:
            doubts = self._doubts
            reached = await _beside(self.reach)(ids)
            if doubts == self._doubts:
                return reached

    @property
    def ended(self) -> bool:
        """Whether it is closed, or about to be: it shows nothing more."""
        return self._code is not None

    def end(self, code: int) -> None:
        """Show nothing more from this moment, and close with the code."""
        if self.ended:
            return
        self._code = code
        self.certain.clear()
        vigil().leave(self)
        if self._accepted:
            self._start(self.close(code))

    def doubt(self) -> None:
        """Show nothing more until `settle` or `end` is called."""
        self._doubts += 1
        self.certain.clear()

    def settle(self, asked: Collection[int], reached: Mapping[int, Any]) -> None:
        """Let go of what was asked about and not reached, and go on."""
        if not self.ended:
            self._start(self._settle(set(asked) - set(reached), self._doubts))

    async def _settle(self, lost: set[int], doubts: int) -> None:
        async with self.changing:
            watched = set(self.watched())
            if watched & lost:
                await self.keep(watched - lost)
        if doubts == self._doubts and not self.ended:
            self.certain.set()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside what the page says: a slow page holds up nobody else's."""

        async def guarded() -> None:
            try:
                await work
            except Exception:  # a socket that cannot let go of something must not go on
                logger.exception("A live connection failed")
                self.end(TRY_AGAIN)

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.parted()

    async def send(self, text_data: str | None = None, bytes_data: bytes | None = None, close: bool = False) -> None:  # type: ignore[override]  # noqa: FBT001, FBT002 - as channels has it
        if not self.ended:
            await super().send(text_data, bytes_data, close)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002 - named by channels
        if self.ended:
            return
        try:
            message = json.loads(text_data or "")
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            self.end(NOT_UNDERSTOOD)
            return
        await self.told(message)

    async def told(self, message: dict[str, Any]) -> None:
        """A message from the page."""
        raise NotImplementedError

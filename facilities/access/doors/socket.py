"""The door of live connections."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from asgiref.sync import sync_to_async
from channels.auth import get_user
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.http.request import validate_host

from facilities.access.grants import access_group
from facilities.enums import Permission
from facilities.models import User

# Codes that a page can tell apart (RFC 6455 leaves 4000-4999 to applications).
NOT_LOGGED_IN = 4401
OTHER_ORIGIN = 4403
NOT_HERE = 4404
# What RFC 6455 and its registry have codes for.
NOT_UNDERSTOOD = 1003
TRY_AGAIN = 1013

# Nobody announces that a session ran out or that an account was disabled: it is asked, this often, of each socket.
LOGIN_SECONDS = 4.0


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the page that opens the socket is this portal's own: scheme, host and port, all three."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return validate_host(name, settings.ALLOWED_HOSTS) and origin == f"{scheme}://{host}"


class LiveConnection(AsyncWebsocketConsumer):
    """A socket over the part of the tree that the person reaches with `permission`.

    Subclasses say in `admit` what the person may open here, and in `recheck` what to let go of when grants change.
    It ends with the person's login: by logging out, in time, by another password, by disabling the account.
    """

    permission: ClassVar[Permission]
    person: User
    _login_watch: asyncio.Task[None] | None = None

    async def __call__(self, *asgi: Any) -> None:
        try:
            await super().__call__(*asgi)
        finally:
            # Here and not in disconnect(), which a fault of ours would skip.
            if self._login_watch is not None:
                self._login_watch.cancel()

    async def connect(self) -> None:
        if not same_origin(self.scope):
            await self.close(OTHER_ORIGIN)
            return
        user = self.scope["user"]
        if user is None or not user.is_authenticated:
            await self.close(NOT_LOGGED_IN)
            return
        self.person = cast("User", user)
        # Joined before the permission is read: a change in between is then heard, not lost.
        await self.channel_layer.group_add(access_group(self.person.pk), self.channel_name)
        if not await sync_to_async(self.admit)():
            await self.close(NOT_HERE)
            return
        await self.accept()
        self._login_watch = asyncio.create_task(self._watch_login())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - named by channels
        if hasattr(self, "person"):
            await self.channel_layer.group_discard(access_group(self.person.pk), self.channel_name)

    async def access_changed(self, _event: dict[str, Any]) -> None:
        """The person's grants changed."""
        if not await sync_to_async(self.admit)():
            await self.close(NOT_HERE)
            return
        await self.recheck()

    def admit(self) -> bool:
        """Whether the person may have this connection at all; asked again whenever grants change."""
        raise NotImplementedError

    async def recheck(self) -> None:
        """Let go of whatever the person no longer reaches."""
        raise NotImplementedError

    async def _watch_login(self) -> None:
        try:
            while await self._still_logged_in():  # noqa: ASYNC110 - nothing sets an event when a session ends
                await asyncio.sleep(LOGIN_SECONDS)
            await self.close(NOT_LOGGED_IN)
        except DatabaseError:
            # Whom nobody can ask about is not shown anything either.
            await self.close(TRY_AGAIN)

    async def _still_logged_in(self) -> bool:
        session = self.scope["session"]
        fresh = {"session": session.__class__(session.session_key)}
        user = await get_user(cast("Any", fresh))
        return bool(user.is_authenticated)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002 - named by channels
        try:
            message = json.loads(text_data or "")
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            await self.close(NOT_UNDERSTOOD)
            return
        await self.told(message)

    async def told(self, message: dict[str, Any]) -> None:
        """A message from the page."""
        raise NotImplementedError

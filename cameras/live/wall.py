"""The wall's live connection: tiles of the cameras on screen, to those who may see them."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import redis
from asgiref.sync import sync_to_async
from django.utils import timezone

from cameras.live import tiles
from cameras.live.groups import CamerasObserved, facility_group
from cameras.live.subscription import MOST_WATCHED, Subscription
from cameras.models import Camera
from facilities.access.doors.socket import NOT_UNDERSTOOD, TRY_AGAIN, LiveConnection
from facilities.enums import FORBIDDEN_ZONE_KINDS, Permission
from facilities.models import Organisation


class WallConnection(LiveConnection):
    """The page says what is on its screen (`{"watch": [ids]}`) and what it has painted (`{"painted": n}`).

    It gets `{"now": …}`, the server's clock, to tell ages by; tiles as binary frames (cameras.live.tiles); and
    `{"gone": [ids]}` of cameras that the person may no longer see.
    """

    permission = Permission.VIEW_PICTURES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._subscription = Subscription()
        self._without_picture: frozenset[int] = frozenset()
        self._groups: set[str] = set()
        self._due = asyncio.Event()
        self._sender: asyncio.Task[None] | None = None

    def admit(self) -> bool:
        return bool(Organisation.objects.visible_to(self.person, self.permission).exists())

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        for group in self._groups:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def told(self, message: dict[str, Any]) -> None:
        match message:
            case {"watch": list(cameras)} if len(cameras) <= MOST_WATCHED and all(type(pk) is int for pk in cameras):
                await self._watch(cameras)
                await self.send_json({"now": timezone.now().isoformat()})
            case {"painted": int(frames)} if frames > 0:
                self._subscription.painted(frames)
                self._due.set()
            case _:
                await self.close(NOT_UNDERSTOOD)

    async def cameras_observed(self, event: CamerasObserved) -> None:
        """Cameras of a facility on screen have new tiles."""
        self._subscription.observed(event["cameras"])
        self._due.set()

    async def recheck(self) -> None:
        before = self._subscription.cameras
        await self._watch(before)
        gone = before - self._subscription.cameras
        if gone:
            await self.send_json({"gone": sorted(gone)})

    async def _watch(self, cameras: Iterable[int]) -> None:
        visible = await sync_to_async(self._visible)(cameras)
        self._without_picture = frozenset(pk for pk, (_, forbidden) in visible.items() if forbidden)
        facilities = {pk: facility for pk, (facility, _) in visible.items()}
        # Joined before the tiles are read: what changes in between is announced, and sent again.
        await self._join({facility_group(facility) for facility in facilities.values()})
        self._subscription.watch(facilities)
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_tiles())
        self._due.set()

    def _visible(self, cameras: Iterable[int]) -> dict[int, tuple[int, bool]]:
        """Of these cameras, those that the person may see: camera → its facility, and whether it has no picture."""
        rows = Camera.objects.visible_to(self.person, self.permission).filter(pk__in=cameras)
        return {
            pk: (facility, kind in FORBIDDEN_ZONE_KINDS)
            for pk, facility, kind in rows.values_list("pk", "zone__facility_id", "zone__kind")
        }

    async def _join(self, groups: set[str]) -> None:
        for group in groups - self._groups:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self._groups - groups:
            await self.channel_layer.group_discard(group, self.channel_name)
        self._groups = groups

    async def _send_tiles(self) -> None:
        """Send what is due as fast as the page paints. A task of its own: a slow page holds up no announcement."""
        try:
            while True:
                await self._due.wait()
                self._due.clear()
                while taken := self._subscription.take():
                    frames = await sync_to_async(tiles.read, thread_sensitive=False)(taken)
                    for camera, frame in frames.items():
                        if self._subscription.sending(camera):
                            hidden = camera in self._without_picture
                            await self.send(bytes_data=_head(frame) if hidden else frame)
        except redis.RedisError:
            await self.close(TRY_AGAIN)

    async def send_json(self, message: dict[str, Any]) -> None:
        """A message to the page."""
        await self.send(text_data=json.dumps(message))


def _head(frame: bytes) -> bytes:
    """The frame without its picture."""
    return frame[: 4 + int.from_bytes(frame[:4], "big")]

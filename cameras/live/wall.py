"""The wall's live connection: tiles of the cameras on screen, to those who may see them."""

import asyncio
import json
import logging
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any

import redis
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import timezone

from cameras.live import tiles
from cameras.live.groups import CamerasObserved, facility_group
from cameras.live.subscription import MOST_WATCHED, Subscription
from cameras.live.viewings import Shown, record_viewings
from cameras.models import Camera
from facilities.access.doors.socket import NOT_UNDERSTOOD, TRY_AGAIN, LiveConnection, whence_of
from facilities.enums import FORBIDDEN_ZONE_KINDS, Permission

logger = logging.getLogger(__name__)
# Walls that close put that on record one after the other: when many close at once, the others' end comes first.
_closing = ThreadPoolExecutor(1, thread_name_prefix="closing")


class WallConnection(LiveConnection):
    """The page says what is on its screen (`{"watch": [ids]}`) and what it has painted (`{"painted": n}`).

    It gets `{"now": …}`, the server's clock, to tell ages by; tiles as binary frames (cameras.live.tiles); and
    `{"gone": [ids]}` of cameras that the person may no longer see. Which pictures it opens and closes is put on record,
    before the first of them is sent.
    """

    permission = Permission.VIEW_PICTURES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._subscription = Subscription()
        self._shown: dict[int, Shown] = {}
        self._groups: set[str] = set()
        self._due = asyncio.Event()
        self._sender: asyncio.Task[None] | None = None
        # Tells the sockets of one person apart in records.
        self._number = token_hex(4)

    def watched(self) -> Collection[int]:
        return tuple(self._shown)

    def reach(self, ids: Iterable[int]) -> dict[int, Shown]:
        rows = Camera.objects.visible_to(self.person, self.permission).filter(pk__in=ids)
        place = ("zone__facility_id", "zone__facility__organisation_id", "zone__facility__organisation__name")
        return {
            pk: Shown(pk, facility, organisation, name, kind in FORBIDDEN_ZONE_KINDS)
            for pk, facility, organisation, name, kind in rows.values_list("pk", *place, "zone__kind")
        }

    async def told(self, message: dict[str, Any]) -> None:
        match message:
            case {"watch": list(cameras)} if len(cameras) <= MOST_WATCHED and all(type(pk) is int for pk in cameras):
                async with self.changing:
                    await self._show(dict(await self.asked(cameras)))
                await self.send_json({"now": timezone.now().isoformat()})
            case {"painted": int(frames)} if frames > 0:
                self._subscription.painted(frames)
                self._due.set()
            case _:
                self.end(NOT_UNDERSTOOD)

    async def cameras_observed(self, event: CamerasObserved) -> None:
        """Cameras of a facility on screen have new tiles."""
        self._subscription.observed(event["cameras"])
        self._due.set()

    async def keep(self, ids: Collection[int]) -> None:
        gone = sorted(set(self._shown) - set(ids))
        # A frame may be waiting for a slow page to have room for it.
        await self._stop_sending()
        await self._show({pk: shown for pk, shown in self._shown.items() if pk in ids})
        await self.send_json({"gone": gone})

    def end(self, code: int) -> None:
        super().end(code)
        if self._sender is not None:
            self._sender.cancel()

    async def parted(self) -> None:
        await self._stop_sending()
        try:
            await self._record(self._shown, {}, _closing)
        except DatabaseError:
            logger.exception("That pictures were closed could not be put on record")
        for group in self._groups:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def _show(self, cameras: dict[int, Shown]) -> None:
        """From now on these cameras are on the screen. What cannot be put on record is not shown."""
        if self.ended:
            return
        before, self._shown = self._shown, cameras
        # What is gone goes at once; what is new waits until it is on record.
        self._subscription.watch({pk: each.facility for pk, each in cameras.items() if pk in before})
        try:
            await self._record(before, cameras)
        except DatabaseError:
            logger.exception("Views of pictures could not be put on record")
            self._shown = before
            self.end(TRY_AGAIN)
            return
        # Joined before the tiles are read: what changes in between is announced, and sent again.
        await self._join({facility_group(each.facility) for each in cameras.values()})
        self._subscription.watch({pk: each.facility for pk, each in cameras.items()})
        if self._sender is None and not self.ended:
            self._sender = asyncio.create_task(self._send_tiles())
        self._due.set()

    async def _record(
        self, before: dict[int, Shown], after: dict[int, Shown], threads: ThreadPoolExecutor | None = None
    ) -> None:
        """Put on record which pictures are closed and opened by the step from one screen to the next."""
        closed, opened = set(before.values()) - set(after.values()), set(after.values()) - set(before.values())
        if closed or opened:
            await database_sync_to_async(record_viewings, thread_sensitive=False, executor=threads)(
                closed=closed,
                opened=opened,
                viewer=self.person,
                socket=self._number,
                whence=whence_of(self.scope),
                now=timezone.now(),
            )

    async def _join(self, groups: set[str]) -> None:
        for group in groups - self._groups:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self._groups - groups:
            await self.channel_layer.group_discard(group, self.channel_name)
        self._groups = groups

    async def _send_tiles(self) -> None:
        """Send what is due as fast as the page paints. A task of its own: a slow page holds up no announcement."""
        taken: list[int] = []
        try:
            while True:
                await self._due.wait()
                self._due.clear()
                while taken := self._subscription.take():
                    frames = await sync_to_async(tiles.read, thread_sensitive=False)(taken)
                    for camera, frame in frames.items():
                        await self.certain.wait()
                        if self._subscription.sending(camera):
                            await self._send_frame(camera, frame)
        except asyncio.CancelledError:
            self._subscription.observed(taken)
            raise
        except redis.RedisError:
            self.end(TRY_AGAIN)

    async def _send_frame(self, camera: int, frame: bytes) -> None:
        try:
            await self.send(bytes_data=_head(frame) if self._shown[camera].hidden else frame)
        except asyncio.CancelledError:
            # It was not sent, so the page will not say that it painted it.
            self._subscription.painted(1)
            raise

    async def _stop_sending(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
            self._sender = None

    async def send_json(self, message: dict[str, Any]) -> None:
        """A message to the page."""
        await self.send(text_data=json.dumps(message))


def _head(frame: bytes) -> bytes:
    """The frame without its picture."""
    return frame[: 4 + int.from_bytes(frame[:4], "big")]

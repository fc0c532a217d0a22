"""The newest tile of each camera: what the wall shows, kept in Redis until the next look replaces it.

A tile's hash holds `head` (JSON, what is known) and `jpeg` (the last picture, absent where none may be shown). Nothing
here is the truth; that is in CameraState, and a wiped store fills again within one interval.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

from cameras.enums import Reason, State
from cameras.live.groups import cameras_observed, facility_group

# A camera that stopped being looked at leaves its last picture no longer than this.
KEEP_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Tile:
    """What one look at a camera has to show.

    Without a picture the one before stays, with its own capture time; but not where the camera is `hidden`.
    """

    camera: int
    facility: int
    state: State
    reason: Reason
    since: datetime
    observed_at: datetime
    captured_at: datetime | None = None
    jpeg: bytes = b""
    hidden: bool = False


@cache
def _store() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


def _key(camera: int) -> str:
    return f"tile:{camera}"


def publish(tiles: Sequence[Tile]) -> None:
    """Put the tiles into the store and tell those who watch. Called once the states behind them are committed."""
    pipe = _store().pipeline(transaction=False)
    for tile in tiles:
        fields: dict[Any, Any] = {"head": json.dumps(_head(tile))}
        if tile.hidden:
            # One that was on its way while the camera moved to a forbidden zone would else stay for good.
            pipe.hdel(_key(tile.camera), "jpeg", "captured_at")
        elif tile.jpeg and tile.captured_at:
            fields |= {"jpeg": tile.jpeg, "captured_at": tile.captured_at.isoformat()}
        pipe.hset(_key(tile.camera), mapping=fields)
        pipe.expire(_key(tile.camera), KEEP_SECONDS)
    pipe.execute()
    async_to_sync(_announce)(tiles)


def forget_pictures(cameras: Iterable[int]) -> None:
    """Remove the pictures of these cameras at once: moved to a forbidden zone, retired, or another device now."""
    keys = [_key(camera) for camera in cameras]
    if keys:
        _store().delete(*keys)


def read(cameras: Sequence[int]) -> dict[int, bytes]:
    """The frames for a browser of those cameras that have a tile.

    A frame is the length of its head (4 bytes, big-endian), the head (UTF-8 JSON: camera, state, reason, since,
    observed_at, captured_at or null; times in ISO 8601) and the JPEG, which may be empty.
    """
    pipe = _store().pipeline(transaction=False)
    for camera in cameras:
        pipe.hgetall(_key(camera))
    return {camera: _frame(found) for camera, found in zip(cameras, pipe.execute(), strict=True) if b"head" in found}


def pictures(cameras: Sequence[int]) -> dict[int, tuple[datetime, bytes]]:
    """The newest picture of those cameras that have one, as JPEG, with when it was captured."""
    pipe = _store().pipeline(transaction=False)
    for camera in cameras:
        pipe.hmget(_key(camera), "captured_at", "jpeg")
    found = zip(cameras, pipe.execute(), strict=True)
    return {camera: (datetime.fromisoformat(at.decode()), jpeg) for camera, (at, jpeg) in found if at and jpeg}


def _head(tile: Tile) -> dict[str, Any]:
    return {
        "camera": tile.camera,
        "state": tile.state,
        "reason": tile.reason,
        "since": tile.since.isoformat(),
        "observed_at": tile.observed_at.isoformat(),
    }


def _frame(found: dict[bytes, bytes]) -> bytes:
    captured_at = found.get(b"captured_at")
    known = json.loads(found[b"head"]) | {"captured_at": captured_at.decode() if captured_at else None}
    head = json.dumps(known).encode()
    return struct.pack(">I", len(head)) + head + found.get(b"jpeg", b"")


async def _announce(tiles: Sequence[Tile]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    by_facility: dict[int, list[int]] = {}
    for tile in tiles:
        by_facility.setdefault(tile.facility, []).append(tile.camera)
    for facility, cameras in by_facility.items():
        await layer.group_send(facility_group(facility), {**cameras_observed(cameras)})

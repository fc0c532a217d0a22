"""The way in: one address, one deadline, one keyframe or one reason."""

import asyncio
from dataclasses import replace

from cameras.streams.failure import StreamFailure
from cameras.streams.http import read_http
from cameras.streams.request import DEFAULT_BOUNDS, Bounds, Keyframe, StreamRequest
from cameras.streams.resolution import resolve
from cameras.streams.rtsp import read_rtsp

__all__ = ["Bounds", "Keyframe", "StreamFailure", "StreamRequest", "read_keyframe"]


async def read_keyframe(
    request: StreamRequest, *, bounds: Bounds = DEFAULT_BOUNDS, measure_seconds: float = 0.0
) -> Keyframe:
    """Read a stream up to its first whole keyframe; nothing is decoded. Hundreds may run side by side in a loop.

    With `measure_seconds` the read goes on for as long after the keyframe and measures the rate of pictures.
    Raises StreamFailure, whatever the other side does; any other exception is a fault of this code.
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    ips = await resolve(request.address, request.policy, bounds)
    read = read_rtsp if request.address.scheme == "rtsp" else read_http
    keyframe, whole = await read(
        request, ips, bounds=bounds, deadline=started + bounds.seconds, measure_seconds=measure_seconds
    )
    return replace(keyframe, seconds=whole - started)

"""Reads one keyframe over RTSP (RFC 2326), with the media interleaved in the TCP connection and in no other way."""

import asyncio

from cameras.enums import Codec, Reason
from cameras.streams.dialogue import Dialogue
from cameras.streams.failure import StreamFailure
from cameras.streams.h264 import H264Depacketiser
from cameras.streams.h265 import H265Depacketiser
from cameras.streams.request import Bounds, Keyframe, StreamRequest
from cameras.streams.resolution import IPAddress
from cameras.streams.rtp import Depacketiser, FrameClock
from cameras.streams.rtp_jpeg import JPEGDepacketiser
from cameras.streams.sdp import VideoTrack, describe
from cameras.streams.wire import Wire

_DEPACKETISERS: dict[Codec, type[Depacketiser]] = {
    Codec.H264: H264Depacketiser,
    Codec.H265: H265Depacketiser,
    Codec.JPEG: JPEGDepacketiser,
}


async def read_rtsp(
    request: StreamRequest, ips: list[IPAddress], *, bounds: Bounds, deadline: float, measure_seconds: float
) -> tuple[Keyframe, float]:
    """DESCRIBE, SETUP of the video alone, PLAY, the first whole keyframe, TEARDOWN.

    `deadline` is in the event loop's time. Answers the keyframe (without its seconds) and when it was whole. No
    keep-alive is sent: a read ends long before a session's usual minute does.
    """
    loop = asyncio.get_running_loop()
    dialogue = Dialogue(request, bounds, ips)
    played = False
    try:
        async with asyncio.timeout_at(deadline):
            await dialogue.connect()
            body, base = await dialogue.describe()
            session_control, track = describe(body, longest_line=bounds.line)
            depacketiser = _DEPACKETISERS[track.codec](track, bounds.access_unit)
            channel = await dialogue.set_up(dialogue.resolve(track.control, base))
            dialogue.wire.listen(channel, depacketiser.packet)
            await dialogue.play(session_control)
            played = True
            await dialogue.wire.media()
        whole = loop.time()
        size = dialogue.wire.bytes_read
        fps = await _measure(dialogue.wire, channel, track, measure_seconds) if measure_seconds > 0 else None
        await dialogue.leave()
    except TimeoutError:
        if played:
            raise StreamFailure(Reason.NO_MEDIA, "no whole keyframe came in time") from None
        raise StreamFailure(Reason.TIMEOUT, "no answer in time") from None
    finally:
        dialogue.close()
    return Keyframe(track.codec, depacketiser.access_unit, size, 0.0, fps), whole


async def _measure(wire: Wire, channel: int, track: VideoTrack, seconds: float) -> float | None:
    """Read on for a while; the rate of what came, whatever ended it."""
    clock = FrameClock(track)
    try:
        async with asyncio.timeout(seconds):
            wire.listen(channel, clock.packet)
            await wire.media()
    except (TimeoutError, StreamFailure):
        pass
    return clock.fps()

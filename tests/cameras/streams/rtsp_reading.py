"""Reading a scripted camera over RTSP: what it sends, and why a read of it fails."""

from typing import Any

import pytest

from cameras.enums import Codec, Reason
from cameras.streams.reader import Bounds, StreamFailure, read_keyframe
from tests.cameras.streams.footage import annex_b, packets
from tests.cameras.streams.scripted import Answer, ScriptedCamera, interleaved, request_to, sdp, serving

FRAMES = [interleaved(packet) for packet in packets(Codec.H264, annex_b(Codec.H264))]
H264 = b"".join(FRAMES)
H265 = b"".join(interleaved(packet) for packet in packets(Codec.H265, annex_b(Codec.H265)))
PATIENT = Bounds(seconds=10.0)


async def reason_of(camera: Any, *, bounds: Bounds = PATIENT, **login: Any) -> Reason:  # noqa: ANN401 -- any script
    async with serving(camera) as port:
        with pytest.raises(StreamFailure) as caught:
            await read_keyframe(request_to(port, **login), bounds=bounds)
    return caught.value.reason


def seen(**answers: list[Answer]) -> ScriptedCamera:
    return ScriptedCamera(H264, answers=answers)


DESCRIBED = Answer(headers=("CONTENT-TYPE: Application/SDP; charset=utf-8",), body=sdp())

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from cameras.enums import Codec, Reason
from cameras.streams.reader import Bounds, StreamFailure, read_keyframe
from tests.cameras.streams.footage import annex_b, decoded_size, packets, rtp
from tests.cameras.streams.rtsp_reading import DESCRIBED, FRAMES, H264, H265, reason_of, seen
from tests.cameras.streams.scripted import Answer, ScriptedCamera, interleaved, request_to, sdp, serving

SHORT = Bounds(seconds=0.5)


@pytest.mark.parametrize(
    ("codec", "media", "rtpmap"), [(Codec.H264, H264, "H264/90000"), (Codec.H265, H265, "H265/90000")]
)
async def test_a_keyframe_is_read_and_the_session_ended(codec: Codec, media: bytes, rtpmap: str) -> None:
    camera = ScriptedCamera(media, sdp(rtpmap))
    async with serving(camera) as port:
        keyframe = await read_keyframe(request_to(port))
        assert camera.methods() == ["DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    assert keyframe.codec is codec
    assert decoded_size(codec, keyframe.access_unit) == (320, 240)
    assert len(keyframe.access_unit) < keyframe.bytes_read <= len(media) + 2000
    assert 0 < keyframe.seconds < 10
    assert keyframe.fps is None
    assert [re.findall(r"CSeq: (\d+)", head) for head in camera.requests] == [["1"], ["2"], ["3"], ["4"]]
    assert ["Session: 12345\r" in head for head in camera.requests] == [False, False, True, True]


async def test_the_rate_is_measured_when_asked_for() -> None:
    async with serving(ScriptedCamera(H264, later=H264)) as port:
        keyframe = await read_keyframe(request_to(port), measure_seconds=0.5)
    assert keyframe.fps == 25.0


async def test_a_stream_that_ends_while_it_is_measured_still_gave_its_picture() -> None:
    async with serving(ScriptedCamera(H264, later=H264, hold=False)) as port:
        keyframe = await read_keyframe(request_to(port), measure_seconds=5)
    assert keyframe.fps == 25.0


SETUP_ON_4 = Answer(headers=("session: 12345", "transport: RTP/AVP/TCP; unicast; INTERLEAVED=4-5; ssrc=1"))


@pytest.mark.parametrize(
    "camera",
    [
        seen(DESCRIBE=[Answer(headers=DESCRIBED.headers, body=sdp(), sequence="")]),
        seen(DESCRIBE=[Answer(headers=DESCRIBED.headers, body=sdp(), before=Answer("404 Old").encode("0"))]),
        seen(DESCRIBE=[Answer(headers=DESCRIBED.headers, body=sdp(), before=b"\r\n\r\n")]),
        seen(DESCRIBE=[Answer(headers=DESCRIBED.headers, body=sdp(), before=Answer("100 Continue").encode("1"))]),
        seen(DESCRIBE=[Answer(headers=DESCRIBED.headers, body=sdp(), before=b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")]),
        seen(SETUP=[Answer(before=interleaved(b"early", 1) + interleaved(b"early", 0), headers=("Session: 1",))]),
        seen(PLAY=[Answer(before=H264)]),
        seen(PLAY=[Answer(before=FRAMES[0], after=b"".join(FRAMES[1:]))]),
        ScriptedCamera(b"".join(interleaved(b"a" * 90, c) for c in (1, 2, 3)) + H264),
        ScriptedCamera(
            b"".join(interleaved(packet, 4) for packet in packets(Codec.H264, annex_b(Codec.H264))),
            answers={"SETUP": [SETUP_ON_4]},
        ),
        ScriptedCamera(H264, sdp().replace(b"t=0 0", b"t=0 0\r\na=control:*")),
        ScriptedCamera(H264, sdp().replace(b"\r\n", b"\n")),
    ],
)
async def test_harmless_oddities_are_borne(camera: ScriptedCamera) -> None:
    async with serving(camera) as port:
        keyframe = await read_keyframe(request_to(port))
    assert decoded_size(Codec.H264, keyframe.access_unit) == (320, 240)


@pytest.mark.parametrize(
    ("control", "session", "base", "set_up", "played"),
    [
        ("trackID=1", "", "", "/live/trackID=1", "/live"),
        ("trackID=1", "*", "rtsp://{own}/live/", "/live/trackID=1", "/live/"),
        ("rtsp://{own}/live/t1", "rtsp://{own}/all", "", "/live/t1", "/all"),
        ("*", "", "", "/live", "/live"),
        ("/t1?x=y", "", "", "/t1?x=y", "/live"),
        # What names another host is asked of this one: the camera's own idea of its address, or a trap.
        ("rtsp://10.9.8.7/t1", "rtsp://evil.example:1/a", "", "/t1", "/a"),
        ("t1", "", "rtsp://evil.example/x/", "/x/t1", "/x/"),
        ("rtsp://user:pass@evil.example/t1", "", "", "/t1", "/live"),
    ],
)
async def test_control_urls_stay_with_the_host(control: str, session: str, base: str, set_up: str, played: str) -> None:
    camera = ScriptedCamera(H264)
    async with serving(camera) as port:
        own = f"127.0.0.1:{port}"
        body = sdp(control=control.format(own=own)).replace(
            b"t=0 0", f"t=0 0\r\na=control:{session.format(own=own)}".encode()
        )
        headers = ("Content-Type: application/sdp", *([f"Content-Base: {base.format(own=own)}"] if base else []))
        camera.answers["DESCRIBE"] = [Answer(headers=headers, body=body)]
        await read_keyframe(request_to(port))
    lines = [head.partition("\r\n")[0] for head in camera.requests]
    assert lines == [
        f"DESCRIBE rtsp://{own}/live RTSP/1.0",
        f"SETUP rtsp://{own}{set_up} RTSP/1.0",
        f"PLAY rtsp://{own}{played} RTSP/1.0",
        f"TEARDOWN rtsp://{own}{played} RTSP/1.0",
    ]
    assert "evil" not in "".join(camera.requests)


@pytest.mark.parametrize("control", ["t 1", "t\x011", "t%0d%0aX: y", "rtsp://cam/\\x", "http://cam/t1#x", "t" * 3000])
async def test_impossible_control_urls_are_refused(control: str) -> None:
    assert await reason_of(ScriptedCamera(H264, sdp(control=control))) is Reason.NOT_A_STREAM


async def test_a_redirection_at_home_is_followed() -> None:
    camera = ScriptedCamera(H264)
    async with serving(camera) as port:
        camera.answers["DESCRIBE"] = [Answer("302 Moved", (f"Location: rtsp://127.0.0.1:{port}/other",))]
        await read_keyframe(request_to(port))
    assert camera.requests[1].startswith(f"DESCRIBE rtsp://127.0.0.1:{port}/other RTSP/1.0")


@pytest.mark.parametrize(
    "location",
    [
        "rtsp://127.0.0.1:{other}/live",
        "rtsp://127.0.0.2:{own}/live",
        "http://127.0.0.1:{own}/",
        "rtsp://cam:right@127.0.0.1:{own}/live",
        "file:///etc/passwd",
        "",
    ],
)
async def test_a_redirection_elsewhere_is_not_followed(location: str) -> None:
    other = ScriptedCamera(H264)
    camera = ScriptedCamera(H264)
    async with serving(other) as other_port, serving(camera) as port:
        where = location.format(own=port, other=other_port)
        camera.answers["DESCRIBE"] = [Answer("302 Moved", (f"Location: {where}",))]
        with pytest.raises(StreamFailure) as caught:
            await read_keyframe(request_to(port, user="cam", password="right"))
    assert caught.value.reason is Reason.NOT_A_STREAM
    assert other.connections == 0


async def test_endless_redirection_ends() -> None:
    camera = ScriptedCamera(H264)
    async with serving(camera) as port:
        camera.answers["DESCRIBE"] = [
            Answer("301 Moved", (f"Location: rtsp://127.0.0.1:{port}/{n}",)) for n in range(9)
        ]
        with pytest.raises(StreamFailure) as caught:
            await read_keyframe(request_to(port))
    assert caught.value.reason is Reason.NOT_A_STREAM
    assert len(camera.requests) == 3


HTML = Answer(headers=("Content-Type: text/html",), body=b"<html>")
NO_TYPE = Answer(body=b"<html>")
LONG_SDP = Answer(headers=DESCRIBED.headers, body=sdp("H264/90000", "t", "a=x:" + "y" * 5000))


@pytest.mark.parametrize(
    ("camera", "reason"),
    [
        (seen(DESCRIBE=[HTML]), Reason.NOT_A_STREAM),
        (seen(DESCRIBE=[NO_TYPE]), Reason.NOT_A_STREAM),
        (seen(DESCRIBE=[LONG_SDP]), Reason.NOT_A_STREAM),
        (seen(DESCRIBE=[Answer()]), Reason.NOT_A_STREAM),
        (ScriptedCamera(H264, b"v=0\r\nm=audio 0 RTP/AVP 8\r\n"), Reason.NO_MEDIA),
        (ScriptedCamera(H264, sdp("AV1/90000")), Reason.UNSUPPORTED),
        (ScriptedCamera(H264, sdp("MP4V-ES/90000")), Reason.UNSUPPORTED),
        (ScriptedCamera(H264, sdp("H264/90000", "t", "a=fmtp:96 packetization-mode=2")), Reason.UNSUPPORTED),
        (ScriptedCamera(H264, sdp().replace(b"m=video 0 RTP/AVP", b"m=video 0 RTP/SAVP")), Reason.UNSUPPORTED),
        (
            seen(SETUP=[Answer(headers=("Session: 1", "Transport: RTP/AVP;unicast;client_port=1-2"))]),
            Reason.UNSUPPORTED,
        ),
        (seen(SETUP=[Answer(headers=("Session: a\x01b",))]), Reason.NOT_A_STREAM),
        (seen(SETUP=[Answer(headers=("Session: " + "a" * 300,))]), Reason.NOT_A_STREAM),
        (ScriptedCamera(b"", hold=False), Reason.NO_MEDIA),
        (ScriptedCamera(b"rubbish instead of frames\r\n"), Reason.NOT_A_STREAM),
    ],
)
async def test_what_is_no_stream_is_told_apart(camera: ScriptedCamera, reason: Reason) -> None:
    assert await reason_of(camera) is reason


NOISE = b"".join(interleaved(rtp(b"\x41" + bytes(900), sequence=n, timestamp=n)) for n in range(200))


@pytest.mark.parametrize(
    ("camera", "reason"),
    [
        (ScriptedCamera(b""), Reason.NO_MEDIA),
        (ScriptedCamera(NOISE), Reason.NO_MEDIA),
        (seen(PLAY=[Answer("100 Continue")]), Reason.TIMEOUT),
        (seen(DESCRIBE=[Answer("100 Continue")]), Reason.TIMEOUT),
    ],
)
async def test_silence_ends_at_the_deadline(camera: ScriptedCamera, reason: Reason) -> None:
    started = asyncio.get_running_loop().time()
    assert await reason_of(camera, bounds=Bounds(seconds=0.4)) is reason
    assert asyncio.get_running_loop().time() - started < 5


async def test_more_bytes_than_permitted_end_the_read() -> None:
    assert await reason_of(ScriptedCamera(NOISE), bounds=Bounds(bytes=100_000)) is Reason.TOO_LARGE
    assert await reason_of(ScriptedCamera(H264), bounds=Bounds(access_unit=3000)) is Reason.TOO_LARGE


def says(data: bytes, *, then_close: bool = False) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if not then_close:
            await reader.read()

    return script


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html></html>", Reason.NOT_A_STREAM),
        (b"+PONG\r\n", Reason.NOT_A_STREAM),
        (b"RTSP/1.0 200 OK\r\n" + b"X-Long: " + b"y" * 16_384, Reason.NOT_A_STREAM),
        (b"RTSP/1.0 200 OK\r\n" + b"X: y\r\n" * 16_384, Reason.NOT_A_STREAM),
        (b"", Reason.TIMEOUT),
        (b"RTSP/1.0 2", Reason.TIMEOUT),
    ],
    ids=lambda value: ascii(value[:30]),
)
async def test_other_servers_are_told_apart(data: bytes, reason: Reason) -> None:
    assert await reason_of(says(data), bounds=SHORT) is reason


async def test_a_byte_a_while_does_not_hold_the_read() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"R")
            await asyncio.sleep(0.05)

    assert await reason_of(drip, bounds=Bounds(seconds=0.5)) in (Reason.TIMEOUT, Reason.NOT_A_STREAM)


async def test_a_connection_closed_at_once_is_a_refusal() -> None:
    assert await reason_of(says(b"", then_close=True)) is Reason.REFUSED


async def test_a_hostile_camera_holds_up_no_other() -> None:
    flood = b"$\5\0\0" * 60_000
    good, bad = ScriptedCamera(H264), ScriptedCamera(flood * 8)
    async with serving(good) as good_port, serving(bad) as bad_port:
        hostile = [asyncio.ensure_future(read_keyframe(request_to(bad_port), bounds=SHORT)) for _ in range(3)]
        healthy = await asyncio.gather(*(read_keyframe(request_to(good_port)) for _ in range(5)))
        results = await asyncio.gather(*hostile, return_exceptions=True)
    assert [decoded_size(one.codec, one.access_unit) for one in healthy] == [(320, 240)] * 5
    assert all(isinstance(result, StreamFailure) for result in results)


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not seen():  # noqa: ASYNC110 -- what is waited for happens in another task, which knows of no event
            await asyncio.sleep(0.01)


async def test_a_cancelled_read_leaves_the_session() -> None:
    camera = ScriptedCamera(b"")
    async with serving(camera) as port:
        reading = asyncio.ensure_future(read_keyframe(request_to(port)))
        await until(lambda: "PLAY" in camera.methods())
        await asyncio.sleep(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await until(lambda: "TEARDOWN" in camera.methods())

"""Real footage through a server that is not of our making."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from cameras.enums import Codec, Reason
from cameras.streams.reader import StreamFailure, read_keyframe
from tests.cameras.streams.footage import decoded_size
from tests.cameras.streams.gst import CLIPS, missing, serving_file
from tests.cameras.streams.scripted import request_to

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "never")


def encoded(path: Path, *options: str) -> Path:
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=20", "-t", "3", *options, str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of H.264 with a keyframe a second."""
    return encoded(tmp_path_factory.mktemp("clip") / "h264.mp4", "-c:v", "libx264", "-g", "20", "-pix_fmt", "yuv420p")


@pytest.mark.parametrize("login", [(), ("--auth", "digest"), ("--auth", "basic")])
async def test_h264_is_read(clip: Path, login: tuple[str, ...]) -> None:
    options = (*login, "--user", "cam", "--password", 'p@ss: "word"') if login else ()
    with serving_file(clip, *options) as port:
        request = request_to(port, "/stream", user="cam", password='p@ss: "word"')
        keyframe = await read_keyframe(request, measure_seconds=1)
    assert keyframe.codec is Codec.H264
    assert decoded_size(Codec.H264, keyframe.access_unit) == (640, 360)
    assert keyframe.fps is not None
    assert 10 < keyframe.fps < 40


async def test_h265_is_read(tmp_path: Path) -> None:
    path = encoded(
        tmp_path / "h265.mp4", "-c:v", "libx265", "-x265-params", "keyint=20:log-level=error", "-pix_fmt", "yuv420p"
    )
    with serving_file(path) as port:
        keyframe = await read_keyframe(request_to(port, "/stream"))
    assert keyframe.codec is Codec.H265
    assert decoded_size(Codec.H265, keyframe.access_unit) == (640, 360)


async def test_motion_jpeg_is_read(tmp_path: Path) -> None:
    path = encoded(tmp_path / "mjpeg.mov", "-c:v", "mjpeg", "-huffman", "default", "-pix_fmt", "yuvj420p")
    with serving_file(path) as port:
        keyframe = await read_keyframe(request_to(port, "/stream"))
    assert keyframe.codec is Codec.JPEG
    assert decoded_size(Codec.JPEG, keyframe.access_unit) == (640, 360)


async def test_refusals_are_told_apart(clip: Path) -> None:
    with serving_file(clip, "--user", "cam", "--password", "right") as port:
        for path, password, reason in (
            ("/stream", "wrong", Reason.AUTHENTICATION),
            ("/elsewhere", "right", Reason.NO_SUCH_STREAM),
        ):
            with pytest.raises(StreamFailure) as caught:
                await read_keyframe(request_to(port, path, user="cam", password=password))
            assert caught.value.reason is reason


async def test_a_server_that_was_killed_serves_again(clip: Path) -> None:
    with serving_file(clip) as port:
        await read_keyframe(request_to(port, "/stream"))
    with pytest.raises(StreamFailure) as caught:
        await read_keyframe(request_to(port, "/stream"))
    assert caught.value.reason is Reason.REFUSED
    with serving_file(clip, port=port) as again:
        assert again == port
        await read_keyframe(request_to(port, "/stream"))


async def test_the_stream_goes_on_when_the_clip_ends(clip: Path) -> None:
    with serving_file(clip) as port:
        keyframe = await read_keyframe(request_to(port, "/stream"), measure_seconds=4)
        later = await asyncio.gather(*(read_keyframe(request_to(port, "/stream")) for _ in range(5)))
    assert keyframe.fps is not None
    assert {decoded_size(one.codec, one.access_unit) for one in later} == {(640, 360)}


@pytest.mark.skipif(not CLIPS.is_dir(), reason="the real camera clips are not at hand")
@pytest.mark.parametrize(("name", "fps"), [("hall.mp4", 10), ("yard.mp4", 12.5)])
async def test_real_camera_clips_are_read(name: str, fps: float) -> None:
    with serving_file(CLIPS / name) as port:
        keyframe = await read_keyframe(request_to(port, "/stream"), measure_seconds=1.5)
    assert decoded_size(keyframe.codec, keyframe.access_unit) == (768, 432)
    assert keyframe.fps is not None
    assert abs(keyframe.fps - fps) < fps / 4

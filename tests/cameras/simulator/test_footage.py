import asyncio
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cameras.enums import Codec
from cameras.simulator.camera import SimulatedCamera
from cameras.simulator.clip import make_clip
from cameras.simulator.device import Conduct
from cameras.simulator.fleet import Fleet
from cameras.simulator.footage import Footage
from tests.cameras.simulator.client import connected, ran


def probed(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The stream's properties, and the flags of its packets."""
    asked = "stream=codec_name,width,height,avg_frame_rate,bit_rate:packet=flags"
    command = ["ffprobe", "-v", "error", "-show_entries", asked, "-of", "json", str(path)]
    answer = json.loads(ran(*command).stdout)
    return answer["streams"][0], [packet["flags"][0] for packet in answer["packets"]]


def test_a_clip_has_its_size_rate_and_keyframes(clip: Path) -> None:
    stream, flags = probed(clip)
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", 320, 180)
    assert stream["avg_frame_rate"] == "10/1"
    assert [index for index, flag in enumerate(flags) if flag == "K"] == [0, 10]


def test_a_full_hd_clip_has_a_cameras_bitrate(tmp_path: Path) -> None:
    stream, _ = probed(make_clip(tmp_path / "hd.mp4", seconds=2))
    assert (stream["width"], stream["height"]) == (1920, 1080)
    assert 1_000_000 < int(stream["bit_rate"]) < 3_500_000


def test_the_loop_goes_on_without_a_gap(clip: Path) -> None:
    footage = Footage(clip)
    frames = [(turn, index) for turn in range(3) for index in range(len(footage.frames))]
    units = [footage.unit(*frame) for frame in frames]
    for before, after in pairwise(units):
        assert after.sequence == (before.sequence + before.packets) & 0xFFFF
        assert after.timestamp - before.timestamp == 9000
    assert [unit.keyframe for unit in units] == [index % 10 == 0 for index in range(60)]
    assert footage.position(0) == (0, 0)
    assert footage.position(footage.seconds * 5 + 0.1) == (5, 1)
    assert footage.position(footage.seconds - 0.01) == (1, 0)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
async def test_every_camera_plays_the_clip_at_its_own_phase(tmp_path: Path, conduct: Conduct, codec: Codec) -> None:
    path = make_clip(tmp_path / "clip.mp4", 320, 180, fps=10, seconds=2, gop_seconds=1, codec=codec)
    async with Fleet([SimulatedCamera(1), SimulatedCamera(2)], conduct=conduct, clip=path) as fleet:
        async with connected(fleet, 1) as first, connected(fleet, 2) as second:
            assert f"a=rtpmap:96 {codec.value.upper()}/90000" in (await first.ask("DESCRIBE")).body.decode()
            await first.play()
            await second.play()
            received = await asyncio.gather(first.packets(2.5), second.packets(2.5))
        starts = []
        for packets in received:
            media = [packet for packet in packets if packet.channel == 0]
            assert len({packet.timestamp for packet in media}) >= 20
            assert all(after.sequence == (before.sequence + 1) & 0xFFFF for before, after in pairwise(media))
            starts.append(media[0].timestamp)
        assert abs(starts[0] - starts[1]) > 9000


async def test_snapshots_of_the_clip_are_pictures_of_it(clip: Path, conduct: Conduct) -> None:
    async with Fleet([SimulatedCamera(1)], conduct=conduct, clip=clip) as fleet:
        data = await fleet.device(1).jpeg()
        assert data[:2] == b"\xff\xd8"
        assert (320).to_bytes(2, "big") in data[:800]


def test_what_is_no_clip_is_refused_with_advice(tmp_path: Path) -> None:
    text = tmp_path / "clip.mp4"
    text.write_text("not a video")
    with pytest.raises(ValueError, match="Give a video file"):
        Footage(text)
    with pytest.raises(ValueError, match="cannot be read"):
        Footage(tmp_path / "missing.mp4")
    source = ["-f", "lavfi", "-i", "testsrc=size=64x64:duration=1"]
    mpeg4 = ran("ffmpeg", "-v", "error", *source, "-c:v", "mpeg4", "-y", str(text))
    assert mpeg4.returncode == 0
    with pytest.raises(ValueError, match=r"holds no H\.264 or H\.265"):
        Footage(text)

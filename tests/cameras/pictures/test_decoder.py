import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from PIL import Image

from cameras.enums import Codec, Reason
from cameras.pictures.confinement import ADDRESS_SPACE
from cameras.pictures.decoder import Decoder, Undecodable
from cameras.pictures.picture import MAX_ACCESS_UNIT
from cameras.pictures.process import Program
from cameras.pictures.sandbox import OURS, Confinement
from tests.cameras.pictures.encoded import h264_parameter_set, jpeg_header, keyframe

HERE = Path(__file__).parent


@pytest.fixture
async def decoder() -> AsyncIterator[Decoder]:
    made = Decoder(seconds=20)
    yield made
    await made.aclose()


@pytest.fixture
async def prober() -> AsyncIterator[Decoder]:
    """A decoder that does what it is told instead of decoding, and is given little time for it."""
    made = Decoder(seconds=1.5)
    made._program = Program("inside_probe", (OURS.parent.parent, HERE), (OURS, HERE))
    yield made
    await made.aclose()


def family() -> list[psutil.Process]:
    """All processes of decoders; the test run has servers of its own beside them."""
    return [one for one in psutil.Process().children(recursive=True) if name_of(one)[:5] in ("bwrap", "pytho")]


def pythons() -> list[psutil.Process]:
    """The server and its child, below bubblewrap's own processes."""
    return [one for one in family() if name_of(one).startswith("python")]


def name_of(process: psutil.Process) -> str:
    """Its name, or "" of one that has just ended."""
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


def open_descriptors() -> int:
    return psutil.Process().num_fds()


async def gone(processes: list[psutil.Process], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while any(alive(one) for one in processes):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # between the two questions
        return False


async def eventually_pythons(count: int) -> list[psutil.Process]:
    async with asyncio.timeout(20):
        while len(found := pythons()) < count:  # noqa: ASYNC110 - other processes have no events to wait for
            await asyncio.sleep(0.01)
    return found


async def refusal(decoder: Decoder, unit: bytes, codec: Codec = Codec.H264) -> tuple[Reason, str]:
    with pytest.raises(Undecodable) as refused:
        await decoder.decode(codec, unit)
    return refused.value.reason, refused.value.detail


@pytest.mark.parametrize("codec", list(Codec))
async def test_a_picture_of_each_codec(decoder: Decoder, codec: Codec) -> None:
    unit = keyframe(codec, 640, 360, "yuvj420p" if codec == Codec.JPEG else "yuv420p")
    picture = await decoder.decode(codec, unit)
    assert (picture.width, picture.height, picture.codec) == (640, 360, codec)
    assert Image.open(BytesIO(picture.jpeg)).size == (384, 216)
    assert 60 < picture.luma < 160
    native = await decoder.decode(codec, unit, width=None)
    assert Image.open(BytesIO(native.jpeg)).size == (640, 360)


async def test_calls_side_by_side_get_their_own_pictures(decoder: Decoder) -> None:
    widths = [64 + 2 * index for index in range(40)]
    units = [keyframe(Codec.H264, width, 64) for width in widths]
    pictures = await asyncio.gather(*(decoder.decode(Codec.H264, unit) for unit in units))
    assert [picture.width for picture in pictures] == widths


async def test_each_refusal_has_its_reason(decoder: Decoder) -> None:
    slice_unit = b"\0\0\1\x65\x88\x84"
    assert await refusal(decoder, h264_parameter_set(16384, 16384) + slice_unit) == (
        Reason.TOO_LARGE,
        "the header says 16384×16384 pixels",
    )
    assert (await refusal(decoder, jpeg_header(60000, 60000), Codec.JPEG))[0] == Reason.TOO_LARGE
    assert (await refusal(decoder, b"\0" * (MAX_ACCESS_UNIT + 1)))[0] == Reason.TOO_LARGE
    assert await refusal(decoder, b"<html></html>") == (Reason.UNDECODABLE, "no sequence parameter set")
    unit = keyframe(Codec.H264)
    assert (await refusal(decoder, unit[: len(unit) // 2]))[0] == Reason.UNDECODABLE
    assert (await refusal(decoder, b""))[0] == Reason.UNDECODABLE
    assert (await decoder.decode(Codec.H264, unit)).width == 320


async def test_one_child_serves_a_few_pictures_and_no_more() -> None:
    decoder = Decoder(pictures_per_child=3)
    unit = keyframe(Codec.H264, 64, 64)
    children = []
    for _ in range(7):
        await decoder.decode(Codec.H264, unit)
        children.append(decoder._child)
    assert [child is None for child in children] == [False, False, True, False, False, True, False]
    assert children[0] is children[1]
    assert children[1] is not children[3]
    await decoder.aclose()


async def test_what_failed_in_a_used_child_is_judged_by_a_fresh_one(prober: Decoder) -> None:
    await prober.decode(Codec.H264, b"picture")
    assert (await prober.decode(Codec.H264, b"picture where fresh")).width == 64
    assert prober._child is not None
    assert prober._child.served == 1


async def test_a_picture_that_kills_its_decoder_is_named_and_the_next_one_lives(prober: Decoder) -> None:
    await prober.decode(Codec.H264, b"picture")
    assert await refusal(prober, b"crash") == (
        Reason.UNDECODABLE,
        f"the picture kills its decoder (exit code {-signal.SIGSEGV})",
    )
    assert (await prober.decode(Codec.H264, b"picture")).width == 64


async def test_a_picture_that_never_ends_is_ended(prober: Decoder) -> None:
    await prober.decode(Codec.H264, b"picture")
    before = pythons()
    assert await refusal(prober, b"spin") == (Reason.UNDECODABLE, "decoding took longer than 1.5 s")
    assert await gone(before)
    assert (await prober.decode(Codec.H264, b"picture")).width == 64


async def test_a_child_that_stops_is_ended(prober: Decoder) -> None:
    task = asyncio.create_task(refusal(prober, b"spin"))
    for one in (await eventually_pythons(2))[1:]:
        one.send_signal(signal.SIGSTOP)
    assert await task == (Reason.UNDECODABLE, "decoding took longer than 1.5 s")
    assert (await prober.decode(Codec.H264, b"picture")).width == 64


async def test_an_answer_of_nonsense_is_none(prober: Decoder) -> None:
    assert await refusal(prober, b"picture with nonsense") == (
        Reason.UNDECODABLE,
        "the picture makes its decoder answer nonsense",
    )


@pytest.mark.parametrize("victim", [0, 1])
async def test_a_murdered_server_or_child_costs_no_picture(decoder: Decoder, victim: int) -> None:
    unit = keyframe(Codec.H264, 64, 64)
    await decoder.decode(Codec.H264, unit)
    # The child ends with its server, but may answer one more picture before it does.
    ending = pythons()[victim:]
    ending[0].kill()
    assert await gone(ending)
    assert (await decoder.decode(Codec.H264, unit)).width == 64
    assert len(await eventually_pythons(2)) == 2


async def test_a_cancelled_call_leaves_no_work_behind(prober: Decoder) -> None:
    task = asyncio.create_task(prober.decode(Codec.H264, b"spin"))
    before = await eventually_pythons(2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(before)
    assert (await prober.decode(Codec.H264, b"picture")).width == 64


async def test_nothing_is_left_after_closing(decoder: Decoder) -> None:
    await decoder.decode(Codec.H264, keyframe(Codec.H264, 64, 64))
    before, descriptors = family(), open_descriptors()
    assert len(before) >= 2
    await decoder.aclose()
    assert await gone(before)
    assert family() == []  # not even a zombie
    assert open_descriptors() == descriptors - 3  # control, memory, stream


def test_one_event_loop_after_another() -> None:
    decoder, unit = Decoder(), keyframe(Codec.H264, 64, 64)

    async def batch() -> int:
        return len(await asyncio.gather(*(decoder.decode(Codec.H264, unit) for _ in range(3))))

    servers = []
    for _ in range(3):
        assert asyncio.run(batch()) == 3
        servers.append(pythons()[0].pid)
    assert len(set(servers)) == 1
    asyncio.run(decoder.aclose())


async def test_the_memory_of_a_child_is_bounded(decoder: Decoder) -> None:
    await decoder.decode(Codec.H264, keyframe(Codec.H264, 64, 64))
    server, child = pythons()
    assert child.rlimit(psutil.RLIMIT_AS) == (ADDRESS_SPACE, ADDRESS_SPACE)
    assert child.rlimit(psutil.RLIMIT_NOFILE) == (0, 0)
    status = Path(f"/proc/{child.pid}/status").read_text()  # noqa: ASYNC240 - no disk behind it
    assert "NoNewPrivs:\t1\n" in status
    assert "Seccomp:\t2\n" in status
    assert "CapEff:\t0000000000000000\n" in status
    assert server.num_threads() == child.num_threads() == 1


async def test_unconfined_decoding_is_refused_where_confinement_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = Confinement(bubblewrap=False, detail="The program bwrap is not installed.")
    monkeypatch.setattr("cameras.pictures.decoder.confinement", lambda: absent)
    monkeypatch.setattr("cameras.pictures.process.confinement", lambda: absent)
    decoder, unit = Decoder(require_confinement=True), keyframe(Codec.H264, 64, 64)
    assert await refusal(decoder, unit) == (
        Reason.OUR_FAULT,
        "pictures are decoded in confinement only. The program bwrap is not installed.",
    )
    fallback = Decoder()
    assert (await fallback.decode(Codec.H264, unit)).width == 64
    before = pythons()
    assert len(before) == 2
    await fallback.aclose()
    assert await gone(before)


async def test_a_server_that_does_not_start_is_our_fault() -> None:
    decoder = Decoder()
    decoder._program = Program("no_such_module")
    assert await refusal(decoder, keyframe(Codec.H264, 64, 64)) == (
        Reason.OUR_FAULT,
        "the decoder does not stay up",
    )


SCRIPT = """
import asyncio, os, sys, time
from django.conf import settings
settings.configure()
from cameras.enums import Codec
from cameras.pictures.decoder import Decoder
decoder, unit = Decoder(), open(sys.argv[1], "rb").read()
decode = lambda: asyncio.run(decoder.decode(Codec.H264, unit)).width
decode()
"""
FORKED = """
child = os.fork()
if child == 0:
    width = decode()
    asyncio.run(decoder.aclose())
    os._exit(width)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), decode(), flush=True)
"""
WAITING = """
print("ready", flush=True)
time.sleep(60)
"""


def script(tmp_path: Path, text: str) -> subprocess.Popen[str]:
    unit = tmp_path / "unit.h264"
    unit.write_bytes(keyframe(Codec.H264, 64, 64))
    command = [sys.executable, "-W", "error", "-c", SCRIPT + text, str(unit)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=OURS.parent.parent)


def test_a_forked_worker_gets_a_decoder_of_its_own(tmp_path: Path) -> None:
    with script(tmp_path, FORKED) as process:
        assert process.communicate(timeout=60)[0].split() == ["64", "64"]
    assert process.returncode == 0


@pytest.mark.parametrize("path", [os.environ["PATH"], "/nowhere"])  # with bubblewrap, and without
async def test_nothing_outlives_a_killed_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("PATH", path)
    process = script(tmp_path, WAITING)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    descendants = psutil.Process(process.pid).children(recursive=True)
    assert len(descendants) >= 2
    process.kill()
    process.wait()
    process.stdout.close()
    assert await gone(descendants)

"""What can be done from where hostile bytes are decoded: proved by trying, inside the real sandbox."""

import json
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from cameras.enums import Codec
from cameras.pictures.decoder import Decoder, Undecodable
from cameras.pictures.process import Program
from cameras.pictures.sandbox import OURS, confinement

HERE = Path(__file__).parent
PROJECT = OURS.parent.parent


@pytest.fixture(scope="module")
def canaries() -> Iterator[list[Path]]:
    """Files that are there to be found: in the home, in the project's var/, in /tmp."""
    folders = [Path.home(), Path(settings.BASE_DIR) / "var", Path("/tmp")]  # noqa: S108 - that is the point
    made = []
    for folder in folders:
        folder.mkdir(exist_ok=True)
        made.append(folder / "decoder-canary.txt")
        made[-1].write_text("a secret")
    yield made
    for canary in made:
        canary.unlink()


@pytest.fixture
async def prober(tmp_path: Path) -> AsyncIterator[Decoder]:
    """A decoder that does what it is told instead of decoding."""
    decoder = Decoder(seconds=20)
    folders = (HERE, tmp_path)
    decoder._program = Program("inside_probe", (PROJECT, *folders), (OURS, *folders))
    yield decoder
    await decoder.aclose()


async def told(decoder: Decoder, deed: str) -> str:
    with pytest.raises(Undecodable) as outcome:
        await decoder.decode(Codec.H264, deed.encode())
    return outcome.value.detail


@pytest.mark.parametrize(
    ("deed", "outcome"),
    [
        ("open", "PermissionError"),
        ("list", "PermissionError"),
        ("socket", "PermissionError"),
        ("pipe", "PermissionError"),
        ("fork", "PermissionError"),
        ("thread", "RuntimeError"),
        ("exec", "PermissionError"),
        ("kill parent", "PermissionError"),
        ("stop itself", "PermissionError"),
        ("executable memory", "PermissionError"),
        ("ptrace", "done: -1"),
        ("raise limits", "ValueError"),
        ("much memory", "MemoryError"),
        ("some memory", f"done: {200 << 20}"),
        ("environment", "done: ['OPENBLAS_NUM_THREADS']"),
    ],
)
async def test_a_decoding_child_can_do_nothing_but_compute(prober: Decoder, deed: str, outcome: str) -> None:
    assert await told(prober, deed) == outcome


@pytest.mark.skipif(not confinement().bubblewrap, reason=confinement().detail)
async def test_the_server_sees_no_file_no_network_and_no_environment(
    prober: Decoder, canaries: list[Path], tmp_path: Path
) -> None:
    passwords, process = "/etc/passwd", "/proc/self/environ"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        questions = {"paths": [passwords, process, *map(str, canaries)], "port": listener.getsockname()[1]}
        (tmp_path / "questions.json").write_text(json.dumps(questions))
        for path in questions["paths"]:
            assert Path(path).read_bytes()  # noqa: ASYNC240 - from here it can be read
            assert await told(prober, path) == "FileNotFoundError"
        assert await told(prober, "network") in ("OSError", "ConnectionRefusedError")
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert await told(prober, "variables") == "OPENBLAS_NUM_THREADS"
    assert await told(prober, "uid") == "65534"
    assert await told(prober, "write") == "OSError"  # read-only
    assert await told(prober, "setuid") in ("PermissionError", "OSError")

"""The HTTP side of a camera under its faults."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cameras.simulator.authentication import Scheme
from cameras.simulator.camera import PASSWORD, SimulatedCamera
from cameras.simulator.device import Conduct
from cameras.simulator.faults import Fault
from cameras.simulator.fleet import Fleet

LOGIN = "Basic " + b64encode(f"viewer:{PASSWORD}".encode()).decode()


async def got(fleet: Fleet, path: str, seconds: float, *, login: str | None = LOGIN) -> bytes:
    """What comes within so many seconds."""
    reader, writer = await asyncio.open_connection(fleet.device(1).camera.address, fleet.conduct.http_port)
    proof = f"Authorization: {login}\r\n" if login else ""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: camera\r\n{proof}\r\n".encode())
    data = b""
    try:
        async with asyncio.timeout(seconds):
            while part := await reader.read(65_536):
                data += part
    except TimeoutError:
        pass
    writer.transport.abort()
    await asyncio.sleep(0)
    return data


@asynccontextmanager
async def one(conduct: Conduct, fault: Fault | None) -> AsyncIterator[Fleet]:
    async with Fleet([SimulatedCamera(1, fault=fault, scheme=Scheme.BASIC)], conduct=conduct) as fleet:
        yield fleet


async def test_a_snapshot_and_a_stream_of_pictures(conduct: Conduct) -> None:
    async with one(conduct, None) as fleet:
        head, _, body = (await got(fleet, "/snapshot.jpg", 1)).partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
        assert (body[:2], body[-2:]) == (b"\xff\xd8", b"\xff\xd9")
        stream = await got(fleet, "/mjpeg", 2)
        assert b"multipart/x-mixed-replace; boundary=picture" in stream
        assert stream.count(b"--picture\r\n") >= 4
        assert (await got(fleet, "/snapshot.jpg", 0.3, login=None)).startswith(b"HTTP/1.1 401")
        assert (await got(fleet, "/other", 0.3)).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    ("fault", "start"),
    [
        (Fault.PASSWORD, b"HTTP/1.1 401 "),
        (Fault.SESSIONS, b"HTTP/1.1 503 "),
        (Fault.NOSTREAM, b"HTTP/1.1 404 "),
        (Fault.HTML, b"HTTP/1.1 200 OK\r\nContent-Type: text/html"),
        (Fault.REDIRECT, b"HTTP/1.1 302 "),
    ],
)
async def test_faults_that_answer(conduct: Conduct, fault: Fault, start: bytes) -> None:
    async with one(conduct, fault) as fleet:
        assert (await got(fleet, "/snapshot.jpg", 0.4)).startswith(start)


async def test_hang_says_nothing_and_silent_only_the_header(conduct: Conduct) -> None:
    async with one(conduct, Fault.HANG) as fleet:
        assert await got(fleet, "/snapshot.jpg", 0.5) == b""
        await fleet.set_fault(1, Fault.SILENT)
        for path in ("/snapshot.jpg", "/mjpeg"):
            answer = await got(fleet, path, 0.7)
            assert answer.startswith(b"HTTP/1.1 200 OK")
            assert answer.endswith(b"\r\n\r\n")


async def test_rubbish_is_no_jpeg_and_huge_says_so_in_its_header(conduct: Conduct) -> None:
    async with one(conduct, Fault.RUBBISH) as fleet:
        assert (await got(fleet, "/snapshot.jpg", 1)).partition(b"\r\n\r\n")[2][:2] != b"\xff\xd8"
        await fleet.set_fault(1, Fault.HUGE)
        body = (await got(fleet, "/snapshot.jpg", 1)).partition(b"\r\n\r\n")[2]
        at = body.index(b"\xff\xc0")
        assert body[at + 5 : at + 9] == b"\x40\x00\x40\x00"

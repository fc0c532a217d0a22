"""One keyframe of each camera of a fleet, all read at once, and what memory that takes."""

import asyncio
from ipaddress import ip_network
from pathlib import Path

import uvloop

from cameras.simulator.camera import PASSWORD, USERNAME
from cameras.streams.address import Credentials, NetworkPolicy, StreamAddress
from cameras.streams.reader import Keyframe, StreamRequest, read_keyframe


def read_side_by_side(urls: list[str]) -> tuple[list[Keyframe], int]:
    """The keyframes, and the bytes of memory that each stream took. For a fresh process: it measures its own peak."""
    # Linux forgets the peak so far, which an exec inherits from whoever started this process.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _peak()
    keyframes = uvloop.run(_read_all(urls))
    return keyframes, (_peak() - before) // len(urls)


def _peak() -> int:
    """The most bytes of memory that this process has held at once."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


async def _read_all(urls: list[str]) -> list[Keyframe]:
    policy = NetworkPolicy((ip_network("127.0.0.0/8"),), loopback_allowed=True)
    credentials = Credentials(USERNAME, PASSWORD)
    requests = [StreamRequest(StreamAddress.parse(url), policy, credentials) for url in urls]
    return await asyncio.gather(*(read_keyframe(request) for request in requests))

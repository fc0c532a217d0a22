import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cameras.simulator.camera import PASSWORD
from cameras.simulator.clip import make_clip
from cameras.simulator.device import Conduct
from cameras.simulator.running import running_fleet

Ports = tuple[int, int, int]


def vacant_port() -> int:
    """Below the ports that the kernel hands out itself, and free on the addresses that a fleet uses first."""
    while True:
        port = 20_000 + int.from_bytes(os.urandom(2), "big") % 12_000
        with socket.socket() as first, socket.socket() as control:
            try:
                first.bind(("127.77.0.1", port))
                control.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@pytest.fixture
def conduct() -> Conduct:
    """Ports that no other fleet uses, and no encoder that outlives its test."""
    return replace(Conduct(), rtsp_port=vacant_port(), http_port=vacant_port(), linger=0.2)


@pytest.fixture(scope="session")
def ports() -> Ports:
    """RTSP, HTTP and control port of the shared fleet."""
    return vacant_port(), vacant_port(), vacant_port()


@pytest.fixture(scope="session")
def fleet_process(ports: Ports) -> Iterator[int]:
    """Eleven cameras in a process of their own: 9 Basic, 10 without password, 11 with H.265."""
    rtsp, http, control = ports
    arguments = ["--cameras=11", "--faults=h265=1", "--auth=9=basic", "--auth=10=none"]
    arguments += [f"--port={rtsp}", f"--http-port={http}", f"--control-port={control}"]
    with running_fleet(*arguments) as pid:
        yield pid


@pytest.fixture(scope="session")
def address(fleet_process: int, ports: Ports) -> Callable[..., str]:
    """The URL of a camera of the shared fleet, with its password."""

    def of(number: int, path: str = "/main", *, credentials: str = f"viewer:{PASSWORD}@") -> str:
        return f"rtsp://{credentials}127.77.0.{number}:{ports[0]}{path}"

    return of


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", 320, 180, fps=10, seconds=2, gop_seconds=1)

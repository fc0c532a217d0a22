"""Runs in the decoder's place inside the sandbox, and tells what it can and cannot do there.

The "access unit" is the name of a deed; what came of it goes back as the detail of a refusal.
"""

import ctypes
import json
import mmap
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cameras.pictures.picture import Picture, RefusedError
from cameras.pictures.render import render
from cameras.pictures.server import serve
from cameras.pictures.specimens import SPECIMENS

if TYPE_CHECKING:
    from cameras.enums import Codec

QUESTIONS = "questions.json"
turns = count(1)


def outcome(deed: Callable[[], object]) -> str:
    try:
        return f"done: {deed()}"
    except BaseException as error:  # noqa: BLE001 - whatever comes of it is the answer
        return type(error).__name__


def look_around() -> dict[str, str]:
    """What the server itself, not yet confined as its children are, finds in its namespaces."""
    asked: dict[str, Any] = {"paths": [], "port": 9}
    for folder in sys.path:
        if Path(folder, QUESTIONS).exists():
            asked = json.loads(Path(folder, QUESTIONS).read_text())
    found = {path: outcome(Path(path).read_bytes) for path in asked["paths"]}
    found["network"] = outcome(lambda: socket.create_connection(("127.0.0.1", asked["port"]), 1))
    found["variables"] = ",".join(sorted(os.environ))
    found["uid"] = str(os.getuid())
    found["write"] = outcome(lambda: Path("/scratch").write_text("x"))
    found["setuid"] = outcome(lambda: os.setuid(0))
    return found


def spin() -> None:
    while True:
        pass


def map_executable() -> mmap.mmap:
    return mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)


def start_thread() -> None:
    threading.Thread(target=time.sleep, args=(0,)).start()


DEEDS: dict[str, Callable[[], object]] = {
    "open": lambda: os.open(__file__, os.O_RDONLY),
    "list": lambda: list(Path("/").iterdir()),
    "socket": socket.socket,
    "pipe": os.pipe,
    "fork": os.fork,
    "thread": start_thread,
    "exec": lambda: os.execv(sys.executable, ["python"]),  # noqa: S606 - to see it refused
    "kill parent": lambda: os.kill(os.getppid(), signal.SIGKILL),
    "stop itself": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "executable memory": map_executable,
    "ptrace": lambda: ctypes.CDLL(None, use_errno=True).ptrace(0, 0, 0, 0),
    "raise limits": lambda: __import__("resource").setrlimit(7, (100, 100)),
    "much memory": lambda: len(np.ones(800 << 20, np.uint8)),
    "some memory": lambda: len(np.ones(200 << 20, np.uint8)),
    "environment": lambda: sorted(os.environ),
    "spin": spin,
    "crash": lambda: ctypes.string_at(0),
}


def probe(codec: "Codec", access_unit: bytes, width: int | None) -> Picture:
    served = next(turns)
    name = access_unit.decode(errors="replace")
    healthy = render(codec, SPECIMENS["h264"], width) if name.startswith("picture") else None
    if name == "picture where fresh" and served > 1:
        raise RefusedError("undecodable", "not the first one here")
    if name == "picture with nonsense":
        return Picture(9999, 9999, codec, b"<html>", float("nan"), 0, 0, b"")
    if name in AROUND:
        raise RefusedError("undecodable", AROUND[name])
    if healthy is None:
        raise RefusedError("undecodable", outcome(DEEDS[name]))
    return healthy


AROUND: dict[str, str] = {}


def main() -> None:
    AROUND.update(look_around())
    serve(probe)

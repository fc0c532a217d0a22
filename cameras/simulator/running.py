"""A fleet as a process of its own: what the command runs, and the handle that tests and the demo use."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from cameras.simulator.control import serve_control, tell
from cameras.simulator.fleet import Fleet
from cameras.simulator.options import fleet_cameras, fleet_conduct

READY = "Simulating"
"""The first word of the line that says that all cameras listen."""
_PROJECT = Path(__file__).resolve().parents[2]


def run(options: Namespace, say: Callable[[str], None]) -> None:
    """Does what the command line asks for: tells a running fleet, or runs one until SIGTERM or Ctrl-C.

    Raises ValueError and OSError with a message that says what to do.
    """
    if options.tell:
        for number, fault in options.tell:
            tell(number, fault, options.control_port)
            say(f"Camera {number}: {fault or 'no fault'}")
        return
    uvloop.run(_serve(options, say))


async def _serve(options: Namespace, say: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    cameras = fleet_cameras(options)
    async with Fleet(cameras, conduct=fleet_conduct(options), clip=options.clip) as fleet:
        control = await serve_control(fleet, options.control_port)
        faults = sum(camera.fault is not None for camera in cameras)
        say(
            f"{READY} {len(cameras)} cameras, {faults} with a fault: {fleet.rtsp_url(1)} to "
            f"{fleet.rtsp_url(len(cameras))}, user {options.username}. Control: 127.0.0.1:{options.control_port}"
        )
        await stopped.wait()
        control.close()


@contextmanager
def running_fleet(*arguments: str, seconds: float = 60) -> Iterator[int]:
    """Runs `simulate` with these arguments in a process of its own; yields its process id once all cameras listen.

    Raises RuntimeError with the command's own message where it does not start within `seconds`.
    """
    command = [sys.executable, "-m", "cameras.simulator", *arguments]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command,
        cwd=_PROJECT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    deadline = threading.Timer(seconds, process.kill)
    deadline.start()
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if line.startswith(READY):
                break
        else:
            raise RuntimeError(f"The fleet did not start: {''.join(said).strip() or 'no answer in time'}")
        deadline.cancel()
        yield process.pid
    finally:
        deadline.cancel()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

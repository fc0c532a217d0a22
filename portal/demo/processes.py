"""The demonstration's processes: started together, ended together."""

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from portal.environment import BASE_DIR
from portal.services import DIE_WITH_PARENT

STOP_SECONDS = 20.0


class ProcessEndedError(Exception):
    """One of the processes ended by itself; the message names it and its log."""


@contextmanager
def started(commands: Mapping[str, Sequence[str]], logs: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Inside the block the commands run, each with its own log; after it none of them does.

    They run in sessions of their own, so that Ctrl-C reaches this process alone, which then ends them in order; and
    they end with it, however it ends.
    """
    logs.mkdir(parents=True, exist_ok=True)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            with (logs / f"{name}.log").open("wb") as log:
                processes[name] = subprocess.Popen(  # noqa: S603 - our own commands
                    [*DIE_WITH_PARENT, sys.executable, *command],
                    cwd=BASE_DIR,
                    env=os.environ,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        yield processes
    finally:
        _stop(list(processes.values()))


def watch(processes: Mapping[str, subprocess.Popen[bytes]], logs: Path, *, seconds: float = math.inf) -> None:
    """Wait so long, or for ever. Raises ProcessEndedError as soon as one of them ends."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for name, process in processes.items():
            if process.poll() is not None:
                raise ProcessEndedError(f"{name} ended with status {process.returncode}; see {logs / name}.log")
        time.sleep(0.5)


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

"""What processes cost: CPU seconds of a process with all below it, and of servers beside it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def cpu_of_tree(pid: int) -> float:
    """CPU seconds so far of a process, of its living descendants, and of all that they have waited for."""
    root = psutil.Process(pid)
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def cpu_of_servers(folder: Path) -> float:
    """CPU seconds so far of the database's and the queue's processes, which work inside `folder`."""
    total = 0.0
    for process in psutil.process_iter(["name", "cwd", "cpu_times"]):
        known = process.info
        if known["name"] in ("postgres", "redis-server") and (known["cwd"] or "").startswith(str(folder)):
            times = known["cpu_times"]
            total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def worker(*arguments: str) -> Iterator[int]:
    """A Celery worker with the portal's tasks and those of the benchmark; yields its process id."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "tests.bench.app"]
    command = [*celery, "worker", "--loglevel", "WARNING", *arguments]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


def wait_until(done: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for `done`. Raises TimeoutError that says what did not happen."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.25)

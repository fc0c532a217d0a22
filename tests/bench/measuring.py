"""What processes cost: CPU seconds of a process with all below it, and of servers beside it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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


def cpu_of_servers(name_parts: tuple[str, ...] = ("postgres", "redis-server")) -> float:
    """CPU seconds so far of the database's and the queue's processes that this command's user started."""
    total = 0.0
    for process in psutil.process_iter(["name", "cpu_times"]):
        times = process.info["cpu_times"]
        if times and any(part in process.info["name"] for part in name_parts):
            total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def worker(*arguments: str) -> Iterator[int]:
    """A Celery worker with the portal's tasks and those of the benchmark; yields its process id."""
    command = [sys.executable, "-m", "celery", "-A", "tests.bench.app", "worker", "--loglevel", "WARNING", *arguments]
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

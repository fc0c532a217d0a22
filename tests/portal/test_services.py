"""Servers that start by themselves: one for all who come, until the last one has left, be it by a crash."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from portal.environment import BASE_DIR
from portal.services import redis_socket

USER = """
import os, sys
from pathlib import Path
import redis
from portal.services import running

with running(Path(sys.argv[1])):
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    for _line in sys.stdin:
        print(client.ping(), flush=True)
"""


class User:
    """A command that runs on the servers of a folder, and says whether its Redis answers."""

    def __init__(self, folder: Path) -> None:
        # With an address, PostgreSQL is somebody else's: starting one here would show nothing more.
        own = {"DATABASE_URL": "postgresql://nowhere/none"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)],
            cwd=BASE_DIR,
            env={name: value for name, value in os.environ.items() if name != "REDIS_URL"} | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answered(self) -> bool:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline() == "True\n"


@contextmanager
def users(folder: Path, number: int) -> Iterator[list[User]]:
    found = [User(folder) for _ in range(number)]
    try:
        yield found
    finally:
        for user in found:
            user.process.communicate(timeout=30)


def ends(folder: Path) -> bool:
    """Whether the folder's Redis ends soon."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with redis.Redis(unix_socket_path=str(redis_socket(folder))) as client:
                client.ping()
        except redis.ConnectionError:
            return True
        time.sleep(0.05)
    return False


def test_all_who_come_at_once_have_one_redis_until_the_last_has_left(tmp_path: Path) -> None:
    with users(tmp_path, 4) as (first, *others):
        assert all(user.answered() for user in (first, *others))
        first.process.communicate(timeout=30)
        assert all(user.answered() for user in others)
    assert ends(tmp_path / "redis")


def test_a_crash_takes_redis_from_nobody_and_leaves_none_behind(tmp_path: Path) -> None:
    with users(tmp_path, 1) as (first,):
        assert first.answered()
        with users(tmp_path, 1) as (second,):
            assert second.answered()
            first.process.kill()
            first.process.wait()
            assert second.answered()
            second.process.kill()
            second.process.wait()
    assert ends(tmp_path / "redis")


def test_one_that_comes_as_the_last_leaves_has_a_redis(tmp_path: Path) -> None:
    for _turn in range(5):
        with users(tmp_path, 1) as (user,):
            assert user.answered()

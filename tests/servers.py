"""A pytest plugin: real PostgreSQL and Redis run for the time of the tests, unless addresses of others are set."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from portal.environment import VAR
from portal.services import running

_servers = ExitStack()
# Names the process whose own servers the addresses in the environment are.
_STARTED_BY = "TEST_SERVERS_STARTED_BY"


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder under var/ that no other test run uses at the same time: runs side by side share no server."""
    for number in count(1):
        folder = VAR / f"test-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield folder
            return


def _forget_on_power_loss(url: str) -> None:
    """Let the server not wait for the disk, which is most of what emptying its tables after a test costs."""
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    # A wrapper goes before plain implementations: the addresses stand when pytest-django reads the settings.
    if os.environ.get(_STARTED_BY, str(os.getpid())) != str(os.getpid()):
        # Processes side by side inherit the servers of the one that started them. Each empties Redis after its tests.
        for inherited in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(inherited, None)
    own = "DATABASE_URL" not in os.environ
    _servers.enter_context(running(_servers.enter_context(_own_folder())))
    if own:
        os.environ[_STARTED_BY] = str(os.getpid())
        _forget_on_power_loss(os.environ["DATABASE_URL"])
    return (yield)


def pytest_unconfigure() -> None:
    _servers.close()

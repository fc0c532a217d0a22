"""A pytest plugin: real PostgreSQL and Redis run for the time of the tests, unless addresses of others are set."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest

from portal.environment import VAR
from portal.services import running

_servers = ExitStack()


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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    # A wrapper goes before plain implementations: the addresses stand when pytest-django reads the settings.
    _servers.enter_context(running(_servers.enter_context(_own_folder())))
    return (yield)


def pytest_unconfigure() -> None:
    _servers.close()

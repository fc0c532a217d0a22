"""A pytest plugin: real PostgreSQL and Redis run for the time of the tests, unless addresses of others are set."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from portal.environment import VAR
from portal.services import running

_servers = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    # A wrapper goes before every plain implementation, so the addresses stand when pytest-django reads the settings.
    (VAR / "test").mkdir(parents=True, exist_ok=True)
    _servers.enter_context(running(VAR / "test"))
    return (yield)


def pytest_unconfigure() -> None:
    _servers.close()

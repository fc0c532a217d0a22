"""Fixtures that every part of the tests may use."""

from collections.abc import Callable, Iterator

import pytest
import redis
from django.conf import settings
from django.test import Client

from tests.world import World, build_world


def pytest_configure() -> None:
    # Slow hashing protects stored passwords; the throw-away accounts of tests need no protection. The portal's own
    # processes, with their own settings, can still check what is hashed this way.
    settings.PASSWORD_HASHERS = ["tests.world.QuickHasher"]
    # Most tests are about what somebody sees who has come in.
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def world(db: None) -> World:
    """The small country of tests/world.py."""
    return build_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The same, really committed: for workers, sockets and browsers with connections of their own."""
    return build_world()


@pytest.fixture
def login(world: World) -> Callable[[str], Client]:
    """A browser of the person with that name in the world; "anonymous" is nobody's."""

    def client_of(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(world.people[name])
        return client

    return client_of


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """No test sees another's tiles, sessions of sockets, or queued tasks."""
    yield
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()

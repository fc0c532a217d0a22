"""Fixtures of the tests of pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from cameras.models import Camera
from tests.world import World


@pytest.fixture
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def camera(world: World) -> Camera:
    return world.cameras["tam_ky_school"]


@pytest.fixture
def officer(login: Callable[[str], Client]) -> Client:
    return login("tam_ky_officer")

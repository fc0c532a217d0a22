"""Fixtures of the tests of pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def chief(login: Callable[[str], Client]) -> Client:
    return login("qn_chief")

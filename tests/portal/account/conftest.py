"""Somewhere to log in, at a time that stands still for counting."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from pytest_django import Settings

from facilities.enums import OrganisationKind, Role
from facilities.models import Organisation
from portal.account import attempts
from tests.world import World, add_person


@pytest.fixture
def world(db: None) -> World:
    """Four people and one body: accounts are the same wherever their roles are."""
    # Kinds of things may have other numbers since the last test that this process ran.
    ContentType.objects.clear_cache()
    world = World()
    world.nodes["national"] = Organisation.objects.add_root({"kind": OrganisationKind.NATIONAL, "name": "Ban Chỉ đạo"})
    for name, role in (("qn_analyst", Role.ANALYST), ("qn_leader", Role.LEADER), ("dn_leader", Role.LEADER)):
        add_person(world, name, role, "national")
    add_person(world, "disabled", Role.LEADER, "national", active=False)
    return world


@pytest.fixture
def asked(settings: Settings) -> None:
    """Second factors are asked for, as they are outside of tests."""
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Counts attempts by a clock that moves when told: no window ends in the midst of a test. 14:00 in Viet Nam."""
    clock = SimpleNamespace(now=1623394800.0)
    monkeypatch.setattr(attempts, "time", SimpleNamespace(time=lambda: clock.now))
    return clock


@pytest.fixture
def device_cookie() -> str:
    return str(settings.DEVICE_COOKIE_NAME)

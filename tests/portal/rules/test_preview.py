"""Before a rule is changed: which facilities get another answer."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cameras.domain.uptime import Seconds
from facilities.domain.deadlines import day_ends
from portal.domain.facts import Facts
from portal.domain.rules.outcome import Result
from portal.figures import loading
from portal.rules import preview as previewing
from portal.rules.preview import preview
from tests.portal.domain.rules.knowledge import DAY, MIDNIGHT, PLACE, known

# Facility by facility: how long of a thousand seconds there was a good picture.
GOOD = {1: 1000, 2: 970, 3: 940, 4: 0}
NAMES = {1: "Đại học", 2: "Trường Ê", 3: "Trường Đ", 4: "Doanh trại"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], int]]:
    """What was asked of the loader, by chunks."""
    calls: list[tuple[list[int], int]] = []

    def load(facilities: Collection[int], *, now: datetime, uptime_days: int) -> dict[int, Facts]:
        del now
        calls.append((list(facilities), uptime_days))
        return {pk: facts(pk) for pk in facilities if pk in GOOD}

    monkeypatch.setattr(loading, "present_facts", load)
    return calls


def facts(pk: int) -> Facts:
    days = {DAY - timedelta(days=back): Seconds(ok=GOOD[pk], down=1000 - GOOD[pk]) for back in range(7)}
    return known(place=replace(PLACE, facility=pk, name=NAMES[pk]), days=days, as_of=MIDNIGHT)


def test_it_counts_and_names_who_changes(asked: list[tuple[list[int], int]]) -> None:
    found = preview([1, 2, 3, 4], code="R9", before={"threshold": 0.99}, after={"threshold": 0.9}, now=day_ends(DAY))
    assert found.facilities == 4
    assert found.before == {Result.PASS: 1, Result.FAIL: 3}
    assert found.after == {Result.PASS: 3, Result.FAIL: 1}
    assert [(each.facility, each.name) for each in found.changes] == [(3, "Trường Đ"), (2, "Trường Ê")]
    assert found.moves == [(Result.FAIL, Result.PASS, 2)]


def test_a_rule_that_was_over_is_new_to_all(asked: list[tuple[list[int], int]]) -> None:
    found = preview([1], code="R9", before=None, after={}, now=timezone.now())
    assert found.moves == [(None, Result.PASS, 1)]


def test_facts_are_loaded_for_the_longer_period_and_a_province_at_a_time(
    asked: list[tuple[list[int], int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "CHUNK", 2)
    preview([1, 2, 3, 99], code="R9", before={"days": 7}, after={"days": 30}, now=timezone.now())
    assert asked == [([1, 2], 30), ([3, 99], 30)]

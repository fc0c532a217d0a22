"""R3, R4 and R6, case by case."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from facilities.domain.deadlines import day_ends
from facilities.domain.rollout_standing import RolloutStanding, SinkFact
from facilities.enums import Sink, Stage
from portal.domain.rules.outcome import RULES, Result
from portal.domain.rules.says import Says
from tests.portal.domain.rules.knowledge import DAY, MIDNIGHT, deadline, known

BEFORE, AFTER = DAY - timedelta(days=3), DAY + timedelta(days=1)


def rollout(connected: date | None = None, **more: Any) -> RolloutStanding:
    reached = {Stage.CONNECTED: connected} if connected else {}
    return RolloutStanding(reached=reached, by={Stage.CONNECTED: 7} if connected else {}, **more)


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ({"confirmed_on": DAY}, Result.PASS),
        ({"claimed_on": DAY, "confirmed_on": DAY}, Result.PASS),
        ({"claimed_on": DAY}, Result.UNKNOWN),
        ({"claimed_on": DAY, "denied_on": DAY}, Result.FAIL),
        ({}, Result.FAIL),
    ],
)
def test_a_connection_is_what_the_other_end_confirms(said: dict[str, date], result: Result) -> None:
    facts = known(sinks={Sink.IOC: SinkFact(Sink.IOC, **said)})
    assert RULES["R3"](facts, {"sinks": ["ioc"]})[0] is result


def test_only_the_required_ones_are_asked_for() -> None:
    facts = known(sinks={Sink.IOC: SinkFact(Sink.IOC, confirmed_on=DAY)})
    assert RULES["R3"](facts, {"sinks": ["ioc", "health"]})[0] is Result.FAIL
    assert len(RULES["R3"](facts, {})[1]) == len(Sink)


@pytest.mark.parametrize(
    ("receiving", "connected", "result"),
    [
        (None, None, Result.UNKNOWN),
        (None, DAY, Result.PASS),
        (DAY, BEFORE, Result.PASS),
        (DAY, DAY, Result.PASS),
        (DAY, AFTER, Result.FAIL),
        (DAY, None, Result.FAIL),
        # Open before the rule came.
        (date(2021, 5, 29), None, Result.UNKNOWN),
        (date(2021, 5, 30), None, Result.FAIL),
    ],
)
def test_connected_before_people_come(receiving: date | None, connected: date | None, result: Result) -> None:
    facts = known(rollout=rollout(connected, receiving_on=receiving))
    assert RULES["R4"](facts, {"opened_from": "2021-05-30"})[0] is result


@pytest.mark.parametrize(
    ("as_of", "connected", "result"),
    [
        (MIDNIGHT - timedelta(seconds=1), None, Result.UNKNOWN),
        # At 24:00 of the last good day it is over.
        (MIDNIGHT, None, Result.FAIL),
        (MIDNIGHT, DAY, Result.PASS),
        (MIDNIGHT + timedelta(days=3), AFTER, Result.FAIL),
        # Connected before the 12th, reported after it.
        (MIDNIGHT + timedelta(days=3), DAY, Result.PASS),
    ],
)
def test_before_the_twelfth_leaves_the_eleventh(as_of: datetime, connected: date | None, result: Result) -> None:
    facts = known(as_of=as_of, rollout=rollout(connected), deadlines=(deadline(1, DAY),))
    assert RULES["R6"](facts, {})[0] is result


def test_it_says_how_late_and_by_which_deadline_and_report() -> None:
    facts = known(as_of=day_ends(AFTER), rollout=rollout(AFTER), deadlines=(deadline(1, DAY),))
    _, evidence = RULES["R6"](facts, {})
    assert [(each.says, each.about) for each in evidence] == [
        (Says.DEADLINE, ("deadline", 1)),
        (Says.CONNECTED_ON, ("report", 7)),
        (Says.LATE, None),
    ]
    assert evidence[2].values == {"days": 1}


def test_a_provinces_later_deadline_loosens_nothing_unless_it_supersedes() -> None:
    late = known(rollout=rollout(AFTER), as_of=day_ends(AFTER), deadlines=(deadline(1, DAY), deadline(2, AFTER)))
    assert RULES["R6"](late, {})[0] is Result.FAIL
    revised = known(
        rollout=rollout(AFTER), as_of=day_ends(AFTER), deadlines=(deadline(1, DAY), deadline(2, AFTER, supersedes=1))
    )
    assert RULES["R6"](revised, {})[0] is Result.PASS


def test_a_revision_set_later_says_nothing_of_the_moment_before() -> None:
    later = deadline(2, AFTER, set_at=MIDNIGHT + timedelta(hours=1), supersedes=1)
    assert RULES["R6"](known(deadlines=(deadline(1, DAY), later)), {})[0] is Result.FAIL


def test_without_a_deadline_or_after_closing_there_is_nothing_to_miss() -> None:
    assert RULES["R6"](known(), {})[0] is Result.UNKNOWN
    closed = known(deadlines=(deadline(1, datetime(2021, 6, 1, tzinfo=UTC).date()),), rollout=rollout(closed=True))
    assert RULES["R6"](closed, {})[0] is Result.UNKNOWN

"""What holds of every rule, for whatever anybody may have said and whatever the rules' parameters."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.domain.uptime import Seconds
from cameras.enums import State
from facilities.domain.deadlines import day_as_of, day_ends
from facilities.enums import Requirement
from portal.domain.facts import CameraFact, Facts
from portal.domain.rules.outcome import RULES, Outcome, Result, RuleFact, evaluate
from portal.domain.rules.registry import CODES
from portal.domain.rules.says import Says
from portal.tables.rule_words import sentence
from tests.portal.domain.rules.knowledge import (
    DAYS,
    MOMENTS,
    SAID,
    Said,
    facts_as_of,
    parameters,
    records,
    without_the_later,
)

MANY = settings(max_examples=300, deadline=None)
# A moment within a day, or the 24:00 at which a table is frozen.
AS_OF = MOMENTS | DAYS.map(day_ends)
ANY_PARAMETERS = st.one_of([st.tuples(st.just(code), parameters(code)) for code in CODES])


def answers(said: Said, as_of: datetime) -> tuple[Outcome, ...]:
    return evaluate(facts_as_of(said, as_of), said.rules)


@MANY
@given(SAID, AS_OF)
def test_a_result_depends_on_nothing_after_its_moment(said: Said, as_of: datetime) -> None:
    assert answers(said, as_of) == answers(without_the_later(said, as_of), as_of)


@MANY
@given(SAID, AS_OF, records(DAYS), st.integers(1, 9))
def test_nor_on_a_version_of_a_rule_that_begins_later(
    said: Said, as_of: datetime, later: list[RuleFact], days: int
) -> None:
    """As changing a rule leaves it: the version before ends the day before, which is not before the table's day."""
    start = day_as_of(as_of) + timedelta(days=days)
    ended = [replace(each, valid_to=start - timedelta(days=1)) for each in said.rules if each.valid_from < start]
    changed = replace(said, rules=(*ended, *(replace(each, valid_from=start) for each in later)))
    assert answers(changed, as_of) == answers(said, as_of)


@MANY
@given(SAID, AS_OF, ANY_PARAMETERS)
def test_each_rule_answers_with_evidence_that_has_words(
    said: Said, as_of: datetime, asked: tuple[str, dict[str, Any]]
) -> None:
    result, evidence = RULES[asked[0]](facts_as_of(said, as_of), asked[1])
    assert result in Result
    assert evidence
    for each in evidence:
        assert Says(each.says)
        assert sentence(each)


@MANY
@given(SAID, AS_OF, st.sampled_from(["R1", "R2"]), st.integers(0, 20), st.sampled_from(State))
def test_one_more_camera_where_one_may_be_never_breaks_a_rule(
    said: Said, as_of: datetime, code: str, number: int, state: State
) -> None:
    facts = facts_as_of(said, as_of)
    zones = [zone for zone in facts.zones if zone.requirement is not Requirement.FORBIDDEN]
    if zones:
        added = CameraFact(99, "Camera 99", zones[number % len(zones)].pk, state, as_of)
        better_or_same(code, facts, replace(facts, cameras=(*facts.cameras, added)), {})


@MANY
@given(SAID, AS_OF, parameters("R9"), st.integers(0, 39), st.integers(1, 86_400))
def test_a_longer_good_picture_never_breaks_the_rule_of_uptime(
    said: Said, as_of: datetime, chosen: dict[str, Any], number: int, more: int
) -> None:
    facts = facts_as_of(said, as_of)
    days = sorted(facts.days)
    if days:
        day = days[number % len(days)]
        better = facts.days | {day: facts.days[day] + Seconds(ok=more)}  # type: ignore[operator] # a dict, here
        better_or_same("R9", facts, replace(facts, days=better), chosen)


def better_or_same(code: str, before: Facts, after: Facts, chosen: dict[str, Any]) -> None:
    if RULES[code](before, chosen)[0] is Result.PASS:
        assert RULES[code](after, chosen)[0] is Result.PASS


@MANY
@given(SAID, AS_OF, ANY_PARAMETERS)
def test_what_was_not_observed_never_lets_a_rule_fail(
    said: Said, as_of: datetime, asked: tuple[str, dict[str, Any]]
) -> None:
    """The same cameras, none of them observed and none measured: our own fault."""
    facts = facts_as_of(said, as_of)
    blind = replace(
        facts,
        cameras=tuple(replace(each, state=State.UNKNOWN, measured=None) for each in facts.permitted),
        days={day: Seconds(unknown=each.observed + each.unknown) for day, each in facts.days.items()},
    )
    if asked[0] in ("R9", "R10"):
        assert RULES[asked[0]](blind, asked[1])[0] is Result.UNKNOWN
    covered = {camera.zone for camera in blind.cameras}
    if all(zone.pk in covered for zone in blind.zones if zone.requirement is Requirement.REQUIRED):
        assert RULES["R1"](blind, {})[0] is Result.UNKNOWN

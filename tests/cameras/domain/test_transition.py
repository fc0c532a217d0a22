"""When a look changes what is said of a camera."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.domain.transition import CONFIRMING_FAILURES, Standing, follow, retry_after
from cameras.domain.verdict import Verdict, fault
from cameras.enums import Reason, State
from tests.world import NOW

MINUTE = timedelta(minutes=1)
OK = Verdict(State.OK)
REFUSED = fault(Reason.REFUSED)
BLACK = Verdict(State.IMPAIRED, Reason.BLACK)
OURS = fault(Reason.OUR_FAULT)


def walk(*verdicts: Verdict, start: State = State.OK) -> list[Standing]:
    standings = [Standing(start, Reason.NONE, NOW)]
    for turn, verdict in enumerate(verdicts, start=1):
        standings.append(follow(standings[-1], verdict, NOW + turn * MINUTE))
    return standings


def test_one_failure_is_not_yet_a_fault() -> None:
    assert [standing.state for standing in walk(REFUSED, OK)] == [State.OK, State.OK, State.OK]


def test_a_fault_is_dated_from_its_first_failure() -> None:
    last = walk(OK, REFUSED, REFUSED)[-1]
    assert (last.state, last.reason, last.since) == (State.DOWN, Reason.REFUSED, NOW + 2 * MINUTE)


def test_a_failure_between_two_pictures_starts_anew() -> None:
    assert walk(REFUSED, OK, REFUSED)[-1].state is State.OK


def test_a_picture_counts_at_once() -> None:
    last = walk(OK, start=State.DOWN)[-1]
    assert (last.state, last.reason, last.since) == (State.OK, Reason.NONE, NOW + MINUTE)


def test_an_impaired_picture_needs_confirmation_before_it_is_down() -> None:
    standings = walk(BLACK, BLACK, REFUSED, BLACK, REFUSED, REFUSED)
    assert [standing.state for standing in standings[2:]] == [
        State.IMPAIRED,
        State.IMPAIRED,
        State.IMPAIRED,
        State.IMPAIRED,
        State.DOWN,
    ]


def test_a_rejected_password_counts_at_once() -> None:
    assert walk(fault(Reason.AUTHENTICATION))[-1].state is State.DOWN


def test_the_reason_of_a_standing_fault_follows_the_last_look() -> None:
    last = walk(REFUSED, REFUSED, fault(Reason.TIMEOUT))[-1]
    assert (last.state, last.reason, last.since) == (State.DOWN, Reason.TIMEOUT, NOW + MINUTE)


@pytest.mark.parametrize("start", list(State))
def test_our_own_fault_says_nothing(start: State) -> None:
    standings = walk(OURS, OURS, OURS, start=start)
    assert set(standings) == {standings[0]}


def test_the_second_look_comes_soon() -> None:
    waiting = walk(REFUSED)[-1]
    assert retry_after(waiting, MINUTE) == MINUTE / 4
    assert retry_after(walk(REFUSED, REFUSED)[-1], MINUTE) is None


verdicts = st.sampled_from([OK, REFUSED, BLACK, OURS, fault(Reason.NO_MEDIA), fault(Reason.AUTHENTICATION)])


@given(st.lists(verdicts, max_size=30), st.sampled_from(State))
def test_laws(seen: list[Verdict], start: State) -> None:
    """Over any history: no fault without as many failures as confirm it, no time that runs backwards."""
    standings = walk(*seen, start=start)
    for turn, (before, after) in enumerate(pairwise(standings), start=1):
        assert after.failures < CONFIRMING_FAILURES
        assert (after.failing_since is None) == (after.failures == 0)
        assert before.since <= after.since <= NOW + turn * MINUTE
        assert (after.state is State.OK) <= (after.reason is Reason.NONE)
        if after.state not in (before.state, State.OK) and after.reason is not Reason.AUTHENTICATION:
            confirmed = seen[max(0, turn - CONFIRMING_FAILURES) : turn]
            assert all(verdict.state is not State.OK for verdict in confirmed)

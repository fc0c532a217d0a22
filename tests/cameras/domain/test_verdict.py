"""From what was seen to what is said."""

from dataclasses import replace

import pytest

from cameras.domain.verdict import BLACK_LUMA, Verdict, fault, judge
from cameras.enums import Reason, State
from tests.cameras.domain.test_recording import PICTURE


def test_a_picture_with_light_in_it_is_ok() -> None:
    assert judge(PICTURE) == Verdict(State.OK)


@pytest.mark.parametrize(("luma", "state"), [(0.7, State.IMPAIRED), (BLACK_LUMA, State.OK)])
def test_a_picture_of_nothing_but_a_clock_is_black(luma: float, state: State) -> None:
    assert judge(replace(PICTURE, luma=luma, contrast=9.0)).state is state


def test_no_picture_is_down_unless_the_fault_is_ours() -> None:
    assert fault(Reason.REFUSED) == Verdict(State.DOWN, Reason.REFUSED)
    assert fault(Reason.OUR_FAULT) == Verdict(State.UNKNOWN, Reason.OUR_FAULT)

"""R1 and R2, case by case."""

import pytest

from cameras.enums import State
from facilities.domain.rollout_standing import RolloutStanding
from facilities.enums import ZoneKind
from portal.domain.facts import CameraFact, ZoneFact
from portal.domain.rules.outcome import RULES, Result
from portal.domain.rules.says import Says
from tests.portal.domain.rules.knowledge import camera, known

CORRIDOR, OTHER_CORRIDOR, GATE = (
    ZoneFact(1, ZoneKind.CORRIDOR, "Hành lang 1"),
    ZoneFact(2, ZoneKind.CORRIDOR, "Hành lang 2"),
    ZoneFact(3, ZoneKind.GATE, "Cổng"),
)
STORE, TOILET = ZoneFact(4, ZoneKind.STORE, "Kho"), ZoneFact(5, ZoneKind.TOILET, "Nhà vệ sinh")
ZONES = (CORRIDOR, OTHER_CORRIDOR, GATE, STORE, TOILET)


@pytest.mark.parametrize(
    ("cameras", "result"),
    [
        # One camera a kind is enough, in whichever zone of the kind.
        ((camera(1, 2), camera(2, 3)), Result.PASS),
        ((camera(1, 1), camera(2, 2, State.DOWN), camera(3, 3)), Result.PASS),
        ((camera(1, 1),), Result.FAIL),
        ((camera(1, 1), camera(2, 3, State.DOWN)), Result.FAIL),
        ((camera(1, 1), camera(2, 3, State.IMPAIRED)), Result.FAIL),
        ((camera(1, 1), camera(2, 3, State.UNKNOWN)), Result.UNKNOWN),
        # The one that was not observed may be well.
        ((camera(1, 1), camera(2, 3, State.UNKNOWN), camera(3, 3, State.DOWN)), Result.UNKNOWN),
        # What is known to be broken is not made better by what is unknown.
        ((camera(1, 1, State.DOWN), camera(2, 3, State.UNKNOWN)), Result.FAIL),
        ((camera(1, 4), camera(2, 5)), Result.FAIL),
    ],
)
def test_every_required_kind_needs_a_camera_that_delivers(cameras: tuple[CameraFact, ...], result: Result) -> None:
    assert RULES["R1"](known(zones=ZONES, cameras=cameras), {})[0] is result


def test_the_evidence_for_the_answer_stands_first() -> None:
    _, evidence = RULES["R1"](known(zones=ZONES, cameras=(camera(1, 1),)), {})
    assert [(each.says, each.about) for each in evidence] == [
        (Says.KIND_WITHOUT_CAMERA, ("zone", 3)),
        (Says.KIND_DELIVERS, ("camera", 1)),
    ]


@pytest.mark.parametrize("zones", [(), (STORE,), (TOILET, STORE)])
def test_without_a_required_zone_the_survey_is_what_lacks(zones: tuple[ZoneFact, ...]) -> None:
    assert RULES["R1"](known(zones=zones), {})[0] is Result.UNKNOWN


def test_a_closed_facility_owes_no_picture() -> None:
    closed = known(zones=ZONES, rollout=RolloutStanding(closed=True))
    assert RULES["R1"](closed, {})[0] is Result.UNKNOWN
    assert RULES["R1"](known(zones=ZONES, rollout=RolloutStanding(paused=True)), {})[0] is Result.FAIL


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("state", list(State))
def test_a_camera_in_a_toilet_breaks_it_whatever_it_does(state: State, *, closed: bool) -> None:
    facts = known(zones=ZONES, cameras=(camera(1, 1), camera(2, 5, state)), rollout=RolloutStanding(closed=closed))
    result, evidence = RULES["R2"](facts, {})
    assert result is Result.FAIL
    assert [each.about for each in evidence] == [("camera", 2)]


def test_cameras_elsewhere_keep_it_and_none_at_all_say_nothing() -> None:
    assert RULES["R2"](known(zones=ZONES, cameras=(camera(1, 1),)), {})[0] is Result.PASS
    assert RULES["R2"](known(zones=ZONES), {})[0] is Result.UNKNOWN

"""R9 and R10, case by case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cameras.domain.uptime import Seconds
from cameras.enums import Codec
from facilities.enums import ZoneKind
from portal.domain.facts import Measured, ZoneFact
from portal.domain.rules.outcome import RULES, Result
from portal.domain.rules.says import Says
from tests.portal.domain.rules.knowledge import DAY, camera, known

DAYS = [DAY - timedelta(days=back) for back in range(7)]
GOOD = Measured(datetime(2021, 6, 10, tzinfo=UTC), Codec.H264, 1280, 720, 15.0, -60.0, 5.0, 1.0)


def uptime(measured: dict[date, Seconds], **asked: Any) -> tuple[Result, list[str]]:
    result, evidence = RULES["R9"](known(days=measured), asked)
    return result, [each.says for each in evidence]


def test_the_threshold_itself_keeps_it() -> None:
    assert uptime({DAY: Seconds(ok=99, down=1)}) == (Result.PASS, [Says.UPTIME])
    assert uptime({DAY: Seconds(ok=98_999, down=1001)}) == (Result.FAIL, [Says.UPTIME, Says.WORST_DAY])


def test_impaired_is_no_good_picture() -> None:
    assert uptime({DAY: Seconds(ok=90, impaired=10)})[0] is Result.FAIL


def test_what_was_not_observed_is_left_out_and_named() -> None:
    assert uptime({DAY: Seconds(ok=60, unknown=40)}) == (Result.PASS, [Says.UPTIME, Says.NOT_OBSERVED_FOR])


def test_too_little_observed_says_nothing_either_way() -> None:
    assert uptime({DAY: Seconds(ok=49, unknown=51)}) == (Result.UNKNOWN, [Says.OBSERVED_TOO_LITTLE])
    assert uptime({DAY: Seconds(down=49, unknown=51)}) == (Result.UNKNOWN, [Says.OBSERVED_TOO_LITTLE])
    assert uptime({DAY: Seconds(down=49, unknown=51)}, min_observed=0.4)[0] is Result.FAIL


@pytest.mark.parametrize("days", [{}, {DAY: Seconds(unknown=100)}, {DAY: Seconds()}])
def test_nothing_observed_is_unknown(days: dict[date, Seconds]) -> None:
    assert uptime(days) == (Result.UNKNOWN, [Says.NOTHING_MEASURED])


def test_only_the_period_counts() -> None:
    """A bad day before it, and one after it, which a table of the 11th knows nothing of."""
    days = {day: Seconds(ok=100) for day in DAYS}
    outside = {DAY - timedelta(days=7): Seconds(down=900), DAY + timedelta(days=1): Seconds(down=900)}
    assert uptime(days | outside)[0] is Result.PASS
    assert uptime(days | outside, days=8)[0] is Result.FAIL


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({}, Result.PASS),
        # Mounted upright, as in a corridor.
        ({"width": 720, "height": 1280}, Result.PASS),
        ({"width": 1920, "height": 719}, Result.FAIL),
        ({"width": 1279}, Result.FAIL),
        ({"codec": Codec.JPEG}, Result.FAIL),
        ({"frame_rate": 14.9}, Result.FAIL),
        ({"frame_rate": None}, Result.UNKNOWN),
        ({"clock_offset": -60.5}, Result.FAIL),
        ({"clock_offset": None}, Result.UNKNOWN),
        ({"luma": 4.0}, Result.FAIL),
        ({"contrast": 0.5}, Result.FAIL),
        ({"contrast": float("nan")}, Result.UNKNOWN),
        ({"luma": None, "width": 640}, Result.FAIL),
    ],
)
def test_each_part_has_its_threshold(change: dict[str, Any], result: Result) -> None:
    facts = known(cameras=(camera(1, 1, measured=GOOD), camera(2, 1, measured=replace(GOOD, **change))))
    assert RULES["R10"](facts, {})[0] is result


def test_a_camera_that_was_never_measured_is_unknown_and_so_is_a_facility_without_one() -> None:
    assert RULES["R10"](known(cameras=(camera(1, 1, measured=GOOD), camera(2, 1))), {})[0] is Result.UNKNOWN
    assert RULES["R10"](known(), {})[0] is Result.UNKNOWN


def test_a_camera_in_a_forbidden_zone_is_not_asked_for_good_pictures() -> None:
    toilet = ZoneFact(5, ZoneKind.TOILET, "Nhà vệ sinh")
    bad = camera(2, 5, measured=replace(GOOD, width=10))
    assert RULES["R10"](known(zones=(toilet,), cameras=(camera(1, 1, measured=GOOD), bad)), {})[0] is Result.PASS

"""R5, R7, R8, R11 and R12, case by case."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from facilities.domain.rollout_standing import RolloutStanding
from portal.domain.facts import ContactFact
from portal.domain.rules.outcome import RULES, Result
from tests.portal.domain.rules.knowledge import DAY, camera, known

CONTACT = ContactFact("Nguyễn Thị Hoa", "Phó hiệu trưởng", "0905 123 456", "hoa@example.vn")


@pytest.mark.parametrize(
    ("kept", "on", "result"),
    [
        (False, None, Result.UNKNOWN),
        (True, None, Result.FAIL),
        (True, DAY, Result.PASS),
        (True, DAY - timedelta(days=15), Result.PASS),
        (True, DAY - timedelta(days=16), Result.FAIL),
        (True, DAY + timedelta(days=1), Result.FAIL),
    ],
)
def test_an_inspection_holds_for_fifteen_days(*, kept: bool, on: date | None, result: Result) -> None:
    assert RULES["R5"](known(inspections_kept=kept, inspected_on=on), {"days": 15})[0] is result


def test_a_contact_has_all_four_parts() -> None:
    assert RULES["R7"](known(contact=CONTACT), {})[0] is Result.PASS
    assert RULES["R7"](known(), {})[0] is Result.FAIL
    result, evidence = RULES["R7"](known(contact=replace(CONTACT, phone=" ", email="")), {})
    assert result is Result.FAIL
    assert [each.values["part"] for each in evidence] == ["phone", "email"]


@pytest.mark.parametrize(
    ("code", "field", "value", "result"),
    [
        ("R8", "roster_gaps", None, Result.UNKNOWN),
        ("R8", "roster_gaps", 0, Result.PASS),
        ("R8", "roster_gaps", 1, Result.FAIL),
        ("R12", "overdue_findings", None, Result.UNKNOWN),
        ("R12", "overdue_findings", 0, Result.PASS),
        ("R12", "overdue_findings", 2, Result.FAIL),
        ("R11", "cameras", (), Result.UNKNOWN),
        ("R11", "cameras", (camera(1, 1),), Result.FAIL),
        ("R11", "rollout", RolloutStanding(notice_on=DAY), Result.PASS),
    ],
)
def test_what_is_not_kept_is_unknown(code: str, field: str, value: Any, result: Result) -> None:  # noqa: ANN401
    assert RULES[code](known(**{field: value}), {})[0] is result

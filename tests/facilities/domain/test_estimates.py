"""Estimates add up, or are refused with both sums."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from facilities.domain.estimates import Costs, LineEntry, costs, report_estimate, templates
from facilities.domain.rollout import Account, report_step
from facilities.enums import Payer, Stage
from facilities.models import Estimate, Facility, ProgressReport
from tests.world import NOW, World

ON = Account(on=date(2021, 6, 11))
LINES = (LineEntry("Camera", "cái", 5, 1_500_000), LineEntry("Ti vi", "", 1, 4_200_000))


@pytest.fixture
def school(world: World) -> Facility:
    school = world.facilities["tam_ky_school"]
    report_step(facility=school, stage=Stage.SURVEYED, account=ON, actor=None, now=NOW)
    return school


def estimate(school: Facility, total: int, *lines: LineEntry) -> ProgressReport:
    return report_estimate(
        facility=school,
        payer=Payer.DISTRICT,
        lines=lines,
        total=total,
        template="hau_giang_5",
        account=ON,
        actor=None,
        now=NOW,
    )


def test_lines_are_kept_with_what_each_comes_to(school: Facility) -> None:
    kept = estimate(school, 11_700_000, *LINES).estimate
    assert (kept.total, kept.payer, kept.template) == (11_700_000, "district", "hau_giang_5")
    assert [(line.item, line.amount) for line in kept.lines.all()] == [("Camera", 7_500_000), ("Ti vi", 4_200_000)]


def test_a_total_that_is_not_the_sum_is_refused_with_both(school: Facility) -> None:
    with override("vi"), pytest.raises(ValidationError) as refusal:
        estimate(school, 11_000_000, *LINES)
    (text,) = refusal.value.message_dict["total"]
    assert "11.700.000" in text
    assert "11.000.000" in text
    assert not Estimate.objects.exists()


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (LineEntry("", "", 1, 1), "lines-0-item"),
        (LineEntry("Camera", "", None, 1), "lines-0-quantity"),
        (LineEntry("Camera", "", 0, 1), "lines-0-quantity"),
        (LineEntry("Camera", "", 1, None), "lines-0-unit_price"),
        (LineEntry("Camera", "", 1, -1), "lines-0-unit_price"),
        (LineEntry("Camera", "", 1, 10**18), "lines-0-unit_price"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(school: Facility, line: LineEntry, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        estimate(school, 0, line)
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.parametrize("number", [0, 61])
def test_an_estimate_has_some_lines_and_not_too_many(school: Facility, number: int) -> None:
    with pytest.raises(ValidationError) as refusal:
        estimate(school, number, *[LineEntry("Camera", "", 1, 1)] * number)
    assert list(refusal.value.message_dict) == ["lines"]


def test_the_kit_is_that_of_hau_giang_and_invents_no_price() -> None:
    for language in ("vi", "en"):
        with override(language):
            (kit,) = templates()
        assert [line.quantity for line in kit.lines] == [5, 1, 1, 1]
        assert {line.unit_price for line in kit.lines} == {None}
        assert all(line.item and line.unit for line in kit.lines)


def test_what_it_cost_stands_beside_the_estimate(school: Facility) -> None:
    report = estimate(school, 11_700_000, *LINES)
    assert costs([report]) == Costs(11_700_000, None)
    assert costs([report]).difference is None
    for stage in (Stage.APPROVED, Stage.PROCURING, Stage.INSTALLING):
        report_step(facility=school, stage=stage, account=ON, actor=None, now=NOW)
    last = report_step(facility=school, stage=Stage.ACCEPTED, account=ON, actual_cost=12_000_000, actor=None, now=NOW)
    assert costs([report, last]).difference == 300_000


@pytest.mark.parametrize("cost", [-1, 10**16])
def test_a_cost_that_nothing_costs_is_refused(school: Facility, cost: int) -> None:
    with pytest.raises(ValidationError) as refusal:
        report_step(facility=school, stage=Stage.CONNECTED, account=ON, actual_cost=cost, actor=None, now=NOW)
    assert list(refusal.value.message_dict) == ["actual_cost"]

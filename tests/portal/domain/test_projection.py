from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.projection import Projection, cumulated, project
from portal.domain.shades import shade

TODAY = date(2021, 6, 4)
DEADLINE = date(2021, 6, 11)
DAY = timedelta(days=1)
added = st.dictionaries(st.integers(-30, 30).map(lambda ago: TODAY - ago * DAY), st.integers(0, 50), max_size=12)


def test_ten_a_week_for_ten_more_take_a_week() -> None:
    by_day = {TODAY - 20 * DAY: 20, TODAY - 3 * DAY: 6, TODAY: 4}
    assert project(by_day, target=40, today=TODAY, deadline=DEADLINE) == Projection(10 / 7, DEADLINE, 0)


def test_what_will_lack_on_the_deadline_is_said() -> None:
    found = project({TODAY: 7}, target=20, today=TODAY, deadline=DEADLINE)
    assert found == Projection(1.0, TODAY + 13 * DAY, 6)


def test_what_was_added_before_the_last_seven_days_is_no_rate() -> None:
    assert project({TODAY - 7 * DAY: 5}, target=20, today=TODAY, deadline=DEADLINE) is None
    assert project({TODAY - 6 * DAY: 5}, target=20, today=TODAY, deadline=DEADLINE) is not None


def test_there_is_nothing_to_project_where_all_are_there_or_none_is_wanted() -> None:
    assert project({TODAY: 5}, target=5, today=TODAY, deadline=DEADLINE) is None
    assert project({}, target=0, today=TODAY, deadline=None) is None


def test_a_deadline_that_is_over_or_none_lacks_nothing_any_more() -> None:
    for deadline in (None, TODAY - DAY):
        found = project({TODAY: 5}, target=10, today=TODAY, deadline=deadline)
        assert found is not None
        assert found.missing is None


def test_a_rate_that_takes_longer_than_there_are_years_is_none() -> None:
    assert project({TODAY: 1}, target=10**9, today=TODAY, deadline=DEADLINE) is None


@given(added, st.integers(0, 2000), st.integers(0, 30))
def test_all_are_there_on_the_day_that_is_named_and_not_before(
    by_day: dict[date, int], target: int, ahead: int
) -> None:
    deadline = TODAY + ahead * DAY
    found = project(by_day, target=target, today=TODAY, deadline=deadline)
    if found is None:
        return
    done = sum(count for day, count in by_day.items() if day <= TODAY)
    lately = sum(count for day, count in by_day.items() if TODAY - 7 * DAY < day <= TODAY)
    days = (found.all_on - TODAY).days
    assert 7 * done + days * lately >= 7 * target > 7 * done + (days - 1) * lately
    assert (found.missing == 0) == (found.all_on <= deadline)
    assert found.reached(done, target, today=TODAY, on=found.all_on) == target


@given(added, added)
def test_nothing_after_today_changes_it(by_day: dict[date, int], later: dict[date, int]) -> None:
    known = {day: count for day, count in by_day.items() if day <= TODAY}
    other = known | {day: count for day, count in later.items() if day > TODAY}
    assert project(known, target=99, today=TODAY, deadline=DEADLINE) == project(
        other, target=99, today=TODAY, deadline=DEADLINE
    )


@given(added)
def test_the_last_day_of_a_curve_has_all_up_to_it(by_day: dict[date, int]) -> None:
    curve = cumulated(by_day, first=TODAY - 5 * DAY, last=TODAY)
    assert list(curve) == [TODAY - ago * DAY for ago in (5, 4, 3, 2, 1, 0)]
    for day, count in curve.items():
        assert count == sum(number for each, number in by_day.items() if each <= day)


def test_shades_go_from_good_to_bad() -> None:
    assert [shade(share) for share in (1, 0.99, 0.989, 0.95, 0.8, 0.79, 0.5, 0.49, 0)] == [0, 0, 1, 1, 2, 3, 3, 4, 4]

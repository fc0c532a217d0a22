from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.standing import Standing, total

counts = st.integers(0, 5000)
standings = st.builds(Standing, *[counts] * 7)


def test_the_share_is_of_what_is_claimed() -> None:
    assert Standing(claimed=8, verified=6, down=1, forbidden=1).share == 0.75


def test_nothing_claimed_has_no_share_and_comes_before_the_worst() -> None:
    nothing, worst = Standing(facilities=1), Standing(facilities=1, claimed=3)
    assert nothing.share is None
    assert nothing.rank < worst.rank


@settings(deadline=None)
@given(st.lists(standings, max_size=5))
def test_the_total_is_the_sum_of_each_column(rows: list[Standing]) -> None:
    summed = total(rows)
    for name in ("facilities", "claimed", "verified", "impaired", "down", "unknown", "forbidden"):
        assert getattr(summed, name) == sum(getattr(row, name) for row in rows)

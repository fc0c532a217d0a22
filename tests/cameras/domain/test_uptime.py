from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cameras.domain.uptime import Change, History, Seconds, Spell, by_bucket, by_minute, seconds
from cameras.enums import State

START = datetime(2021, 6, 10, 17, tzinfo=UTC)
LONG = 4000

moments = st.integers(-LONG * 1000, 2 * LONG * 1000).map(
    lambda thousandths: START + timedelta(milliseconds=thousandths)
)
changes = st.lists(st.builds(Change, moments, st.sampled_from(State)), max_size=12).map(
    lambda found: tuple(sorted(found, key=lambda change: change.at))
)
histories = st.builds(History, moments, changes)
lengths = st.integers(0, LONG)


def after(number: int) -> datetime:
    return START + timedelta(seconds=number)


def walked(history: History, start: datetime, length: int) -> Seconds:
    """Second by second: the state that holds at the end of each, if the camera was registered by then."""
    counts = dict.fromkeys(State, 0)
    for number in range(length):
        ends = start + timedelta(seconds=number + 1)
        if history.registered_at < ends:
            states = [State.UNKNOWN, *(change.state for change in history.changes if change.at < ends)]
            counts[states[-1]] += 1
    return Seconds(**{state.value: count for state, count in counts.items()})


@given(histories, lengths)
def test_equals_a_walk_second_by_second(history: History, length: int) -> None:
    assert seconds(history, start=START, end=after(length)) == walked(history, START, length)


@given(histories, lengths, lengths)
def test_a_period_that_is_split_gives_the_same_sum(history: History, first: int, second: int) -> None:
    middle, end = after(first), after(first + second)
    whole = seconds(history, start=START, end=end)
    assert seconds(history, start=START, end=middle) + seconds(history, start=middle, end=end) == whole


@given(histories, lengths, st.sampled_from([1, 60, 3600]))
def test_buckets_equal_their_own_periods(history: History, length: int, size: int) -> None:
    found = by_bucket(history, start=START, end=after(length), bucket=timedelta(seconds=size))
    borders = [*range(0, length, size), length]
    pairs = list(pairwise(borders))
    if size > 1:
        assert found == [seconds(history, start=after(one), end=after(other)) for one, other in pairs]
    assert sum(found, Seconds()) == seconds(history, start=START, end=after(length))
    assert len(found) == len(pairs)


@given(histories, lengths, changes)
def test_nothing_that_came_later_matters(history: History, length: int, later: tuple[Change, ...]) -> None:
    end = after(length)
    known = tuple(change for change in history.changes if change.at < end)
    other = History(history.registered_at, known + tuple(change for change in later if change.at >= end))
    for one in (history, History(history.registered_at, known)):
        assert seconds(one, start=START, end=end) == seconds(other, start=START, end=end)


@given(histories, lengths)
def test_it_sums_to_the_period_since_the_registration(history: History, length: int) -> None:
    second = timedelta(seconds=1)
    registered = min(max((history.registered_at - START) // second, 0), length)
    assert seconds(history, start=START, end=after(length)).all == length - registered


@given(histories, lengths)
def test_only_the_last_change_before_the_period_is_needed(history: History, length: int) -> None:
    before = [change for change in history.changes if change.at < START]
    inside = [change for change in history.changes if change.at >= START]
    short = History(history.registered_at, (*before[-1:], *inside))
    assert seconds(short, start=START, end=after(length)) == seconds(history, start=START, end=after(length))


@given(histories, st.integers(0, 60))
def test_minutes_show_the_trouble_in_them(history: History, minutes: int) -> None:
    end = after(60 * minutes)
    parts = by_bucket(history, start=START, end=end, bucket=timedelta(minutes=1))
    order = (State.DOWN, State.IMPAIRED, State.UNKNOWN, State.OK)
    expected = [next((state for state in order if getattr(part, state.value)), None) for part in parts]
    drawn: list[State | None] = [None] * minutes
    for spell in by_minute(history, start=START, end=end):
        drawn[spell.start : spell.end] = [spell.state] * (spell.end - spell.start)
    assert drawn == expected


def test_a_day_by_hand() -> None:
    history = History(
        after(3600),
        (Change(after(3610), State.OK), Change(after(7200), State.DOWN), Change(after(7260), State.OK)),
    )
    day = seconds(history, start=START, end=after(86400))
    assert day == Seconds(ok=3590 + 79140, impaired=0, down=60, unknown=10)
    assert day.uptime == (3590 + 79140) / (3590 + 79140 + 60)
    assert by_minute(history, start=START, end=after(86400)) == [
        Spell(60, 61, State.UNKNOWN),
        Spell(61, 120, State.OK),
        Spell(120, 121, State.DOWN),
        Spell(121, 1440, State.OK),
    ]


def test_no_camera_is_no_share() -> None:
    assert Seconds().uptime is None
    assert Seconds().unobserved is None
    assert Seconds(unknown=5).uptime is None
    assert Seconds(unknown=5).unobserved == 1

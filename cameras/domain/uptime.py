"""How long a camera was in which state, from its changes of state alone. Pure.

Time is counted in whole seconds, and each second is of the state that holds when it ends: a change counts from the
beginning of its second. So parts always add up to the whole, whatever fractions the changes are dated by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cameras.enums import State

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MINUTE = 60
# Of the states in one minute the one that is drawn: a short outage must not drown in what surrounds it.
_SHOWN_FIRST = (State.OK, State.UNKNOWN, State.IMPAIRED, State.DOWN)


@dataclass(frozen=True, slots=True)
class Seconds:
    """Camera-seconds by state. UNKNOWN was not observed: it is neither good nor bad."""

    ok: int = 0
    impaired: int = 0
    down: int = 0
    unknown: int = 0

    @property
    def observed(self) -> int:
        """What counts for uptime."""
        return self.ok + self.impaired + self.down

    @property
    def all(self) -> int:
        """Observed or not."""
        return self.observed + self.unknown

    @property
    def uptime(self) -> float | None:
        """The part of the time observed in which there was a good picture, 0 to 1; None where none was observed."""
        return self.ok / self.observed if self.observed else None

    @property
    def unobserved(self) -> float | None:
        """The part of the time that was not observed, 0 to 1; None where there was no camera."""
        return self.unknown / self.all if self.all else None

    def __add__(self, other: "Seconds") -> "Seconds":
        return Seconds(
            self.ok + other.ok, self.impaired + other.impaired, self.down + other.down, self.unknown + other.unknown
        )


@dataclass(frozen=True, slots=True)
class Change:
    """The state that a camera went over to, and when that became true."""

    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class History:
    """What is asked about a period: the last change before it, then those in it, in the order of their time.

    Changes after the period change nothing. Before it was registered a camera has no state, and none is counted; from
    then to its first change it was not observed.
    """

    registered_at: datetime
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Spell:
    """Some time in one state, in seconds since the start of the period."""

    start: int
    end: int
    state: State


def spells(history: History, *, start: datetime, end: datetime) -> Iterator[Spell]:
    """The period [start, end) from the moment of registration on, cut where the state changes. One pass."""
    zero = _second(start)
    since = max(_second(history.registered_at) - zero, 0)
    stop = _second(end) - zero
    state = State.UNKNOWN
    for change in history.changes:
        at = _second(change.at) - zero
        if at >= stop:
            break
        if at > since:
            yield Spell(since, at, state)
            since = at
        state = change.state
    if since < stop:
        yield Spell(since, stop, state)


def seconds(history: History, *, start: datetime, end: datetime) -> Seconds:
    """Seconds per state in the period [start, end). They sum to it, less what lies before the registration."""
    return _counted((spell.state, spell.end - spell.start) for spell in spells(history, start=start, end=end))


def by_bucket(history: History, *, start: datetime, end: datetime, bucket: timedelta) -> list[Seconds]:
    """The same for each bucket of the period, the first beginning with it; the last one may be cut short.

    One pass over changes and buckets. Days of Viet Nam are buckets of 24 h from a midnight there: its clocks do not
    change.
    """
    size = bucket // _SECOND
    length = max(_second(end) - _second(start), 0)
    parts: list[list[tuple[State, int]]] = [[] for _ in range(-(-length // size))]
    for spell in spells(history, start=start, end=end):
        for number in range(spell.start // size, -(-spell.end // size)):
            inside = min(spell.end, (number + 1) * size) - max(spell.start, number * size)
            parts[number].append((spell.state, inside))
    return [_counted(iter(part)) for part in parts]


def by_minute(history: History, *, start: datetime, end: datetime) -> list[Spell]:
    """Spells in whole minutes since the start of the period, as strips draw them; neighbours differ.

    Trouble wins: a minute with a second of it is one of trouble.
    """
    shown = [0] * max(-(-(_second(end) - _second(start)) // _MINUTE), 0)
    for spell in spells(history, start=start, end=end):
        rank = 1 + _SHOWN_FIRST.index(spell.state)
        for minute in range(spell.start // _MINUTE, -(-spell.end // _MINUTE)):
            shown[minute] = max(shown[minute], rank)
    found: list[Spell] = []
    for minute, rank in enumerate(shown):
        if rank and found and found[-1].end == minute and found[-1].state is _SHOWN_FIRST[rank - 1]:
            found[-1] = Spell(found[-1].start, minute + 1, found[-1].state)
        elif rank:
            found.append(Spell(minute, minute + 1, _SHOWN_FIRST[rank - 1]))
    return found


def _counted(parts: Iterator[tuple[State, int]]) -> Seconds:
    counts = dict.fromkeys(State, 0)
    for state, length in parts:
        counts[state] += length
    return Seconds(counts[State.OK], counts[State.IMPAIRED], counts[State.DOWN], counts[State.UNKNOWN])


def _second(moment: datetime) -> int:
    return (moment - _EPOCH) // _SECOND

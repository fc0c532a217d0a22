"""When all would be there, if it goes on as in the last week. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

RATE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Projection:
    """What comes of the present rate. `missing` is how many would still lack on the deadline's last good day.

    None for `missing`: there is no deadline, or it is over.
    """

    per_day: float
    all_on: date
    missing: int | None

    def reached(self, done: int, target: int, *, today: date, on: date) -> float:
        """How many there would be on a day from `today` on."""
        return min(done + self.per_day * (on - today).days, target)


def cumulated(by_day: Mapping[date, int], *, first: date, last: date) -> dict[date, int]:
    """How many there are at the end of each day from `first` to `last`, those from before included."""
    count = sum(number for day, number in by_day.items() if day < first)
    found = {}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        count += by_day.get(day, 0)
        found[day] = count
    return found


def project(by_day: Mapping[date, int], *, target: int, today: date, deadline: date | None) -> Projection | None:
    """From how many were added on each day: the rate of the seven days that end with `today`, carried on.

    None where there is no rate to go by: nothing was added in those days, all are there, or that day is beyond
    the calendar's reach.
    """
    done = sum(number for day, number in by_day.items() if day <= today)
    lately = sum(number for day, number in by_day.items() if today - timedelta(days=RATE_DAYS) < day <= today)
    missing = target - done
    if lately <= 0 or missing <= 0:
        return None
    # In whole numbers: as fractions of floats, ten days would become eleven.
    try:
        all_on = today + timedelta(days=-(-missing * RATE_DAYS // lately))
    except OverflowError:
        return None
    if deadline is None or deadline < today:
        return Projection(lately / RATE_DAYS, all_on, None)
    by_then = done + (deadline - today).days * lately // RATE_DAYS
    return Projection(lately / RATE_DAYS, all_on, max(target - by_then, 0))

"""What a camera is called that nobody named. Pure."""

from collections.abc import Iterable
from itertools import count

LONGEST = 100


def free_name(zone: str, taken: Iterable[str]) -> str:
    """The name of its zone, with the next number where the zone has a camera of that name already."""
    known = set(taken)
    numbered = (zone if number == 1 else f"{zone[: LONGEST - 5]} {number}" for number in count(1))
    return next(name for name in numbered if name not in known)

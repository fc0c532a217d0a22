"""The progress curve, laid out: lines in a square of 100 by 100, labels at shares of it."""

from dataclasses import dataclass
from datetime import date

from portal.pictures.progress import Progress

# Beyond this share of the width a label stands to the left of what it names.
LEFT_FROM = 55.0
# And this share of the height is what a label needs.
ROOM = 9.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the drawing, written out as attributes of SVG want it, and on which side its label stands."""

    x: str
    y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of the lines; marks for what is labelled. None, or "": not in the days that are drawn."""

    claimed: str
    verified: str
    projected: str
    target: str
    today: Mark
    claimed_now: Mark
    verified_now: Mark
    deadline: Mark | None
    first: date
    last: date
    # How far below its point each label stands.
    claimed_dy: int
    verified_dy: int


def curve(found: Progress) -> Curve:
    """Where everything stands. The target is at the top, so that what is missing is what one sees."""
    days = max((found.last - found.first).days, 1)
    top = max(found.target, 1)

    def x(day: date) -> float:
        return 100 * (day - found.first).days / days

    def y(count: float) -> float:
        return 100 - 100 * count / top

    def mark(day: date, count: float) -> Mark:
        return Mark(f"{x(day):.2f}%", f"{y(count):.2f}%", "end" if x(day) > LEFT_FROM else "start")

    def line(counts: dict[date, int]) -> str:
        return " ".join(f"{x(day):.2f},{y(count):.2f}" for day, count in sorted(counts.items()))

    projected = ""
    if found.projection is not None:
        end = min(found.last, found.projection.all_on)
        reached = found.projection.reached(found.claimed_now, found.target, today=found.today, on=end)
        start = f"{x(found.today):.2f},{y(found.claimed_now):.2f}"
        projected = f"{start} {x(end):.2f},{y(reached):.2f}" if end > found.today else ""
    drawn = found.deadline is not None and found.first <= found.deadline <= found.last
    return Curve(
        claimed=line(found.claimed),
        verified=line(found.verified),
        projected=projected,
        target=f"{y(found.target):.2f}%",
        today=mark(found.today, 0),
        claimed_now=mark(found.today, found.claimed_now),
        verified_now=mark(found.today, found.verified_now),
        deadline=mark(found.deadline, 0) if drawn and found.deadline else None,
        first=found.first,
        last=found.last,
        # The claimed one above, the verified one below, and neither off the picture.
        claimed_dy=18 if y(found.claimed_now) < ROOM and found.verified_now < found.claimed_now - top / 5 else -8,
        verified_dy=24 if y(found.verified_now) < 100 - ROOM else -8,
    )

"""A camera's day as a strip: a minute a pixel or so, in pieces of one state; laid out, not drawn."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cameras.domain.uptime import Seconds, by_minute, seconds
from cameras.domain.uptime_reading import CameraHistory, day_starts, histories
from cameras.enums import State
from cameras.models import Camera
from facilities.domain.deadlines import day_ends

MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Piece:
    """Minutes in one state. `x` and `width` are shares of the day, as attributes of SVG want them."""

    state: State
    x: str
    width: str
    title: str


@dataclass(frozen=True, slots=True)
class DayStrip:
    """One camera's day, up to now where it is not over."""

    camera: Camera
    pieces: tuple[Piece, ...]
    seconds: Seconds

    @property
    def title(self) -> str:
        """The finding: how long in which state."""
        parts = [(state, getattr(self.seconds, state.value)) for state in State]
        said = ", ".join(f"{state.label} {duration(count)}" for state, count in parts if count)
        return said or _("not registered yet")

    @property
    def row(self) -> list[tuple[State, str]]:
        """The same for a table."""
        return [(state, duration(getattr(self.seconds, state.value))) for state in State]


def day_strips(cameras: QuerySet[Camera], *, day: date, now: datetime) -> list[DayStrip]:
    """The day of each camera that was registered by its end, or by now; two queries."""
    start, end = day_starts(day), min(day_ends(day), now)
    return [_strip(each, start, end) for each in histories(cameras, start=start, end=end)]


def duration(count: int) -> str:
    """Seconds as a person says them; what is left over of a minute is cut."""
    if 0 < count < MINUTES // 24:
        return _("%(seconds)d s") % {"seconds": count}
    minutes = count // 60
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _strip(each: CameraHistory, start: datetime, end: datetime) -> DayStrip:
    spells = by_minute(each.history, start=start, end=end)
    pieces = (
        Piece(
            spell.state,
            f"{100 * spell.start / MINUTES:.3f}%",
            f"{100 * (spell.end - spell.start) / MINUTES:.3f}%",
            f"{_clock(spell.start)}–{_clock(spell.end)}: {spell.state.label}",
        )
        for spell in spells
    )
    return DayStrip(each.camera, tuple(pieces), seconds(each.history, start=start, end=end))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"

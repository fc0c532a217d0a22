"""Strips of hours or days: how much of the time observed had a good picture, and how much was not observed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cameras.domain.uptime import Seconds
from portal.domain.shades import shade
from portal.tables.figures import percent

# What a column's time begins and ends with: "7:00" and "8:00", or the same day twice.
Name = tuple[str, str]
HOURS: tuple[Name, ...] = tuple((f"{hour}:00", f"{hour + 1}:00") for hour in range(24))


@dataclass(frozen=True, slots=True)
class Cell:
    """Neighbours that say the same, drawn as one. Positions are shares of the strip's width and height, written out."""

    x: str
    width: str
    # None: nothing of it was observed.
    shade: int | None
    # How much of it, from the foot up, is hatched as not observed; "" for none.
    hatched: str
    hatched_from: str
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One row: what it is about, where that leads, and its cells. `values` are the cells' texts, one a column."""

    label: str
    url: str
    total: Seconds
    cells: tuple[Cell, ...]
    values: tuple[str, ...]

    @property
    def uptime(self) -> str:
        return percent(self.total.uptime)

    @property
    def unobserved(self) -> str:
        return percent(self.total.unobserved)

    @property
    def title(self) -> str:
        return f"{self.label}: {sentence(self.total)}"


def strip(label: str, url: str, parts: Sequence[Seconds], names: Sequence[Name]) -> Strip:
    """A row of as many columns as there are names. Fewer parts than columns: the rest has not come yet."""
    return Strip(
        label, url, sum(parts, Seconds()), tuple(_cells(parts, names)), tuple(percent(part.uptime) for part in parts)
    )


def sentence(seconds: Seconds) -> str:
    """What the seconds come to."""
    if not seconds.all:
        return _("no camera registered")
    if not seconds.observed:
        return _("not observed")
    said = _("picture %(share)s of the time observed") % {"share": percent(seconds.uptime)}
    if not seconds.unknown:
        return said
    return _("%(said)s, %(share)s not observed") % {"said": said, "share": percent(seconds.unobserved)}


def _shares(part: Seconds) -> str:
    """The same in the fewest words: there are hundreds of cells on a page."""
    if not part.unknown:
        return percent(part.uptime)
    hidden = _("%(share)s not observed") % {"share": percent(part.unobserved)}
    return f"{percent(part.uptime)}, {hidden}" if part.observed else hidden


def finding(week: Seconds) -> str:
    """The same of the last seven whole days, as a heading."""
    if not week.all:
        return _("No camera was registered in the last 7 days.")
    if not week.observed:
        return _("In the last 7 days nothing was observed.")
    return _(
        "In the last 7 days there was a picture in %(uptime)s of the time observed; %(unobserved)s not observed."
    ) % {
        "uptime": percent(week.uptime),
        "unobserved": percent(week.unobserved),
    }


def _cells(parts: Sequence[Seconds], names: Sequence[Name]) -> list[Cell]:
    drawn: list[tuple[int, int, tuple[str, str]]] = []
    for number, part in enumerate(parts):
        says = (percent(part.uptime), percent(part.unobserved)) if part.all else ("", "")
        if drawn and drawn[-1][2] == says:
            drawn[-1] = (drawn[-1][0], number + 1, says)
        else:
            drawn.append((number, number + 1, says))
    return [_cell(parts[first], first, last, names) for first, last, says in drawn if says[1]]


def _cell(part: Seconds, first: int, last: int, names: Sequence[Name]) -> Cell:
    columns, hidden = len(names), part.unobserved or 0.0
    begins, ends = names[first][0], names[last - 1][1]
    return Cell(
        x=_share(first / columns),
        width=_share((last - first) / columns),
        shade=None if part.uptime is None else shade(part.uptime),
        hatched=_share(hidden) if hidden else "",
        hatched_from=_share(1 - hidden),
        title=f"{begins if begins == ends else f'{begins} – {ends}'}: {_shares(part)}",
    )


def _share(part: float) -> str:
    """As attributes of SVG want it, in any language."""
    return f"{100 * part:.2f}%"

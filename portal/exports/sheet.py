"""A table to be written to a file, whatever the format: its head in words, its columns, and rows that stream."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

Cell = str | int | float | date | datetime | None
Row = Sequence[Cell]
# Hears how many rows are written.
Progress = Callable[[int], None]


class Kind(StrEnum):
    """What stands in a column. A percentage is a fraction from 0 to 1."""

    TEXT = "text"
    INTEGER = "integer"
    PERCENT = "percent"
    DATE = "date"
    MOMENT = "moment"
    DONG = "dong"

    @property
    def number(self) -> bool:
        """Whether it is read from the right."""
        return self in (Kind.INTEGER, Kind.PERCENT, Kind.DONG)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is in characters. What is not `printed` is too much for a sheet of paper."""

    heading: str
    kind: Kind = Kind.TEXT
    width: int = 14
    summed: bool = False
    # The part of the first of these columns in the second, by their places: computed in each row and in the total.
    share_of: tuple[int, int] | None = None
    printed: bool = False


@dataclass(slots=True)
class Sheet:
    """A table and all that must be said of it. `rows` can be read once."""

    name: str
    title: str
    moment: datetime
    # As of when the figures are, in words: a day's end is 24:00.
    as_of: str
    # Whose facilities these are, and what they were narrowed to, as pairs of a label and a value.
    scope: str
    asked_by: str
    filters: list[tuple[str, str]]
    columns: Sequence[Column]
    rows: Iterator[Row]
    count: int
    # The facilities that it tells of: who loses sight of one loses the file.
    facilities: list[int] = field(default_factory=list)
    sums: dict[int, int] = field(default_factory=dict)

    def body(self) -> Iterator[Row]:
        """The rows, shares filled in, while the sums grow."""
        summed = [place for place, column in enumerate(self.columns) if column.summed]
        self.sums = dict.fromkeys(summed, 0)
        for row in self.rows:
            for place in summed:
                value = row[place]
                self.sums[place] += value if isinstance(value, int) else 0
            yield self._shared(list(row))

    @property
    def totals(self) -> Row | None:
        """The row below all others, once they have been read; None where nothing is summed."""
        if not self.sums:
            return None
        row: list[Cell] = [self.sums.get(place) for place in range(len(self.columns))]
        row[0] = _("Total")
        return self._shared(row)

    def _shared(self, row: list[Cell]) -> list[Cell]:
        for place, column in enumerate(self.columns):
            if column.share_of is not None:
                part, whole = (row[each] for each in column.share_of)
                row[place] = share(part, whole) if isinstance(part, int) and isinstance(whole, int) else None
        return row


def share(part: int, whole: int) -> float | None:
    """A fraction cut, and not rounded, to a thousandth, as on the pages: only all is 100 %."""
    return part * 1000 // whole / 1000 if whole else None


def written(value: Cell, kind: Kind) -> str:
    """A cell as the reader writes it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if kind is Kind.PERCENT:
        return f"{number_format(float(value) * 100, 1)}%"
    if kind.number:
        return str(number_format(value, force_grouping=True))
    return str(value)

"""The table in an uploaded file: the right sheet, its header row, and the rows below it, all of it bounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from facilities.intake.cells import EMPTY, Cell, FileRefused, one_line
from facilities.intake.columns import Column, added_headings, heading_of
from facilities.intake.delimited import csv_readings
from facilities.intake.workbook import Grid, opened_workbook

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
# A title, a date and a signature may stand above the header.
_HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number in the file, and its cells by the keys of their columns."""

    number: int
    cells: dict[str, Cell]

    def __getitem__(self, key: str) -> Cell:
        return self.cells.get(key, EMPTY)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and the headings in it that mean nothing here."""

    rows: list[Row]
    ignored: list[str]


def read_table(path: Path, columns: Sequence[Column]) -> Table:
    """The table of these columns in an XLSX or CSV file. Raises FileRefused."""
    if path.stat().st_size > MOST_BYTES:
        raise FileRefused(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    with path.open("rb") as file:
        begins = file.read(8)
        file.seek(0)
        if begins.startswith(b"PK"):
            with opened_workbook(file) as grids:
                return _in_workbook(grids, columns)
        if begins.startswith(b"\xd0\xcf\x11\xe0"):
            raise FileRefused(
                _("This is an old XLS file, or one with a password. Save it as XLSX, without a password.")
            )
        return _in_csv(file.read(), columns)


def _in_workbook(grids: Sequence[Grid], columns: Sequence[Column]) -> Table:
    missing: list[str] = []
    for grid in grids:
        found = _header(grid, columns)
        if not found.missing:
            table = _table(found, columns)
            _check_merged(grid, found)
            return table
        if not missing or len(found.missing) < len(missing):
            missing = found.missing
    raise FileRefused(
        _("No sheet has the columns needed. Sheets in the file: %(sheets)s. Missing: %(columns)s.")
        % {"sheets": ", ".join(grid.title for grid in grids) or "–", "columns": ", ".join(missing)}
    )


def _in_csv(content: bytes, columns: Sequence[Column]) -> Table:
    broken: FileRefused | None = None
    found = _Header(0, {}, [], [str(column.heading) for column in columns if column.required], iter(()))
    for rows in csv_readings(content):
        try:
            reading = _header(Grid("", rows, []), columns)
        except FileRefused as refused:
            broken = refused
            continue
        found = reading if len(reading.missing) < len(found.missing) else found
    if found.missing and broken is not None:
        raise broken
    if found.missing:
        raise FileRefused(
            _("The first rows do not have the columns needed. Missing: %(columns)s.")
            % {"columns": ", ".join(found.missing)}
        )
    return _table(found, columns)


@dataclass(slots=True)
class _Header:
    """Where each column stands, by position; `rest` are the rows that come after."""

    number: int
    places: dict[int, str]
    ignored: list[str]
    missing: list[str]
    rest: Iterator[tuple[int, list[Cell]]]


def _header(grid: Grid, columns: Sequence[Column]) -> _Header:
    """The row among the first ones that names most columns."""
    known = {heading: column.key for column in columns for heading in column.headings()}
    best = _Header(0, {}, [], [str(column.heading) for column in columns if column.required], iter(()))
    for number, cells in grid.rows:
        found = _named(number, cells, known)
        if len(found.places) > len(best.places):
            there = set(found.places.values())
            found.missing = [str(each.heading) for each in columns if each.required and each.key not in there]
            found.rest = grid.rows
            best = found
            if not best.missing:
                return best
        if number >= _HEADER_WITHIN:
            break
    return best


def _named(number: int, cells: list[Cell], known: dict[str, str]) -> _Header:
    found, added = _Header(number, {}, [], [], iter(())), added_headings()
    for place, cell in enumerate(cells):
        key = known.get(heading_of(cell.text))
        if key in found.places.values():
            raise FileRefused(_("The column “%(heading)s” is there twice.") % {"heading": one_line(cell.text)})
        if key is not None:
            found.places[place] = key
        elif cell.text.strip() and heading_of(cell.text) not in added:
            found.ignored.append(cell.text.strip()[:100])
    return found


def _table(header: _Header, columns: Sequence[Column]) -> Table:
    examples = {column.key: str(column.example) for column in columns if str(column.example)}
    rows: list[Row] = []
    last = header.number
    for number, cells in header.rest:
        if number <= last:
            raise FileRefused(_("The rows of this file are out of order. Copy them into the template."))
        last = number
        row = Row(number, {key: cells[place] for place, key in header.places.items() if place < len(cells)})
        if not any(cell.text.strip() or cell.problem for cell in row.cells.values()) or _is_example(row, examples):
            continue
        if len(rows) == MOST_ROWS:
            raise FileRefused(_("The file has more than %(most)d rows. Divide it into several.") % {"most": MOST_ROWS})
        rows.append(row)
    if not rows:
        raise FileRefused(_("There are no rows below the header."))
    return Table(rows, header.ignored)


def _is_example(row: Row, examples: dict[str, str]) -> bool:
    """Whether it is the template's example, left where it was."""
    return {key: cell.text for key, cell in row.cells.items() if cell.text} == examples


def _check_merged(grid: Grid, header: _Header) -> None:
    for name, last_row in grid.merged:
        if last_row >= header.number:
            raise FileRefused(
                _("The cells %(range)s are merged, so it is not clear which row they belong to. Unmerge and fill them.")
                % {"range": name}
            )

"""Excel workbooks with typed cells, written row by row: the memory does not grow with the rows."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.exports.sheet import Cell, Column, Kind, Progress, Row, Sheet

# Excel has no more rows in a sheet; one is the head, one the total.
MOST_ROWS = 1_048_576 - 2
# Nothing that stands in a cell is ever taken for a formula, an address, or a number.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "dd/mm/yyyy",
}
_FORMATS = {
    Kind.TEXT: {"num_format": "@"},
    Kind.INTEGER: {"num_format": "#,##0"},
    Kind.PERCENT: {"num_format": "0.0%"},
    Kind.DATE: {"num_format": "dd/mm/yyyy"},
    Kind.MOMENT: {"num_format": "dd/mm/yyyy hh:mm:ss"},
    Kind.DONG: {"num_format": '#,##0 "đồng"'},
}
_HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E6ECF2", "bottom": 1}


def write_xlsx(sheet: Sheet, path: Path, progress: Progress = lambda _done: None) -> None:
    """Write the sheet to `path`, which must not be read before this returns."""
    with xlsxwriter.Workbook(str(path), _OPTIONS | {"tmpdir": str(path.parent)}) as book:
        book.set_properties({"title": sheet.title, "author": sheet.asked_by, "created": _plain(sheet.moment)})
        _table(book, sheet, progress)
        _about(book, sheet)


def _table(book: Any, sheet: Sheet, progress: Progress) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    page = book.add_worksheet(_("Table"))
    formats = [book.add_format(_FORMATS[column.kind]) for column in sheet.columns]
    head = book.add_format(_HEAD)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.heading, head)
    page.freeze_panes(1, 1)
    number = 0
    for number, row in enumerate(sheet.body(), start=1):
        _write(page, number, row, sheet.columns, formats)
        progress(number)
    if number:
        # The total stands below the filtered range.
        page.autofilter(0, 0, number, len(sheet.columns) - 1)
    totals = sheet.totals
    if totals is not None:
        bold = [book.add_format(_FORMATS[column.kind] | {"bold": True, "top": 1}) for column in sheet.columns]
        _write(page, number + 1, totals, sheet.columns, bold)
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _about(book: Any, sheet: Sheet) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    """What the table is of: readable by whoever is sent the file."""
    page = book.add_worksheet(_("About"))
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 80)
    bold, text = book.add_format({"bold": True}), book.add_format(_FORMATS[Kind.TEXT])
    lines = [
        (_("Table"), sheet.title),
        (_("Figures as of"), sheet.as_of),
        (_("Scope"), sheet.scope),
        *sheet.filters,
        (_("Asked for by"), sheet.asked_by),
        (_("Rows"), str(sheet.count)),
    ]
    for number, (label, value) in enumerate(lines):
        page.write_string(number, 0, label, bold)
        page.write_string(number, 1, value, text)


def _write(page: Any, number: int, row: Row, columns: tuple[Column, ...] | Any, formats: list[Any]) -> None:  # noqa: ANN401 - xlsxwriter is untyped
    for place, (value, column) in enumerate(zip(row, columns, strict=True)):
        _cell(page, number, place, value, column.kind, formats[place])


def _cell(page: Any, number: int, place: int, value: Cell, kind: Kind, form: Any) -> None:  # noqa: ANN401 - as above
    if value is None or value == "":
        page.write_blank(number, place, None, form)
    elif isinstance(value, str):
        page.write_string(number, place, value, form)
    elif isinstance(value, date):
        page.write_datetime(number, place, _plain(value) if isinstance(value, datetime) else value, form)
    elif kind.number:
        page.write_number(number, place, value, form)
    else:
        page.write_string(number, place, str(value), form)


def _plain(moment: datetime) -> datetime:
    """Excel knows no time zones: the time on the reader's clock."""
    return moment.astimezone(timezone.get_default_timezone()).replace(microsecond=0, tzinfo=None)

"""Spreadsheets that people take away: the template of a kind, and the rows in which something is wrong.

No cell of them is ever a formula, whatever somebody typed: text cells in XLSX, an apostrophe in front in CSV.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from facilities.intake.cells import FORMULA_STARTS
from facilities.intake.columns import ROW_IN_THE_FILE, WHAT_IS_WRONG, Column
from facilities.intake.registry import Kind
from facilities.models import Import

_BOLD, _GREY = Font(bold=True), Font(italic=True, color="666666")
_HEADER = PatternFill("solid", start_color="DCEBEE")
_AS_TEXT = "@"
# How far down a template offers its words to choose from.
_OFFERED_ROWS = 5000


def template_xlsx(kind: Kind) -> bytes:
    """A workbook to fill in: headings, an example, words to choose from, and what each column means."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = str(kind.label)[:31]
    words = book.create_sheet(_("Words"))
    for number, column in enumerate(kind.columns, start=1):
        letter = get_column_letter(number)
        head = sheet.cell(1, number, heading(column))
        head.font, head.fill = _BOLD, _HEADER
        sheet.column_dimensions[letter].width = max(16, len(heading(column)) + 4, len(str(column.example)) + 2)
        # So that what is typed stays as it is typed, with its leading zeros.
        sheet.column_dimensions[letter].number_format = _AS_TEXT
        example = _text(sheet.cell(2, number), str(column.example))
        example.font, example.number_format = _GREY, _AS_TEXT
        if column.words is not None:
            offered = [str(column.heading), *column.words()]
            for row, word in enumerate(offered, start=1):
                _text(words.cell(row, number), word)
            source = f"'{words.title}'!${letter}$2:${letter}${len(offered)}"
            choices = DataValidation(type="list", formula1=source, allow_blank=not column.required)
            choices.add(f"{letter}2:{letter}{_OFFERED_ROWS}")
            sheet.add_data_validation(choices)
    sheet.freeze_panes = "A2"
    _explain(book, kind)
    return _bytes(book)


def template_csv(kind: Kind) -> str:
    """The headings and the example, for those whose program knows no XLSX."""
    return "".join(_lines([[heading(column) for column in kind.columns], _example(kind)]))


def errors_xlsx(of: Import, kind: Kind) -> bytes:
    """The rows with errors and what is wrong with each, to correct and upload again."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(kind.label)[:31])
    for row in _wrong(of, kind):
        sheet.append([_text(WriteOnlyCell(sheet), value) for value in row])
    return _bytes(book)


def errors_csv(of: Import, kind: Kind) -> Iterator[str]:
    """The same, line by line."""
    return _lines(_wrong(of, kind))


def heading(column: Column) -> str:
    """A column's heading with a star where it must be filled in."""
    return f"{column.heading} *" if column.required else str(column.heading)


def what_is_wrong(kind: Kind, errors: Iterable[dict[str, str]]) -> list[tuple[str, str]]:
    """Pairs of a column's heading, "" for the whole row, and what is wrong."""
    found = []
    for error in errors:
        column = kind.column(error["column"])
        found.append((str(column.heading) if column else "", error["message"]))
    return found


def _wrong(of: Import, kind: Kind) -> Iterator[list[str]]:
    yield [*(heading(column) for column in kind.columns), str(WHAT_IS_WRONG), str(ROW_IN_THE_FILE)]
    for row in of.rows.exclude(errors=[]).iterator():
        told = " ".join(f"{where}: {what}" if where else what for where, what in what_is_wrong(kind, row.errors))
        yield [*(row.values.get(column.key, "") for column in kind.columns), told, str(row.number)]


def _example(kind: Kind) -> list[str]:
    return [str(column.example) for column in kind.columns]


def _explain(book: Workbook, kind: Kind) -> None:
    sheet = book.create_sheet(_("Help"))
    rows = [[_("Column"), _("Must be filled in"), _("What it means"), _("Words")]]
    for column in kind.columns:
        words = ", ".join(column.words()) if column.words else ""
        rows.append([str(column.heading), _("Yes") if column.required else "", str(column.help), words])
    rows += [[""], [str(kind.advice)], [_("Replace the example in the second row, or leave it: it is not taken in.")]]
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = _text(sheet.cell(number, place), value)
            if number == 1:
                cell.font = _BOLD
    for letter, width in zip("ABCD", (28, 18, 70, 70), strict=True):
        sheet.column_dimensions[letter].width = width


def _text(cell: Any, value: str) -> Any:  # noqa: ANN401 - openpyxl's cells share no class
    """The cell with that text, and never a formula."""
    cell.value = value or None
    if value:
        cell.data_type = "s"
    return cell


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";")
    # By it spreadsheet programs know UTF-8.
    file.write("\ufeff")
    for row in rows:
        writer.writerow([f"'{value}" if value.startswith(FORMULA_STARTS) else value for value in row])
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def _bytes(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()

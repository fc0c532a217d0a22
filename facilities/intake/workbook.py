"""XLSX files of strangers: bounded before they are opened, and read cell by cell without counting any formula."""

import math
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from facilities.intake.cells import EMPTY, Cell, FileRefused

MEGABYTE = 1024 * 1024
# Unpacked: of all members, of the texts that are held in memory at once, and of every member that is no sheet.
MOST_BYTES = 200 * MEGABYTE
MOST_TEXTS = 64 * MEGABYTE
MOST_ELSE = 8 * MEGABYTE
MOST_MEMBERS = 500
# Sheets shrink to a tenth, repetitive ones to a hundredth; bombs to a thousandth.
MOST_SHRUNK = 400
# What a sheet may count, the empty rows among them.
MOST_COUNTED_ROWS = 200_000
MOST_COLUMNS = 60


@dataclass(slots=True)
class Grid:
    """One sheet. After its rows are through, `merged` holds the ranges of its merged cells, with their last rows."""

    title: str
    rows: Iterator[tuple[int, list[Cell]]]
    merged: list[tuple[str, int]]


@contextmanager
def opened_workbook(file: IO[bytes]) -> Iterator[list[Grid]]:
    """The visible sheets of an XLSX file. Raises FileRefused, also while their rows are read."""
    _check_archive(file)
    try:
        with warnings.catch_warnings():
            # It warns of what it leaves out: colours, pictures, a date beyond all dates (which it gives as an error).
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, keep_links=False)
            yield [_grid(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
            book.close()
    except FileRefused:
        raise
    except (ParseError, DefusedXmlException, InvalidFileException, zipfile.BadZipFile) as error:
        raise FileRefused(_BROKEN) from error
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError, zlib.error) as error:
        # What openpyxl raises at files that are no workbooks inside.
        raise FileRefused(_BROKEN) from error


_BROKEN = _("This file cannot be read as an XLSX workbook. Open it in your spreadsheet program and save it anew.")
_TOO_LARGE = _("Unpacked, this file is too large to be a list. Copy the rows into the template.")


def _check_archive(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_sizes(members)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as text:
                        # A document type can stand only before the first element: no need to read on.
                        next(iter(iterparse(text, events=("start",), forbid_dtd=True)), None)
    except (
        zipfile.BadZipFile,
        ParseError,
        DefusedXmlException,
        NotImplementedError,
        RuntimeError,
        OSError,
        zlib.error,
    ) as error:
        raise FileRefused(_BROKEN) from error
    finally:
        file.seek(0)


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_BYTES:
        raise FileRefused(_TOO_LARGE)
    if unpacked > MOST_ELSE and unpacked > MOST_SHRUNK * packed:
        raise FileRefused(_TOO_LARGE)
    for each in members:
        if "worksheets/" in each.filename or not each.filename.endswith((".xml", ".rels")):
            continue
        most = MOST_TEXTS if each.filename.endswith("sharedStrings.xml") else MOST_ELSE
        if each.file_size > most:
            raise FileRefused(_TOO_LARGE)


def _grid(sheet: ReadOnlyWorksheet) -> Grid:
    merged: list[tuple[str, int]] = []
    return Grid(sheet.title, _rows(sheet, merged), merged)


def _rows(sheet: Any, merged: list[tuple[str, int]]) -> Iterator[tuple[int, list[Cell]]]:  # noqa: ANN401 - private to openpyxl
    # The parser below openpyxl's read-only sheets, which themselves keep silent about merged cells.
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=sheet.parent.epoch,
            date_formats=sheet.parent._date_formats,
            timedelta_formats=sheet.parent._timedelta_formats,
        )
        for counted, (number, cells) in enumerate(parser.parse(), start=1):
            if counted > MOST_COUNTED_ROWS:
                raise FileRefused(_("The sheet has more than %(most)d rows.") % {"most": MOST_COUNTED_ROWS})
            yield number, _row(sheet, cells)
        if parser.merged_cells is not None:
            merged += [(each.ref, each.max_row) for each in parser.merged_cells.mergeCell]


def _row(sheet: Any, cells: list[dict[str, Any]]) -> list[Cell]:  # noqa: ANN401 - private to openpyxl
    row: list[Cell] = []
    for cell in cells:
        if cell["column"] > MOST_COLUMNS:
            if cell["value"] is not None:
                raise FileRefused(_("The sheet has more than %(most)d columns.") % {"most": MOST_COLUMNS})
            continue
        row += [EMPTY] * (cell["column"] - 1 - len(row))
        row.append(_cell(sheet, cell))
    return row


def _cell(sheet: Any, cell: dict[str, Any]) -> Cell:  # noqa: ANN401 - private to openpyxl
    value = cell["value"]
    if problem := _UNFIT.get(cell["data_type"]):
        return Cell(problem=problem)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, ReadOnlyCell(sheet, **cell).number_format)
    if isinstance(value, date):
        return Cell(f"{value:%d/%m/%Y}")
    if value is None or isinstance(value, str | bool):
        return Cell("" if value is None else str(value).upper() if isinstance(value, bool) else value)
    return Cell(problem=_("This is a time, not a text. Format the cell as text and type it anew."))


_UNFIT = {
    "f": _("This is a formula. Paste its value in its place."),
    "e": _("This is an error of the spreadsheet program, not a value."),
}


def _number(value: float, shown_as: str) -> Cell:
    if not math.isfinite(value) or value != int(value):
        return Cell(repr(value), number=True)
    text = str(int(value))
    if set(shown_as) == {"0"} and value >= 0:
        # Shown with leading zeros: that is what the person sees, and means.
        return Cell(text.zfill(len(shown_as)), number=len(shown_as) == 1)
    return Cell(text, number=True)

"""CSV files as spreadsheet programs write them: with semicolons, commas or tabs, in UTF-8 or UTF-16."""

import codecs
import csv
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from facilities.intake.cells import FORMULA_STARTS, LONGEST_CELL, Cell, FileRefused

_DELIMITERS = ";,\t"
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def csv_readings(content: bytes) -> Iterator[Iterator[tuple[int, list[Cell]]]]:
    """The rows with their numbers in the file, once for each delimiter that it may have.

    Which one it is, the headings tell. Raises FileRefused for what is no text, and while being read for what is no CSV.
    """
    text = _decoded(content)
    first, _break, rest = text.partition("\n")
    if first.strip().lower().startswith("sep="):
        # Excel's own way to say it.
        yield _rows(rest, first.strip()[4:5] or ",", start=2)
        return
    for delimiter in _DELIMITERS:
        yield _rows(text, delimiter, start=1)


def _rows(text: str, delimiter: str, *, start: int) -> Iterator[tuple[int, list[Cell]]]:
    csv.field_size_limit(LONGEST_CELL * 10)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, start=start):
            yield number, [Cell(_plain(value)) for value in row]
    except csv.Error as error:
        line = reader.line_num + start - 1
        raise FileRefused(
            _("Line %(line)d is not CSV: a quotation mark is missing, or a cell is too long.") % {"line": line}
        ) from error


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            _("The letters of this file are not in UTF-8. In Excel, save it as “CSV UTF-8”, or as XLSX.")
        ) from error
    if "\0" in text:
        raise FileRefused(_("This file is neither XLSX nor text."))
    return text


def _plain(value: str) -> str:
    """The cell without the apostrophe by which our own files keep it from being taken for a formula."""
    return value[1:] if value[:1] == "'" and value[1:2] in FORMULA_STARTS and value[1:] else value

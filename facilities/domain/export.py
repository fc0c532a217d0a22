"""Rows as CSV that a spreadsheet opens without running any of them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

# Excel and LibreOffice take a cell that begins so for a formula, or drop the tab before one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A mark for Excel, then each row as a line; a cell that a spreadsheet would run gets an apostrophe in front."""
    line = StringIO()
    writer = csv.writer(line)
    yield "\ufeff"
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()

"""CSV that a spreadsheet opens without running any of it."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.utils import timezone

from facilities.domain.export import csv_lines
from portal.exports.sheet import Cell, Progress, Sheet


def write_csv(sheet: Sheet, path: Path, progress: Progress = lambda _done: None) -> None:
    """Write the sheet to `path`: heads and rows alone, as programs read them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(_lines(sheet, progress)))


def _lines(sheet: Sheet, progress: Progress) -> Iterator[list[str]]:
    yield [column.heading for column in sheet.columns]
    for number, row in enumerate(sheet.body(), start=1):
        yield [_text(value) for value in row]
        progress(number)
    totals = sheet.totals
    if totals is not None:
        yield [_text(value) for value in totals]


def _text(value: Cell) -> str:
    """Days and times as ISO 8601 on Viet Nam's clock, percentages as fractions with a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)

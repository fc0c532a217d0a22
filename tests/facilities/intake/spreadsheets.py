"""Real spreadsheets for tests, and a short way from one to what became of it."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from openpyxl import Workbook

from facilities.enums import ImportMode, ImportState
from facilities.intake import orders, steps
from facilities.intake.registry import KINDS
from facilities.models import Import, User

Cells = Sequence[Any]


def workbook(*rows: Cells, title: str = "Sheet") -> Workbook:
    """A workbook of one sheet with these rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return book


def content(book: Workbook) -> bytes:
    """The file's bytes."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def headings(kind: str, *keys: str) -> list[str]:
    """The Vietnamese headings of these columns, or of all."""
    with translation.override("vi"):
        columns = KINDS[kind].columns
        return [str(column.heading) for column in columns if not keys or column.key in keys]


def xlsx(kind: str, rows: Iterable[dict[str, Any]]) -> bytes:
    """An XLSX file of that kind; each row names what it fills in by the columns' keys."""
    keys = [column.key for column in KINDS[kind].columns]
    return content(workbook(headings(kind), *([row.get(key) for key in keys] for row in rows)))


def uploaded(kind: str, rows: Iterable[dict[str, Any]] | bytes, person: User, now: datetime | None = None) -> Import:
    """An upload whose check was ordered; the order's message goes nowhere, as on_commit does in tests."""
    data = rows if isinstance(rows, bytes) else xlsx(kind, rows)
    file = SimpleUploadedFile("danh-sach.xlsx", data)
    with translation.override("vi"):
        return orders.upload(kind=KINDS[kind], file=file, person=person, now=now or timezone.now())


def checked(kind: str, rows: Iterable[dict[str, Any]] | bytes, person: User) -> Import:
    """The same, and the check done."""
    new = uploaded(kind, rows, person)
    steps.check(new.pk, new.attempt, now=timezone.now())
    new.refresh_from_db()
    return new


def taken_in(of: Import, mode: ImportMode = ImportMode.ALL) -> Import:
    """What becomes of it when the person confirms."""
    assert orders.order(of, was=ImportState.CHECKED, to=ImportState.IMPORTING, mode=mode, now=timezone.now())
    of.refresh_from_db()
    steps.take_in(of.pk, of.attempt, "http://localhost/", now=timezone.now())
    of.refresh_from_db()
    return of


def taken_back(of: Import) -> Import:
    """What becomes of it when the person wants it undone."""
    assert orders.order(of, was=ImportState.DONE, to=ImportState.UNDOING, now=timezone.now())
    of.refresh_from_db()
    steps.take_back(of.pk, of.attempt, now=timezone.now())
    of.refresh_from_db()
    return of


def errors(of: Import) -> dict[int, list[tuple[str, str]]]:
    """What is wrong, by row: pairs of a column's key and the words."""
    rows = of.rows.exclude(errors=[])
    return {row.number: [(each["column"], each["message"]) for each in row.errors] for row in rows}

"""Making a file: at once where it is small, by a worker where it is not; and handing it out, on record."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.domain.records import done_by, record
from facilities.enums import RecordedAction
from facilities.models import User
from portal.exports import files, orders, pdf, xlsx
from portal.exports.delimited import write_csv
from portal.exports.pdf import write_pdf
from portal.exports.progress import Told
from portal.exports.registry import TABLES
from portal.exports.scope import in_reach
from portal.exports.sheet import Progress, Sheet
from portal.exports.xlsx import write_xlsx
from portal.models.export import Export, ExportFormat, ExportState

# Up to so many rows nobody waits long enough to go elsewhere.
MOST_AT_ONCE = 2000

_WRITERS: dict[ExportFormat, Callable[[Sheet, Path, Progress], None]] = {
    ExportFormat.XLSX: write_xlsx,
    ExportFormat.CSV: write_csv,
    ExportFormat.PDF: write_pdf,
}
_MOST_ROWS = {ExportFormat.XLSX: xlsx.MOST_ROWS, ExportFormat.CSV: xlsx.MOST_ROWS, ExportFormat.PDF: pdf.MOST_ROWS}
MEDIA_TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.PDF: "application/pdf",
}


def described(*, person: User, table: str, query: QueryDict, format: ExportFormat, now: datetime) -> Sheet:  # noqa: A002 - what it is called
    """The sheet to write. Raises ValidationError where it has too many rows for the format."""
    sheet = TABLES[table].sheet(person, query, now)
    most = _MOST_ROWS[format]
    if sheet.count > most:
        if format is ExportFormat.PDF:
            text = _("A PDF holds at most %(most)s rows, and this table has %(rows)s. Take it as XLSX, or filter it.")
        else:
            text = _("A file holds at most %(most)s rows, and this table has %(rows)s. Choose a shorter period.")
        raise ValidationError(text % {"most": most, "rows": sheet.count})
    return sheet


@transaction.atomic
def at_once(sheet: Sheet, *, person: User, query: QueryDict, format: ExportFormat, now: datetime) -> bytes:  # noqa: A002 - what it is called
    """The file of a small table, which is not kept; that it was taken is on record."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        _WRITERS[format](sheet, path, lambda _done: None)
        content = path.read_bytes()
    _on_record(person, sheet.name, query.urlencode(), format, now, rows=sheet.count)
    return content


def make(pk: int, attempt: int, *, now: datetime) -> None:
    """Make the file that was ordered, of what its asker reaches now; nothing if the order no longer stands."""
    with orders.in_hand(pk, attempt, now) as export:
        if export is None:
            return
        try:
            _make(export, now)
        except ValidationError as refusal:
            orders.fail(pk, attempt, " ".join(refusal.messages), now)


def refusal(export: Export, now: datetime) -> str | None:
    """Why the file is not handed out to its asker any more; None if it is."""
    if export.state != ExportState.DONE:
        return _("This file is not ready.")
    if (export.expires_at and export.expires_at < now) or not files.path_of(export.stored_as).is_file():
        return _("This file is no longer kept. Have it made again.")
    if not in_reach(export.person, export.facilities):
        return _("Since this file was made you have lost sight of something in it. Have it made again.")
    return None


def hand_out(export: Export, now: datetime) -> Path:
    """Put on record that the file is taken; where it lies. The caller has asked for a refusal."""
    _on_record(export.person, export.table, export.query, ExportFormat(export.format), now, export=export.pk)
    return files.path_of(export.stored_as)


def file_name(table: str, format: ExportFormat, now: datetime) -> str:  # noqa: A002 - what it is called
    """What the file is called where it is saved."""
    return f"{table}-{timezone.localtime(now):%Y%m%d-%H%M}.{format}"


def _make(export: Export, now: datetime) -> None:
    person, format_ = export.person, ExportFormat(export.format)
    if export.table not in TABLES or not in_reach(person, []):
        raise ValidationError(_("None of your roles lets you see figures any more."))
    query = QueryDict(export.query)
    sheet = described(person=person, table=export.table, query=query, format=format_, now=now)
    stored_as = files.new()
    try:
        _WRITERS[format_](sheet, files.path_of(stored_as), Told(export.pk, sheet.count))
        with done_by("portal.tasks.make_export", actor=person):
            _on_record(person, export.table, export.query, format_, now, rows=sheet.count, made=export.pk)
        stands = orders.finish(
            export,
            # Days are counted from when it can be taken.
            now=timezone.now(),
            stored_as=stored_as,
            file_name=file_name(export.table, format_, now),
            facilities=sheet.facilities,
            total=sheet.count,
        )
    except BaseException:
        files.drop(stored_as)
        raise
    if not stands:
        files.drop(stored_as)


def _on_record(
    person: User,
    table: str,
    query: str,
    format: ExportFormat,  # noqa: A002 - what it is called
    now: datetime,
    **figures: int,
) -> None:
    record(
        RecordedAction.EXPORTED,
        actor=person,
        now=now,
        subject=f"{table}.{format}",
        detail={"what": table, "query": query[:500], **figures},
    )

"""Seals: a day's records and versions, once it is over, under a hash that also covers the seal of the day before.

Whoever removes, changes or slips in a row afterwards would have to make every later seal anew, and the newest one is
published elsewhere. Each seal says which tables and columns it covers, so that later ones break none.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from psycopg import sql

from facilities.domain.history import event_models
from facilities.models import DaySeal, Record

# For clocks that differ: a day's last records may arrive that much after it.
GRACE = timedelta(hours=1)
# Any number that nobody else locks.
_LOCK = 4403_2021

# NOW() is when a transaction began: what one that is open since before the day's end adds belongs to that day.
_OPEN_SINCE = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
          AND xact_start < %(end)s
    ) OR EXISTS (SELECT FROM pg_prepared_xacts WHERE database = current_database())
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that only grows: its name, its key, the column that says which day a row belongs to, and all columns."""

    name: str
    key: str
    at: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What does not agree with the seals; `table` is empty where it is a seal itself."""

    day: date
    table: str
    what: str


class NotSealableError(Exception):
    """A day is over and cannot be sealed yet: a transaction that began before its end is still open."""


def sealed_tables() -> dict[str, Table]:
    """Every table under seal, by name: the records, and the versions of all that people edit."""
    return {
        table.name: table
        for table in (_table(Record, "at"), *(_table(each, "pgh_created_at") for each in event_models()))
    }


def seal_days(*, now: datetime, at_most: int = 100) -> list[DaySeal]:
    """Seal the days that are over and not sealed yet, the earliest first; days without a row too.

    Raises NotSealableError at the first that has to wait.
    """
    sealed: list[DaySeal] = []
    while len(sealed) < at_most:
        seal = _seal_next(now)
        if seal is None:
            break
        sealed.append(seal)
    return sealed


def disagreements(*, first: date | None = None, last: date | None = None, expect: str = "") -> Iterator[Disagreement]:
    """What does not agree with the seals: the whole chain of them, and the rows of the days from `first` to `last`.

    `expect` is a seal that was published: that it is gone shows that days at the chain's end were removed.
    """
    tables = sealed_tables()
    before: DaySeal | None = None
    found = not expect
    for seal in DaySeal.objects.order_by("day").iterator():
        found = found or seal.digest == expect
        yield from _broken_links(before, seal)
        if before is None:
            yield from _earlier_rows(seal, tables)
        if (first is None or first <= seal.day) and (last is None or seal.day <= last):
            yield from _changed_rows(seal, tables)
        before = seal
    if not found:
        day = before.day if before else timezone.localdate()
        yield Disagreement(day, "", f"the expected seal {expect} is none of the chain up to this day")


@transaction.atomic
def _seal_next(now: datetime) -> DaySeal | None:
    """Seal the first day that is over and not sealed; None if there is none."""
    with connection.cursor() as cursor:
        # Two jobs at once: the second goes on from the first one's seal.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        before = DaySeal.objects.order_by("-day").first()
        tables = sealed_tables()
        day = before.day + timedelta(days=1) if before else _first_day(tables)
        if day is None or _bounds(day)[1] + GRACE > now:
            return None
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_OPEN_SINCE, {"end": _bounds(day)[1]})
        if cursor.fetchone() == (True,):
            raise NotSealableError(f"{day:%d/%m/%Y}: a transaction that began before its end is still open")
    rows = {
        name: {"rows": count, "digest": digest, "columns": list(table.columns)}
        for name, table in tables.items()
        for count, digest in [_digest_of_rows(table, table.columns, day)]
    }
    link = before.digest if before else ""
    return DaySeal.objects.create(
        day=day, rows=rows, before=link, digest=_digest_of_seal(day, link, rows), sealed_at=now
    )


def _broken_links(before: DaySeal | None, seal: DaySeal) -> Iterator[Disagreement]:
    if seal.digest != _digest_of_seal(seal.day, seal.before, seal.rows):
        yield Disagreement(seal.day, "", "the seal itself was changed")
    if before is not None and seal.day != before.day + timedelta(days=1):
        yield Disagreement(before.day + timedelta(days=1), "", "the seal of this day is missing")
    elif seal.before != (before.digest if before else ""):
        yield Disagreement(seal.day, "", "it does not follow from the seal of the day before")


def _earlier_rows(seal: DaySeal, tables: Mapping[str, Table]) -> Iterator[Disagreement]:
    """Rows dated before the chain's first day: when it was begun there were none."""
    for name in sorted(set(seal.rows) & set(tables)):
        earliest = _earliest(tables[name])
        if earliest is not None and timezone.localdate(earliest) < seal.day:
            yield Disagreement(timezone.localdate(earliest), name, "rows were added before the first sealed day")


def _changed_rows(seal: DaySeal, tables: Mapping[str, Table]) -> Iterator[Disagreement]:
    for name, sealed in sorted(seal.rows.items()):
        table = tables.get(name)
        if table is None or not set(sealed["columns"]) <= set(table.columns):
            yield Disagreement(seal.day, name, "the table, or a column of it, is gone")
            continue
        count, digest = _digest_of_rows(table, sealed["columns"], seal.day)
        if count != sealed["rows"]:
            yield Disagreement(seal.day, name, f"{sealed['rows']} rows were sealed, {count} are there")
        elif digest != sealed["digest"]:
            yield Disagreement(seal.day, name, f"of its {count} rows some were changed")


def _digest_of_seal(day: date, before: str, rows: dict[str, Any]) -> str:
    text = json.dumps([before, day.isoformat(), rows], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _digest_of_rows(table: Table, columns: list[str] | tuple[str, ...], day: date) -> tuple[int, str]:
    """How many rows the table has of that day, and the hash over them in the order of their keys; a few at a time."""
    # JSON of the values: one line a row, times in UTC (Django's connections are), independent of columns added later.
    query = sql.SQL("SELECT jsonb_build_array({})::text FROM {} WHERE {at} >= %s AND {at} < %s ORDER BY {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier(table.name),
        sql.Identifier(table.key),
        at=sql.Identifier(table.at),
    )
    digest, count = hashlib.sha256(), 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(query.as_string(), _bounds(day))
        for (row,) in cursor:
            digest.update(f"{row}\n".encode())
            count += 1
    return count, digest.hexdigest()


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The day's first moment and the next one's, in the country's time."""
    zone = timezone.get_default_timezone()
    start, end = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def _first_day(tables: Mapping[str, Table]) -> date | None:
    earliest = [at for at in map(_earliest, tables.values()) if at is not None]
    return timezone.localdate(min(earliest), timezone.get_default_timezone()) if earliest else None


def _earliest(table: Table) -> datetime | None:
    query = sql.SQL("SELECT min({}) FROM {}").format(sql.Identifier(table.at), sql.Identifier(table.name))
    with connection.cursor() as cursor:
        cursor.execute(query.as_string())
        (earliest,) = cursor.fetchone()
    return earliest  # type: ignore[no-any-return] # what min() of a timestamp gives


def _table(model: type[models.Model], at: str) -> Table:
    columns = tuple(sorted(str(field.column) for field in model._meta.concrete_fields))
    return Table(model._meta.db_table, str(model._meta.pk.column), at, columns)

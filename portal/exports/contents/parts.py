"""What the tables have in common: names in the reader's language, and the columns that say where something lies."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from facilities.models import User
from portal.exports.scope import Selection
from portal.exports.sheet import Column, Kind, Row, Sheet, written

CHUNK = 2000


def local(name: str | None, name_en: str | None) -> str:
    """The name in the reader's language: the Vietnamese one where there is no English one."""
    return (name_en if get_language() == "en" else "") or name or ""


def place_columns(*, printed: bool = True) -> list[Column]:
    """Province, district, facility, code."""
    return [
        Column(_("Province or city"), width=24, printed=printed),
        Column(_("District"), width=22, printed=printed),
        Column(_("Facility"), width=40, printed=printed),
        Column(_("Code"), width=14, printed=printed),
    ]


def count(heading: str, *, printed: bool = False) -> Column:
    """A summed figure."""
    return Column(heading, Kind.INTEGER, 11, summed=True, printed=printed)


def sheet_of(
    *,
    name: str,
    title: str,
    person: User,
    now: datetime,
    selection: Selection,
    columns: list[Column],
    rows: Iterable[Row],
    total: int,
    filters: Iterable[tuple[str, str]] = (),
) -> Sheet:
    """The sheet of what the person selected, at this moment or as of the end of the day that they asked for."""
    source = selection.source
    as_of = f"{written(source.on, Kind.DATE)} 24:00" if source.frozen else written(now, Kind.MOMENT)
    return Sheet(
        name=name,
        title=title,
        moment=now,
        as_of=as_of,
        scope=selection.scope,
        asked_by=str(person),
        filters=[*selection.filters, *filters],
        columns=columns,
        rows=iter(rows),
        count=total,
        facilities=selection.facilities,
    )

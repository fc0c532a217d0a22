"""The table of provinces, or of the districts of one."""

from collections.abc import Iterator
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from facilities.domain.folding import matches
from facilities.models import User
from portal.exports.contents.parts import count, sheet_of
from portal.exports.scope import select
from portal.exports.sheet import Column, Kind, Row, Sheet
from portal.queries.standings import UnitRow, by_district, by_province


def units(person: User, query: QueryDict, now: datetime) -> Sheet:
    """One row a province; within a province, one a district."""
    selection = select(person, query, by_facility=False, of_past=True)
    below = selection.unit is not None
    found = (by_district if below else by_province)(selection.rows, selection.source.on)
    rows = sorted((row for row in found if matches(selection.name, row.name)), key=lambda row: row.order)
    columns = [
        Column(_("District") if below else _("Province or city"), width=30, printed=True),
        count(_("Facilities"), printed=True),
        count(_("Claimed"), printed=True),
        count(_("Verified"), printed=True),
        Column(_("Share verified"), Kind.PERCENT, 10, share_of=(3, 2), printed=True),
        count(_("Disconnected"), printed=True),
        count(_("Impaired"), printed=True),
        count(_("Not observed"), printed=True),
        count(_("In a forbidden zone"), printed=True),
    ]
    return sheet_of(
        name="units",
        title=_("Compliance by district") if below else _("Compliance by province"),
        person=person,
        now=now,
        selection=selection,
        columns=columns,
        rows=_rows(rows),
        total=len(rows),
    )


def _rows(rows: list[UnitRow]) -> Iterator[Row]:
    for row in rows:
        where = row.standing
        yield [
            row.name,
            where.facilities,
            where.claimed,
            where.verified,
            None,
            where.down,
            where.impaired,
            where.unknown,
            where.forbidden,
        ]

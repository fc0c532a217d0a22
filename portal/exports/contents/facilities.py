"""Tables of facilities: all their figures; those that are not connected, and why; claims that are contradicted."""

from collections.abc import Iterator
from datetime import date, datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.enums import BlockReason, Premises, Sector, Stage
from facilities.models import User
from portal.exports.contents.parts import CHUNK, count, local, place_columns, sheet_of
from portal.exports.scope import select
from portal.exports.sheet import Cell, Column, Kind, Row, Sheet, share
from portal.models import FacilityStanding, Figures, Snapshot
from portal.queries.sources import Rows
from portal.tables.compliance import in_order
from portal.tables.rule_words import RESULTS, result_of
from portal.tables.words import CONTRADICTIONS, UNNAMED

RULES = tuple(f"R{number}" for number in range(1, 13))


def facilities(person: User, query: QueryDict, now: datetime) -> Sheet:
    """Every figure of each facility."""
    selection = select(person, query, of_past=True)
    rows = _by_place(selection.rows)
    if asked := query.get("sort"):
        rows = in_order(rows, asked.split(","))
    columns = [
        *place_columns(),
        Column(_("Sector"), width=16),
        Column(_("Premises"), width=14),
        Column(_("Stage"), width=20, printed=True),
        Column(_("Since"), Kind.DATE, 12),
        Column(_("Paused"), width=10),
        Column(_("Closed"), width=10),
        Column(_("Reasons for being blocked"), width=30),
        Column(_("Connected on"), Kind.DATE, 12),
        Column(_("Deadline"), Kind.DATE, 12, printed=True),
        count(_("Claimed"), printed=True),
        count(_("Verified"), printed=True),
        Column(_("Share verified"), Kind.PERCENT, 10, share_of=(14, 13), printed=True),
        count(_("Impaired")),
        count(_("Disconnected"), printed=True),
        count(_("Not observed")),
        count(_("In a forbidden zone")),
        count(_("Required zones")),
        count(_("Zones with a camera")),
        count(_("Zones verified")),
        count(_("Required connections")),
        count(_("Connections claimed")),
        count(_("Connections confirmed")),
        Column(_("Uptime"), Kind.PERCENT, 10, printed=True),
        Column(_("Time not observed"), Kind.PERCENT, 10),
        Column(_("Last inspected on"), Kind.DATE, 12),
        count(_("Overdue findings")),
        Column(_("Contradictions"), width=40),
        *(Column(rule, width=12) for rule in RULES),
        Column(_("Rules broken"), width=18, printed=True),
        Column(_("Computed at"), Kind.MOMENT, 20),
    ]
    return sheet_of(
        name="facilities",
        title=_("Facilities: all figures"),
        person=person,
        now=now,
        selection=selection,
        columns=columns,
        rows=map(_figures, rows.iterator(chunk_size=CHUNK)),
        total=rows.count(),
    )


def not_connected(person: User, query: QueryDict, now: datetime) -> Sheet:
    """Facilities that are not connected, why, and how many days late they are."""
    selection = select(person, query)
    before = [stage.value for stage in Stage if stage.order < Stage.CONNECTED.order]
    rows = _by_place(selection.rows).filter(stage__in=before, closed=False)
    today = timezone.localdate(now)
    columns = [
        *place_columns(),
        Column(_("Sector"), width=16, printed=True),
        Column(_("Stage"), width=20, printed=True),
        Column(_("Since"), Kind.DATE, 12, printed=True),
        Column(_("Reasons for being blocked"), width=40, printed=True),
        Column(_("Deadline"), Kind.DATE, 12, printed=True),
        Column(_("Days late"), Kind.INTEGER, 10, printed=True),
        count(_("Claimed"), printed=True),
        count(_("Verified"), printed=True),
    ]
    return sheet_of(
        name="not_connected",
        title=_("Facilities that are not connected"),
        person=person,
        now=now,
        selection=selection,
        columns=columns,
        rows=_late(rows, today),
        total=rows.count(),
    )


def contradictions(person: User, query: QueryDict, now: datetime) -> Sheet:
    """Facilities whose claims verification contradicts."""
    selection = select(person, query)
    rows = _by_place(selection.rows).exclude(contradictions=[])
    columns = [
        *place_columns(),
        Column(_("Stage"), width=20, printed=True),
        count(_("Claimed"), printed=True),
        count(_("Verified"), printed=True),
        count(_("Disconnected"), printed=True),
        count(_("Not observed"), printed=True),
        Column(_("What verification contradicts"), width=60, printed=True),
    ]
    return sheet_of(
        name="contradictions",
        title=_("Claims that verification contradicts"),
        person=person,
        now=now,
        selection=selection,
        columns=columns,
        rows=_contradicted(rows),
        total=rows.count(),
    )


def _by_place(rows: Rows) -> Rows:
    return rows.select_related("province", "district").order_by("province__name", "district__name", "name", "pk")


def _place(row: Figures) -> list[Cell]:
    district = row.district
    return [str(row.province), str(district) if district else "", local(row.name, row.name_en), row.code]


def _figures(row: FacilityStanding | Snapshot) -> Row:
    observed = row.ok_seconds + row.impaired_seconds + row.down_seconds
    return [
        *_place(row),
        str(Sector(row.sector).label),
        str(Premises(row.premises).label),
        str(Stage(row.stage).label),
        row.stage_since,
        _("Yes") if row.paused else "",
        _("Yes") if row.closed else "",
        _blocked(row),
        row.connected_on,
        row.due_on,
        row.claimed,
        row.verified,
        None,
        row.impaired,
        row.down,
        row.unknown,
        row.forbidden,
        row.zones_required,
        row.zones_claimed,
        row.zones_verified,
        row.sinks_required,
        row.sinks_claimed,
        row.sinks_confirmed,
        share(row.ok_seconds, observed),
        share(row.unknown_seconds, observed + row.unknown_seconds),
        row.inspected_on,
        row.overdue_findings,
        _contradictions(row),
        *(_result(row, rule) for rule in RULES),
        ", ".join(sorted(row.failed, key=_number)),
        row.taken_at if isinstance(row, Snapshot) else row.computed_at,
    ]


def _late(rows: Rows, today: date) -> Iterator[Row]:
    for row in rows.iterator(chunk_size=CHUNK):
        late = (today - row.due_on).days if row.due_on else None
        yield [
            *_place(row),
            str(Sector(row.sector).label),
            str(Stage(row.stage).label),
            row.stage_since,
            _blocked(row),
            row.due_on,
            max(late, 0) if late is not None else None,
            row.claimed,
            row.verified,
        ]


def _contradicted(rows: Rows) -> Iterator[Row]:
    for row in rows.iterator(chunk_size=CHUNK):
        figures = [row.claimed, row.verified, row.down, row.unknown]
        yield [*_place(row), str(Stage(row.stage).label), *figures, _contradictions(row)]


def _blocked(row: Figures) -> str:
    return "; ".join(str(BlockReason(reason).label) for reason in row.blocked)


def _contradictions(row: Figures) -> str:
    found = (CONTRADICTIONS.get(code, UNNAMED) for code in row.contradictions)
    return "; ".join(f"{each.claim}: {each.against}" for each in found)


def _result(row: Figures, rule: str) -> str:
    found = result_of(row, rule)
    return str(RESULTS[found][0]) if found else ""


def _number(rule: str) -> tuple[int, str]:
    digits = rule.removeprefix("R")
    return (int(digits) if digits.isdigit() else 0, rule)

"""A past for the country: reports, connections, a deadline, rules, and so many days of transitions and frozen figures.

Everything is written by SQL in bulk, in the order of time, without triggers: as a year of real work would have left it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from facilities.enums import Bound, Direction, Stage
from facilities.models import Deadline, Document, Organisation
from portal.figures.freezing import freeze
from portal.figures.refreshing import refresh_all
from portal.models import Snapshot

# Changes of state of one camera in a year: 30,000 cameras make ten million.
A_YEAR = 334
# What happens to a facility comes about so long before the present.
BEGAN = timedelta(days=400)

# Versions of what people edit, as the triggers would have written them on the day on which it was entered.
_VERSIONS = ("facilities_organisation", "facilities_facility", "facilities_zone", "cameras_camera")

# A camera breaks and comes back by turns, at its own moments; each breakdown lasts about two hours.
_TRANSITIONS = """
    INSERT INTO cameras_transition (camera_id, before, state, reason, at, noticed_at)
    SELECT camera_id, before, state, reason, at, at + interval '20 seconds' FROM (
        SELECT camera.id AS camera_id, turn.before, turn.state, turn.reason,
            %(start)s + (step + (hashint8(camera.id * 7919 + step) & 1023) / 2048.0) * %(each)s
                + turn.later * interval '2 hours' AS at
        FROM cameras_camera AS camera, generate_series(0, %(steps)s - 1) AS step,
            (VALUES ('ok', 'down', 'timeout', 0), ('down', 'ok', '', 1)) AS turn (before, state, reason, later)
    ) AS turned ORDER BY at
"""
_FIRST = """
    INSERT INTO cameras_transition (camera_id, before, state, reason, at, noticed_at)
    SELECT id, 'unknown', 'ok', '', %(start)s - interval '1 day', %(start)s - interval '1 day' FROM cameras_camera
"""
# Every twentieth camera is away now.
_STATES = """
    UPDATE cameras_camerastate SET state = CASE WHEN camera_id %% 20 = 0 THEN 'down' ELSE 'ok' END,
        reason = CASE WHEN camera_id %% 20 = 0 THEN 'timeout' ELSE '' END, since = %(now)s - interval '1 hour',
        pictured_at = %(now)s, observed_at = %(now)s, codec = 'h264', width = 1920, height = 1080
"""
_LAST = """
    INSERT INTO cameras_transition (camera_id, before, state, reason, at, noticed_at)
    SELECT camera_id, 'ok', 'down', 'timeout', since, since FROM cameras_camerastate WHERE state = 'down'
"""
# Three facilities of four claim to be connected; the others stand at one of the steps before.
_REPORTS = """
    INSERT INTO facilities_progressreport (facility_id, kind, stage, "on", recorded_at, note, reasons)
    SELECT facility.id, 'step', stage.name, (%(now)s::timestamptz - (40 - 4 * stage.step) * interval '1 day')::date,
        %(now)s::timestamptz - (40 - 4 * stage.step) * interval '1 day', '', '{}'
    FROM facilities_facility AS facility, unnest(%(stages)s::text[]) WITH ORDINALITY AS stage (name, step)
    WHERE facility.id %% 4 <> 0 OR stage.step <= facility.id / 4 %% 6
    ORDER BY stage.step
"""
_SINKS = """
    INSERT INTO facilities_sinkreport (facility_id, sink, says, "on", recorded_at, note)
    SELECT facility.id, sink, says, (%(now)s::timestamptz - interval '9 days')::date,
        %(now)s::timestamptz - interval '9 days', ''
    FROM facilities_facility AS facility, unnest('{central,health,ioc}'::text[]) AS sink,
        unnest('{claimed,confirmed}'::text[]) AS says
    WHERE facility.id %% 4 <> 0
"""
# A frozen day is the last one again, under its own date; a tenth of the facilities stood otherwise.
_SNAPSHOTS = """
    INSERT INTO portal_snapshot ({columns}, day, taken_at, verified, down)
    SELECT {columns}, day - back, taken_at - back * interval '1 day',
        verified - CASE WHEN (facility_id + back) %% 10 = 0 THEN least(verified, 1) ELSE 0 END,
        down + CASE WHEN (facility_id + back) %% 10 = 0 THEN least(verified, 1) ELSE 0 END
    FROM portal_snapshot, generate_series(%(days)s, 1, -1) AS back WHERE day = %(day)s
"""


def give_a_past(national: Organisation, *, days: int, now: datetime) -> None:
    """Let the country have had so many days of transitions and frozen figures until `now`."""
    steps = max(1, A_YEAR * days // 365 // 2)
    start = now - timedelta(days=days)
    values: dict[str, Any] = {"now": now, "start": start, "steps": steps, "each": timedelta(days=days) / steps}
    stages = [stage.value for stage in Stage if stage not in (Stage.NOT_SURVEYED, Stage.WATCHING)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE cameras_camera SET registered_at = %s", [now - BEGAN])
        for table in _VERSIONS:
            _write_versions(table, now - BEGAN)
        cursor.execute("DROP INDEX IF EXISTS transition_camera_at")
        for statement in (_FIRST, _TRANSITIONS, _STATES, _LAST):
            cursor.execute(statement, values)
        cursor.execute("CREATE INDEX transition_camera_at ON cameras_transition (camera_id, at DESC)")
        cursor.execute(_REPORTS, {"now": now, "stages": stages})
        cursor.execute(_SINKS, values)
        cursor.execute("TRUNCATE facilities_facilitychange")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    _set_a_deadline(national, now)
    refresh_all(now=now)
    yesterday = timezone.localdate(now) - timedelta(days=1)
    freeze(yesterday, now=now)
    own = ("id", "day", "taken_at", "verified", "down")
    columns = ", ".join(f'"{f.column}"' for f in Snapshot._meta.concrete_fields if f.name not in own)
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOTS.format(columns=columns), {"days": days - 1, "day": yesterday})
        cursor.execute("TRUNCATE facilities_facilitychange")
        cursor.execute("VACUUM ANALYZE")


def _write_versions(table: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        versions = {c.name for c in connection.introspection.get_table_description(cursor, f"{table}event")}
        columns = ", ".join(f'"{column.name}"' for column in described if column.name in versions)
        cursor.execute(f"TRUNCATE {table}event")
        cursor.execute(
            f"INSERT INTO {table}event (pgh_created_at, pgh_label, pgh_obj_id, {columns}) "  # noqa: S608 - of this module
            f"SELECT %s, 'insert', id, {columns} FROM {table}",
            [at],
        )


def _set_a_deadline(national: Organisation, now: datetime) -> None:
    set_at = now - timedelta(days=60)
    document = Document.objects.create(
        organisation=national,
        direction=Direction.ISSUED,
        number="4403",
        symbol="CV-BCĐ",
        written="4403/CV-BCĐ",
        agency="Ban Chỉ đạo Quốc gia",
        subject="Lắp đặt camera",
        issued_on=set_at.date(),
        entered_at=set_at,
    )
    last_day = now.date() - timedelta(days=10)
    Deadline.objects.create(
        organisation=national,
        document=document,
        milestone=Stage.CONNECTED,
        day=last_day,
        bound=Bound.BY,
        last_day=last_day,
        set_at=set_at,
    )

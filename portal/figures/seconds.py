"""Camera-seconds by facility, day and state, counted by the database for many facilities at once.

What it counts is said by cameras.domain.uptime for one camera; a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from cameras.domain.uptime import Seconds
from cameras.enums import State
from facilities.domain.deadlines import day_ends

# A state holds from its transition to the next one, from what it was before the period, and never before the camera
# was registered. Whole seconds, cut: so that parts add up to the whole exactly.
_COUNT = """
    WITH camera AS (
        SELECT * FROM unnest(%(cameras)s::bigint[], %(facilities)s::bigint[], %(born)s::timestamptz[])
            AS camera (id, facility, born)
    ), began AS (
        SELECT camera.id, camera.facility, greatest(camera.born, %(start)s) AS at,
            coalesce(before.state, %(unknown)s) AS state
        FROM camera LEFT JOIN LATERAL (
            SELECT state FROM cameras_transition AS past
            WHERE past.camera_id = camera.id AND past.noticed_at <= %(known_at)s
                AND past.at < greatest(camera.born, %(start)s)
            ORDER BY past.at DESC, past.id DESC LIMIT 1
        ) AS before ON true
        WHERE camera.born < %(end)s
    ), change AS (
        SELECT id, facility, at, state, 0::bigint AS number FROM began
        UNION ALL
        SELECT camera.id, camera.facility, change.at, change.state, change.id
        FROM camera JOIN cameras_transition AS change ON change.camera_id = camera.id
        WHERE change.at >= greatest(camera.born, %(start)s) AND change.at < %(end)s
            AND change.noticed_at <= %(known_at)s
    ), held AS (
        SELECT facility, state, date_trunc('second', at) AS since,
            date_trunc('second', lead(at, 1, %(end)s) OVER (PARTITION BY id ORDER BY at, number)) AS until
        FROM change
    ), day AS (
        SELECT * FROM unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
            AS day (on_day, start, ending)
    )
    SELECT facility, on_day, state,
        sum(extract(epoch FROM least(until, ending) - greatest(since, start)))::bigint
    FROM held JOIN day ON since < ending AND until > start
    WHERE until > since
    GROUP BY facility, on_day, state
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """A camera that counts for its facility, from the moment when it was registered."""

    pk: int
    facility: int
    registered_at: datetime


def seconds_by_day(
    cameras: Iterable[Counted], days: Sequence[date], *, known_at: datetime
) -> dict[int, dict[date, Seconds]]:
    """For each facility and each of the consecutive `days`, what its cameras spent in which state. One query.

    Transitions that were noticed after `known_at` are not known yet.
    """
    counted = list(cameras)
    if not counted or not days:
        return {}
    starts, ends = [day_ends(day - timedelta(days=1)) for day in days], [day_ends(day) for day in days]
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "cameras": [camera.pk for camera in counted],
                "facilities": [camera.facility for camera in counted],
                "born": [camera.registered_at for camera in counted],
                "start": starts[0],
                "end": ends[-1],
                "days": list(days),
                "starts": starts,
                "ends": ends,
                "unknown": State.UNKNOWN.value,
                "known_at": known_at,
            },
        )
        rows = cursor.fetchall()
    found: dict[int, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for facility, day, state, seconds in rows:
        found[facility][day][state] = seconds
    return {
        facility: {day: Seconds(**by_state) for day, by_state in by_day.items()} for facility, by_day in found.items()
    }

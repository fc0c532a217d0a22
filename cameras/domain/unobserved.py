"""Cameras that nobody looked at in time: not observed, which is neither working nor disconnected."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from cameras.enums import Reason, State
from cameras.live.tiles import Tile, publish
from cameras.models import CameraState

# After a look was due: long enough for a retry by another worker, and within three minutes with the turn of the clock.
OVERDUE_AFTER = timedelta(minutes=2)

# One statement moves the states and writes their history, so neither can be there without the other. The state is
# dated from when the look was due, or from what was seen since: a slow look may end after the next one is due. Cameras
# whose checks are paused (no due time) stay as they are.
_MARK = """
    WITH overdue AS (
        SELECT state.camera_id, state.state AS before,
               greatest(coalesce(state.awaited_since, state.due_at), state.since) AS missed_at
        FROM cameras_camerastate AS state
        WHERE state.state <> %(unknown)s AND coalesce(state.awaited_since, state.due_at) < %(lately)s
        ORDER BY state.camera_id FOR UPDATE SKIP LOCKED
    ), marked AS (
        UPDATE cameras_camerastate AS state
        SET state = %(unknown)s, reason = %(reason)s, since = overdue.missed_at, failures = 0, failing_since = NULL
        FROM overdue WHERE state.camera_id = overdue.camera_id
    )
    INSERT INTO cameras_transition (camera_id, before, state, reason, at, noticed_at)
    SELECT camera_id, before, %(unknown)s, %(reason)s, missed_at, %(now)s FROM overdue
    RETURNING camera_id
"""


@transaction.atomic
def mark_unobserved(*, now: datetime) -> int:
    """Turn cameras whose last look is too long ago to UNKNOWN, on the wall too. Returns how many it were."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "now": now,
                "lately": now - OVERDUE_AFTER,
                "unknown": State.UNKNOWN,
                "reason": Reason.OVERDUE,
            },
        )
        marked = [camera for (camera,) in cursor.fetchall()]
    rows = CameraState.objects.filter(camera__in=marked).select_related("camera__zone")
    tiles = [
        Tile(
            row.pk, row.camera.zone.facility_id, State.UNKNOWN, Reason.OVERDUE, row.since, row.observed_at or row.since
        )
        for row in rows
    ]
    if tiles:
        transaction.on_commit(lambda: publish(tiles), robust=True)
    return len(marked)

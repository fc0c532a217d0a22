"""Which cameras are looked at now. What is due stands in PostgreSQL alone; the queue only carries hints of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import connection

# A batch that no worker has taken up by then is dropped, and a look that takes longer given up. A claim outlives both,
# so nobody else calls the camera meanwhile; after that the camera is due again, however long its interval.
QUEUED = timedelta(seconds=30)
LOOKING = timedelta(seconds=25)
LEASE = QUEUED + LOOKING
BATCH = 50
AT_MOST = 2000

# One statement: two dispatchers never claim the same camera, and neither waits for the other. Each camera has a phase
# of its own within the interval (multiples of the golden ratio lie evenly, however many there are), so neither a bulk
# registration nor a pause is followed by everybody at once.
_CLAIM = """
    WITH due AS (
        SELECT camera_id FROM cameras_camerastate
        WHERE due_at IS NOT NULL AND coalesce(claimed_until, due_at) <= %(now)s
        ORDER BY coalesce(awaited_since, due_at) LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE cameras_camerastate AS state
    SET claim = state.claim + 1,
        claimed_until = %(until)s,
        awaited_since = coalesce(state.awaited_since, state.due_at),
        due_at = to_timestamp(camera.interval * (
            1 + floor(extract(epoch FROM %(now)s) / camera.interval - phase.turn) + phase.turn
        ))
    FROM due JOIN cameras_camera AS camera ON camera.id = due.camera_id
    LEFT JOIN cameras_vantage AS vantage ON vantage.id = camera.vantage_id
    CROSS JOIN LATERAL (SELECT camera.id * 0.61803398875 - floor(camera.id * 0.61803398875) AS turn) AS phase
    WHERE state.camera_id = due.camera_id
    RETURNING state.camera_id, state.claim, coalesce(vantage.code, %(vantage)s)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to look at one camera once; a later claim of the same camera has a higher number."""

    camera: int
    number: int
    vantage: str


def claim_due(*, now: datetime, vantage: str, limit: int = AT_MOST) -> list[Claim]:
    """Claim the cameras that are due, longest due first; those assigned to no vantage go to `vantage`."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "limit": limit, "vantage": vantage})
        return [Claim(*row) for row in cursor.fetchall()]


def batches(claims: Sequence[Claim]) -> Iterator[tuple[str, list[Claim]]]:
    """The claims by vantage, in batches that one worker reads side by side."""
    by_vantage = attrgetter("vantage")
    for vantage, own in groupby(sorted(claims, key=by_vantage), by_vantage):
        waiting = list(own)
        for start in range(0, len(waiting), BATCH):
            yield vantage, waiting[start : start + BATCH]

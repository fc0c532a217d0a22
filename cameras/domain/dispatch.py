"""Which cameras are looked at now. What is due stands in PostgreSQL alone; the queue only carries hints of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import connection

# A claim outlives the longest look with its waiting in the queue; after that the camera is due again.
LEASE = timedelta(seconds=30)
BATCH = 50
AT_MOST = 2000

# One statement: two dispatchers never claim the same camera, and neither waits for the other. Each camera has a phase
# of its own within the interval (multiples of the golden ratio lie evenly, however many there are), so neither a bulk
# registration nor a pause is followed by everybody at once.
_CLAIM = """
    UPDATE cameras_camerastate AS state
    SET claim = state.claim + 1,
        claimed_until = %(until)s,
        awaited_since = coalesce(state.awaited_since, state.due_at),
        due_at = to_timestamp(camera.interval * (
            1 + floor(extract(epoch FROM %(now)s) / camera.interval - phase.turn) + phase.turn
        ))
    FROM cameras_camera AS camera
    LEFT JOIN cameras_vantage AS vantage ON vantage.id = camera.vantage_id
    CROSS JOIN LATERAL (SELECT camera.id * 0.61803398875 - floor(camera.id * 0.61803398875) AS turn) AS phase
    WHERE camera.id = state.camera_id AND state.camera_id IN (
        SELECT camera_id FROM cameras_camerastate
        WHERE due_at <= %(now)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)
        ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
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

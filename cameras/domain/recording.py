"""Observations into states, transitions and tiles: one transaction, and repeating it changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from cameras.domain.observation import Observation
from cameras.domain.transition import Standing, follow, is_final, retry_after
from cameras.enums import Reason, State
from cameras.live.tiles import Tile, publish
from cameras.models import CameraState, Transition
from facilities.enums import Requirement, ZoneKind

# Written by hand because this is done for every look at every camera: Django's bulk_update would spend more time on
# its CASE for each column than the picture took to decode.
_UPDATE = """
    UPDATE cameras_camerastate SET
        state = %(state)s, reason = %(reason)s, since = %(since)s,
        failures = %(failures)s, failing_since = %(failing_since)s,
        recorded_claim = %(claim)s, observed_at = %(at)s,
        claimed_until = CASE WHEN claim = %(claim)s THEN NULL ELSE claimed_until END,
        awaited_since = NULL,
        due_at = CASE WHEN %(final)s THEN NULL ELSE least(due_at, %(retry_at)s) END,
        seconds = %(seconds)s,
        pictured_at = coalesce(%(pictured_at)s, pictured_at), codec = coalesce(%(codec)s, codec),
        width = coalesce(%(width)s, width), height = coalesce(%(height)s, height), luma = coalesce(%(luma)s, luma),
        contrast = coalesce(%(contrast)s, contrast), sharpness = coalesce(%(sharpness)s, sharpness)
    WHERE camera_id = %(camera)s
"""


@dataclass(frozen=True, slots=True)
class _Step:
    """One observation with the state that it was applied to and the standing that came of it."""

    row: CameraState
    seen: Observation
    before: Standing
    after: Standing


@transaction.atomic
def record(observations: Sequence[Observation], *, now: datetime) -> int:
    """Write what was seen. Returns how many observations were news.

    An observation whose claim, or a later one, is already recorded is dropped: a batch that runs twice or late changes
    nothing. So is one that says nothing of the camera, for the fault is our own: its claim lapses, the look is taken
    again, and stays awaited as if nobody had tried. The rows are locked in one order, so two batches never wait for
    each other in a circle.
    """
    newest = {seen.camera: seen for seen in sorted(observations, key=lambda seen: seen.claim)}
    rows = (
        CameraState.objects.select_for_update(of=("self",))
        .select_related("camera__zone")
        .filter(camera__in=newest)
        .order_by("camera")
    )
    steps = [step for row in rows if (step := _apply(row, newest[row.pk])) is not None]
    if not steps:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, [_columns(step) for step in steps])
    Transition.objects.bulk_create(_transitions(steps, now))
    news = [_tile(step) for step in steps]
    # Here and elsewhere no partial: where a robust hook fails, Django logs its name, which a partial has not.
    transaction.on_commit(lambda: publish(news), robust=True)
    return len(steps)


def _apply(row: CameraState, seen: Observation) -> _Step | None:
    # Claims are made by the row alone: one above the row's own is nobody's.
    if seen.verdict.state is State.UNKNOWN or not row.recorded_claim < seen.claim <= row.claim:
        return None
    before = Standing(State(row.state), Reason(row.reason), row.since, row.failures, row.failing_since)
    return _Step(row, seen, before, follow(before, seen.verdict, seen.at))


def _columns(step: _Step) -> dict[str, Any]:
    seen, after, picture = step.seen, step.after, step.seen.picture
    retry = retry_after(after, timedelta(seconds=step.row.camera.interval))
    return {
        "camera": seen.camera,
        "claim": seen.claim,
        "at": seen.at,
        "state": after.state,
        "reason": after.reason,
        "since": after.since,
        "failures": after.failures,
        "failing_since": after.failing_since,
        "final": is_final(seen.verdict),
        "retry_at": seen.at + retry if retry else None,
        "seconds": seen.seconds,
        "pictured_at": seen.at if picture else None,
        "codec": picture.codec if picture else None,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "luma": picture.luma if picture else None,
        "contrast": picture.contrast if picture else None,
        "sharpness": picture.sharpness if picture else None,
    }


def _transitions(steps: Sequence[_Step], now: datetime) -> Iterator[Transition]:
    for step in steps:
        if step.before.state is not step.after.state:
            yield Transition(
                camera_id=step.seen.camera,
                before=step.before.state,
                state=step.after.state,
                reason=step.after.reason,
                at=step.after.since,
                noticed_at=now,
            )


def _tile(step: _Step) -> Tile:
    # Rule R2: what a camera in a forbidden zone sees is nobody's to look at.
    zone = step.row.camera.zone
    hidden = ZoneKind(zone.kind).requirement is Requirement.FORBIDDEN
    shown = None if hidden else step.seen.picture
    return Tile(
        camera=step.seen.camera,
        facility=zone.facility_id,
        state=step.after.state,
        reason=step.after.reason,
        since=step.after.since,
        observed_at=step.seen.at,
        captured_at=step.seen.at if shown else None,
        jpeg=shown.jpeg if shown else b"",
        hidden=hidden,
    )

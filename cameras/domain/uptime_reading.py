"""Loads what uptime is computed from: two queries, whatever the number of cameras and the length of their past."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from cameras.domain.uptime import Change, History, Seconds, by_bucket
from cameras.enums import State
from cameras.models import Camera, Transition
from facilities.domain.deadlines import day_ends
from facilities.enums import FORBIDDEN_ZONE_KINDS

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CameraHistory:
    """A camera with what is needed of its past for the period that was asked about."""

    camera: Camera
    facility: int
    history: History


def day_starts(day: date) -> datetime:
    """0:00 of that day in Viet Nam."""
    return day_ends(day - DAY)


def counted(cameras: QuerySet[Camera]) -> QuerySet[Camera]:
    """Those that count for figures: a camera in a forbidden zone fulfils nothing, whatever it delivers."""
    return cameras.exclude(zone__kind__in=FORBIDDEN_ZONE_KINDS)


def histories(cameras: QuerySet[Camera], *, start: datetime, end: datetime) -> list[CameraHistory]:
    """What happened to each of the cameras in [start, end), and the state that it came in with."""
    # By the index on camera and time this is one step for each camera, however long its past.
    last_before = Transition.objects.filter(camera=OuterRef("pk"), at__lt=start).order_by("-at", "-pk")
    found = list(
        cameras.filter(registered_at__lt=end)
        .select_related("zone")
        .annotate(came_in=Subquery(last_before.values("state")[:1]))
        .order_by("zone__name", "name", "pk")
    )
    inside = Transition.objects.filter(camera__in=[camera.pk for camera in found], at__gte=start, at__lt=end)
    changes: dict[int, list[Change]] = defaultdict(list)
    for camera, at, state in inside.order_by("at", "pk").values_list("camera", "at", "state"):
        changes[camera].append(Change(at, State(state)))
    return [_history(camera, changes[camera.pk], start) for camera in found]


def day_seconds(facility_ids: Collection[int], days: Sequence[date]) -> dict[int, dict[date, Seconds]]:
    """Seconds per state over the cameras of each facility, for each of the days of Viet Nam; whole days.

    Facilities without cameras have zeros.
    """
    found = {facility: dict.fromkeys(days, Seconds()) for facility in facility_ids}
    if not days:
        return found
    start, end = day_starts(min(days)), day_ends(max(days))
    cameras = counted(Camera.objects.filter(zone__facility__in=facility_ids))
    for each in histories(cameras, start=start, end=end):
        buckets = by_bucket(each.history, start=start, end=end, bucket=DAY)
        sums = found[each.facility]
        for day in sums:
            sums[day] += buckets[(day - min(days)).days]
    return found


def _history(camera: Camera, changes: list[Change], start: datetime) -> CameraHistory:
    came_in: str | None = camera.came_in  # type: ignore[attr-defined] # annotated
    known = [Change(start, State(came_in))] if came_in else []
    return CameraHistory(camera, camera.zone.facility_id, History(camera.registered_at, (*known, *changes)))

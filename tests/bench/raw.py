"""The national table as one would write it first: aggregates over raw rows, in Django, for each look at it."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from cameras.models import Camera, Transition
from facilities.enums import Permission, ZoneKind
from facilities.models import Facility, ProgressReport, User

REQUIRED = [kind for kind in ZoneKind if kind.requirement == "required"]


def national(person: User) -> dict[int, dict[str, Any]]:
    """By province: cameras by state, zones covered, stages, and the uptime of the last seven days.

    It is no more than a part of what the portal's own table shows: neither rules, deadlines, claims nor last week.
    """
    facilities = Facility.objects.visible_to(person, Permission.VIEW_FIGURES)
    states = {state: Count("zones__cameras", filter=Q(zones__cameras__state__state=state)) for state in STATES}
    counted: Any = (
        facilities.order_by()
        .values("province")
        .annotate(facilities=Count("pk", distinct=True), claimed=Count("zones__cameras"), **states)
    )
    rows: dict[Any, dict[str, Any]] = {row["province"]: row for row in counted}
    covered = Q(zones__kind__in=REQUIRED, zones__cameras__state__state="ok")
    zones: Any = (
        facilities.order_by()
        .values("province")
        .annotate(
            required=Count("zones", filter=Q(zones__kind__in=REQUIRED), distinct=True),
            covered=Count("zones", filter=covered, distinct=True),
        )
    )
    for row in zones:
        rows[row["province"]] |= row
    last = ProgressReport.objects.filter(facility=OuterRef("pk"), kind="step").order_by("-recorded_at")
    staged = facilities.annotate(stage=Subquery(last.values("stage")[:1])).values_list("province", "stage")
    for province, stage in staged:
        rows[province].setdefault("stages", defaultdict(int))[stage] += 1
    for province, share in _uptime(facilities).items():
        rows[province]["uptime"] = share
    return rows


STATES = ("ok", "impaired", "down", "unknown")


def _uptime(facilities: Any) -> dict[Any, float]:  # noqa: ANN401 - a queryset
    """The share of the last seven days in which cameras were well, from each camera's transitions."""
    end = timezone.now()
    start = end - timedelta(days=7)
    cameras = Camera.objects.filter(zone__facility__in=facilities)
    before = Transition.objects.filter(camera=OuterRef("pk"), at__lt=start).order_by("-at")
    state: dict[Any, tuple[str, Any]] = {}
    province_of: dict[Any, Any] = {}
    for pk, province, was in cameras.annotate(was=Subquery(before.values("state")[:1])).values_list(
        "pk", "zone__facility__province", "was"
    ):
        state[pk], province_of[pk] = (was or "unknown", start), province
    spent: dict[Any, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    changes = Transition.objects.filter(camera__in=cameras, at__gte=start).order_by("at")
    for camera, becomes, at in changes.values_list("camera", "state", "at").iterator():
        was, since = state[camera]
        spent[province_of[camera]][was] += (at - since).total_seconds()
        state[camera] = (becomes, at)
    for camera, (was, since) in state.items():
        spent[province_of[camera]][was] += (end - since).total_seconds()
    return {
        province: seconds["ok"] / (sum(seconds.values()) - seconds["unknown"] or 1)
        for province, seconds in spent.items()
    }

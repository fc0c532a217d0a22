"""Where a table's rows come from: figures as they stand now, or frozen at the end of a day. Both are read alike."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from facilities.enums import Permission
from facilities.models import User
from portal.models import FacilityStanding, Snapshot, SnapshotDay

WEEK = timedelta(days=7)
# Rows of portal.models.Figures: FacilityStanding, or Snapshot.
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Figures of the facilities that somebody reaches, one row a facility, about the day `on`."""

    rows: Rows
    on: date
    frozen: bool = False


def live(person: User, now: datetime) -> Source:
    """The figures as they stand now."""
    rows = FacilityStanding.objects.visible_to(person, Permission.VIEW_FIGURES, now)
    return Source(rows, timezone.localdate(now))


def frozen(person: User, day: date, now: datetime) -> Source:
    """The figures as of 24:00 of that day; the facilities are those that the person reaches now."""
    rows = Snapshot.objects.in_force().visible_to(person, Permission.VIEW_FIGURES, now)
    return Source(rows.filter(day=day), day, frozen=True)


def week_before(rows: Rows, on: date) -> Rows:
    """Figures of the same facilities, frozen a week before; what has no row there was not there, or not frozen."""
    return Snapshot.objects.in_force().filter(day=on - WEEK, facility__in=rows.order_by().values("facility"))


def frozen_days_around(day: date) -> tuple[bool, date | None, date | None]:
    """Whether that day was frozen, and the nearest days before and after it that were."""
    days = SnapshotDay.objects.order_by()
    before = days.filter(day__lte=day).order_by("-day").values_list("day", flat=True).first()
    if before == day:
        return True, None, None
    return False, before, days.filter(day__gt=day).order_by("day").values_list("day", flat=True).first()

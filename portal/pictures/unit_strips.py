"""Strips of days for units and facilities, from frozen figures: one row each, the worst first."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import get_language

from cameras.domain.uptime import Seconds
from facilities.domain.folding import fold
from portal.models import Snapshot
from portal.pictures.strips import Strip, strip

DAYS = 31
WEEK = 7
DAY = timedelta(days=1)
STATES = ("ok", "impaired", "down", "unknown")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit or a facility, by its number, with its seconds in all the days, and in the last seven."""

    pk: int
    name: str
    month: Seconds
    week: Seconds

    @property
    def order(self) -> tuple[float, str]:
        """The least uptime first, and before it those of whom nothing was observed."""
        uptime = self.month.uptime
        return (-1.0 if uptime is None else uptime, fold(self.name))


def last_days(today: date) -> list[date]:
    """The last whole days, the oldest first."""
    return [today - ago * DAY for ago in range(DAYS, 0, -1)]


def ranked(snapshots: QuerySet[Snapshot], *, level: str, today: date) -> list[Ranked]:
    """A row for each province, district or facility, the worst first. One query; the database adds up.

    Pass the frozen figures in force that the reader may see. Where a facility lay in another unit on some of the days,
    each unit has those on which it lay there. Facilities in no district have no row among districts.
    """
    key, *names = _keys(level)
    week = Q(day__gte=today - WEEK * DAY)
    rows = (
        _of_days(snapshots, level, today)
        .order_by()
        .values(key)
        .annotate(
            vietnamese=Max(names[1]),
            english=Max(names[0]),
            **{f"month_{state}": Sum(f"day_{state}_seconds") for state in STATES},
            **{f"week_{state}": Sum(f"day_{state}_seconds", filter=week, default=0) for state in STATES},
        )
    )
    found = [
        Ranked(row[key], _local(row["english"], row["vietnamese"]), _seconds(row, "month_"), _seconds(row, "week_"))
        for row in rows
    ]
    return sorted(found, key=lambda row: row.order)


def drawn(snapshots: QuerySet[Snapshot], rows: Collection[Ranked], *, level: str, today: date) -> list[Strip]:
    """The strips of some of the rows, day by day; each label leads a level down. One query."""
    key, *names = _keys(level)
    per_day = (
        _of_days(snapshots, level, today)
        .filter(**{f"{key}__in": [row.pk for row in rows]})
        .order_by("day")
        .values(key, *names, "day")
        .annotate(**{f"day_{state}": Sum(f"day_{state}_seconds") for state in STATES})
    )
    called: dict[int, str] = {}
    days: dict[int, dict[date, Seconds]] = defaultdict(dict)
    for row in per_day:
        # As it was called last: a facility may have had another name before.
        called[row[key]] = _local(row[names[0]], row[names[1]])
        before = days[row[key]].get(row["day"], Seconds())
        days[row[key]][row["day"]] = before + _seconds(row, "day_")
    columns = last_days(today)
    labels = [(f"{day:%d/%m}", f"{day:%d/%m}") for day in columns]
    return [
        strip(called[row.pk], _url(level, row.pk), [days[row.pk].get(day, Seconds()) for day in columns], labels)
        for row in rows
    ]


def _of_days(snapshots: QuerySet[Snapshot], level: str, today: date) -> QuerySet[Snapshot]:
    return snapshots.filter(day__gte=today - DAYS * DAY, day__lt=today, **{f"{level}__isnull": False})


def _keys(level: str) -> tuple[str, str, str]:
    """What tells the rows apart, and the columns of their English and Vietnamese names."""
    if level == "facility":
        return ("facility", "name_en", "name")
    return (level, f"{level}__name_en", f"{level}__full_name")


def _local(english: str, vietnamese: str) -> str:
    return english if english and get_language() == "en" else vietnamese


def _seconds(row: dict[str, Any], prefix: str) -> Seconds:
    return Seconds(**{state: row[f"{prefix}{state}"] for state in STATES})


def _url(level: str, pk: int) -> str:
    if level == "facility":
        return reverse("facility_uptime", args=[pk])
    return f"{reverse('compliance_strips')}?unit={pk}"

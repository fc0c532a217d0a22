"""Strips of days for units and facilities, from frozen figures: one row each, the worst first."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import get_language

from cameras.domain.uptime import Seconds
from facilities.domain.folding import fold
from facilities.models import AdministrativeUnit
from portal.models import Snapshot
from portal.pictures.strips import Strip, strip

DAYS = 31
WEEK = 7
DAY = timedelta(days=1)
FACILITY = "facility"
STATES = ("ok", "impaired", "down", "unknown")


Days = dict[date, Seconds]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit or a facility, with its seconds in all the days, and in the last seven.

    `days` are read beforehand for units: there are few. None for a facility: a page of them is read at a time.
    """

    pk: int
    name: str
    month: Seconds
    week: Seconds
    days: Days | None = None

    @property
    def order(self) -> tuple[float, str]:
        """The least uptime first, and before it those of whom nothing was observed."""
        uptime = self.month.uptime
        return (-1.0 if uptime is None else uptime, fold(self.name))


def last_days(today: date) -> list[date]:
    """The last whole days, the oldest first."""
    return [today - ago * DAY for ago in range(DAYS, 0, -1)]


def ranked(snapshots: QuerySet[Snapshot], *, level: str, today: date) -> list[Ranked]:
    """A row for each province, district or facility, the worst first; the database adds up, in one pass.

    Pass the frozen figures in force that the reader may see. Where a facility lay in another unit on some of the days,
    each unit has those on which it lay there. Facilities in no district have no row among districts.
    """
    rows = snapshots.filter(day__gte=today - DAYS * DAY, day__lt=today, **{f"{level}__isnull": False}).order_by()
    found = _facilities(rows, today) if level == FACILITY else _units(rows, level, today)
    return sorted(found, key=lambda row: row.order)


def drawn(snapshots: QuerySet[Snapshot], rows: Collection[Ranked], *, level: str, today: date) -> list[Strip]:
    """The strips of some of the rows, day by day; each label leads a level down. At most one query."""
    columns = last_days(today)
    labels = [(f"{day:%d/%m}", f"{day:%d/%m}") for day in columns]
    unread = [row.pk for row in rows if row.days is None]
    shown = snapshots.filter(day__gte=columns[0], day__lt=today, facility__in=unread).order_by()
    days = _by_day(shown, FACILITY) if unread else {row.pk: row.days or {} for row in rows}
    return [
        strip(row.name, _url(level, row.pk), [days[row.pk].get(day, Seconds()) for day in columns], labels)
        for row in rows
    ]


def _facilities(rows: QuerySet[Snapshot], today: date) -> list[Ranked]:
    week = Q(day__gte=today - WEEK * DAY)
    sums = rows.values("facility").annotate(
        vietnamese=Max("name"),
        english=Max("name_en"),
        **{f"month_{state}": Sum(f"day_{state}_seconds") for state in STATES},
        **{f"week_{state}": Sum(f"day_{state}_seconds", filter=week, default=0) for state in STATES},
    )
    return [
        Ranked(
            row["facility"],
            row["english"] if row["english"] and get_language() == "en" else row["vietnamese"],
            _seconds(row, "month_"),
            _seconds(row, "week_"),
        )
        for row in sums
    ]


def _units(rows: QuerySet[Snapshot], level: str, today: date) -> list[Ranked]:
    days = _by_day(rows, level)
    units = AdministrativeUnit.objects.in_bulk(days)
    week = set(last_days(today)[-WEEK:])
    return [
        Ranked(
            pk,
            units[pk].local_name,
            sum(found.values(), Seconds()),
            sum((seconds for day, seconds in found.items() if day in week), Seconds()),
            found,
        )
        for pk, found in days.items()
    ]


def _by_day(rows: QuerySet[Snapshot], key: str) -> dict[int, Days]:
    days: dict[int, Days] = defaultdict(dict)
    for row in rows.values(key, "day").annotate(**{f"sum_{state}": Sum(f"day_{state}_seconds") for state in STATES}):
        days[row[key]][row["day"]] = _seconds(row, "sum_")
    return days


def _seconds(row: Mapping[str, Any], prefix: str) -> Seconds:
    return Seconds(**{state: row[f"{prefix}{state}"] for state in STATES})


def _url(level: str, pk: int) -> str:
    if level == FACILITY:
        return reverse("facility_uptime", args=[pk])
    return f"{reverse('compliance_strips')}?unit={pk}"

"""Strips of days for units and facilities, from frozen figures: one row each, the worst first."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import get_language

from cameras.domain.uptime import Seconds
from facilities.domain.folding import fold
from portal.models import Snapshot
from portal.pictures.strips import Strip, strip

DAYS = 31
WEEK = 7
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit or a facility with its days."""

    pk: int
    name: str
    days: dict[date, Seconds]

    @property
    def total(self) -> Seconds:
        return sum(self.days.values(), Seconds())

    @property
    def order(self) -> tuple[float, str]:
        """The least uptime first, and before it those of whom nothing was observed."""
        uptime = self.total.uptime
        return (-1.0 if uptime is None else uptime, fold(self.name))


def last_days(today: date) -> list[date]:
    """The last whole days, the oldest first."""
    return [today - ago * DAY for ago in range(DAYS, 0, -1)]


def unit_rows(snapshots: QuerySet[Snapshot], *, level: str, today: date) -> list[Row]:
    """A row for each province, district or facility, the worst first. One query; the database adds up.

    Pass the frozen figures in force that the reader may see. Where a facility lay in another unit on some of the days,
    each unit has those on which it lay there. Facilities in no district have no row among districts.
    """
    keys = _keys(level)
    rows = (
        snapshots.filter(day__gte=today - DAYS * DAY, day__lt=today, **{f"{level}__isnull": False})
        .order_by("day")
        .values(*keys, "day")
        .annotate(
            ok=Sum("day_ok_seconds"),
            impaired=Sum("day_impaired_seconds"),
            down=Sum("day_down_seconds"),
            unknown=Sum("day_unknown_seconds"),
        )
    )
    names: dict[int, str] = {}
    days: dict[int, dict[date, Seconds]] = defaultdict(dict)
    for row in rows:
        pk = row[keys[0]]
        # The name of the last day: a facility may have been called otherwise before.
        names[pk] = _name(row, keys)
        before = days[pk].get(row["day"], Seconds())
        days[pk][row["day"]] = before + Seconds(row["ok"], row["impaired"], row["down"], row["unknown"])
    return sorted((Row(pk, names[pk], found) for pk, found in days.items()), key=lambda row: row.order)


def drawn(rows: Sequence[Row], *, level: str, today: date) -> list[Strip]:
    """The strips of some of the rows; each label leads a level down."""
    days = last_days(today)
    names = [(f"{day:%d/%m}", f"{day:%d/%m}") for day in days]
    return [strip(row.name, _url(level, row.pk), [row.days.get(day, Seconds()) for day in days], names) for row in rows]


def _keys(level: str) -> tuple[str, ...]:
    if level == "facility":
        return ("facility", "name_en", "name")
    return (f"{level}__pk", f"{level}__name_en", f"{level}__full_name")


def _name(row: dict[str, Any], keys: tuple[str, ...]) -> str:
    english, vietnamese = row[keys[1]], row[keys[2]]
    return str(english if english and get_language() == "en" else vietnamese)


def _url(level: str, pk: int) -> str:
    if level == "facility":
        return reverse("facility_uptime", args=[pk])
    return f"{reverse('compliance_strips')}?unit={pk}"

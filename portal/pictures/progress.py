"""How many facilities were connected on each day: as they claim, and as pictures from all required zones show."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.domain.projection import Projection, cumulated, project
from portal.models import FacilityStanding, Snapshot

# The curve shows at most this many days before today.
DAYS_SHOWN = 60
# And as far ahead of it as a projection is worth anything.
DAYS_AHEAD = 30
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of facilities at the end of each day. `deadline` is the last good day that binds most of them."""

    target: int
    today: date
    first: date
    last: date
    deadline: date | None
    otherwise_due: int
    claimed: dict[date, int]
    verified: dict[date, int]
    projection: Projection | None

    @property
    def claimed_now(self) -> int:
        return self.claimed[self.today]

    @property
    def verified_now(self) -> int:
        return self.verified[self.today]

    @property
    def title(self) -> str:
        """The finding."""
        said = _("%(claimed)s of %(target)s facilities claim to be connected, %(verified)s are verified.") % {
            "claimed": _number(self.claimed_now),
            "target": _number(self.target),
            "verified": _number(self.verified_now),
        }
        return f"{said} {self.outlook}".strip()

    @property
    def outlook(self) -> str:
        """Whether the deadline will be kept, was kept, or that nothing says so."""
        missing = self.target - self.claimed_now
        if self.deadline is None or not self.target:
            return self._pace
        if not missing:
            return ""
        if self.deadline < self.today:
            days = (self.today - self.deadline).days
            return ngettext(
                "The deadline was %(days)s day ago; still missing: %(missing)s facilities.",
                "The deadline was %(days)s days ago; still missing: %(missing)s facilities.",
                days,
            ) % {"days": _number(days), "missing": _number(missing)}
        if self.projection is None:
            return _("Nothing was added in the last 7 days; missing: %(missing)s facilities.") % {
                "missing": _number(missing)
            }
        if self.projection.missing:
            return _("At this pace the deadline will be missed: %(missing)s facilities will lack on that day.") % {
                "missing": _number(self.projection.missing)
            }
        return self._pace

    @property
    def _pace(self) -> str:
        if self.projection is None:
            return ""
        return _("At this pace all will be connected on %(day)s.") % {"day": f"{self.projection.all_on:%d/%m/%Y}"}

    @property
    def rows(self) -> list[tuple[date, int, int]]:
        """Day, claimed, verified; the newest first."""
        return [(day, self.claimed[day], self.verified[day]) for day in sorted(self.claimed, reverse=True)]


def progress(standings: QuerySet[FacilityStanding], snapshots: QuerySet[Snapshot], *, today: date) -> Progress:
    """From what the reader may see, of frozen figures those in force.

    Three queries, each grouped in the database, over at most DAYS_SHOWN frozen days.

    Claimed: the facility's own day of connection. Verified: the first frozen day on which it claimed to be connected
    and every required zone on site had a camera that delivered a picture; where that was so before the first day
    shown, the first day shown. Facilities that were closed before they were connected are not waited for.
    """
    waited_for = standings.filter(Q(closed=False) | Q(connected_on__isnull=False)).order_by()
    claims = dict(waited_for.filter(connected_on__isnull=False).values_list("connected_on").annotate(count=Count("pk")))
    deadlines = sorted(
        waited_for.values_list("due_on").annotate(count=Count("pk")), key=lambda each: (-each[1], each[0] or date.max)
    )
    target = sum(count for _day, count in deadlines)
    due = [(day, count) for day, count in deadlines if day is not None]
    deadline = due[0][0] if due else None
    earliest = min([*claims, today])
    first = max(min(earliest, today - 14 * DAY), today - DAYS_SHOWN * DAY)
    proven = _verified(snapshots.filter(facility__in=waited_for.values("pk")), first=first, last=today)
    projection = project(claims, target=target, today=today, deadline=deadline)
    return Progress(
        target=target,
        today=today,
        first=first,
        last=_last(today, deadline, projection),
        deadline=deadline,
        otherwise_due=sum(count for _day, count in due[1:]),
        claimed=cumulated(claims, first=first, last=today),
        verified=cumulated(proven, first=first, last=today),
        projection=projection,
    )


def _last(today: date, deadline: date | None, projection: Projection | None) -> date:
    """The last day drawn: the deadline and what comes of the present pace, if they are near."""
    days = [deadline or today, projection.all_on if projection else today]
    return max(today, *(min(day, today + DAYS_AHEAD * DAY) for day in days))


def _verified(snapshots: QuerySet[Snapshot], *, first: date, last: date) -> dict[date, int]:
    proven = snapshots.filter(
        day__gte=first,
        day__lte=last,
        connected_on__isnull=False,
        zones_required__gt=0,
        zones_verified__gte=F("zones_required"),
    )
    firsts = proven.order_by().values("facility").annotate(first=Min("day")).values_list("first", flat=True)
    found: dict[date, int] = {}
    for day in firsts:
        found[day] = found.get(day, 0) + 1
    return found


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)

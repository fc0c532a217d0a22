"""By when: what a document's words mean, and which deadline binds a facility. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from facilities.enums import Bound, Sector, Stage


def last_good_day(day: date, bound: Bound) -> date:
    """The last day that still keeps it: "before 12/6/2021" (4403/CV-BCĐ) leaves 11/6, "by 12/6" leaves 12/6."""
    return day - timedelta(days=1) if bound is Bound.BEFORE else day


def day_ends(day: date) -> datetime:
    """24:00 of that day in Viet Nam: the first moment that is no longer part of it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def last_whole_day(moment: datetime) -> date:
    """The last day that was over at that moment; at 24:00 of a day that day itself."""
    return timezone.localdate(moment) - timedelta(days=1)


def day_as_of(moment: datetime) -> date:
    """The day that a table as of `moment` is about; 24:00 belongs to the day that it ends."""
    return timezone.localdate(moment - timedelta(microseconds=1))


@dataclass(frozen=True, slots=True)
class DeadlineFact:
    """A deadline as far as it matters to who must keep it. `issued_on` is its document's date."""

    pk: int
    milestone: Stage
    last_day: date
    issued_on: date
    set_at: datetime
    # None is the whole country; no sectors are all of them.
    area: int | None
    sectors: frozenset[Sector]
    supersedes: int | None

    def covers(self, *, province: int, district: int | None, sector: Sector) -> bool:
        """Whether a facility there, of that sector, is bound by it."""
        return self.area in (None, province, district) and (not self.sectors or sector in self.sectors)


def in_force(deadlines: Iterable[DeadlineFact], *, as_of: datetime) -> list[DeadlineFact]:
    """Those that had been set before `as_of` and that nothing set before it superseded; the earliest first."""
    known = [deadline for deadline in deadlines if deadline.set_at < as_of]
    superseded = {deadline.supersedes for deadline in known}
    return sorted((each for each in known if each.pk not in superseded), key=lambda each: (each.last_day, each.pk))


def binding(deadlines: Iterable[DeadlineFact], milestone: Stage, *, as_of: datetime) -> DeadlineFact | None:
    """The one that a facility, covered by all of these, is measured by: the earliest one in force.

    A province's own later deadline does not loosen the national one; only superseding does.
    """
    return next((each for each in in_force(deadlines, as_of=as_of) if each.milestone is milestone), None)

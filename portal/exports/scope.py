"""What an export is of: the same filters as on the page, in the reader's scope. The only tie to the pages' queries."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.domain.keys import key_of
from facilities.models import AdministrativeUnit, User
from portal.figures.refreshing import refresh
from portal.queries import reached, within
from portal.queries.sources import Rows, Source, frozen, live
from portal.tables.filters import StandingFilter, asked_day


@dataclass(frozen=True, slots=True)
class Selection:
    """The facilities that the filters leave of those that the person reaches, and both in words."""

    source: Source
    # Their figures, and their ids.
    rows: Rows
    facilities: list[int]
    unit: AdministrativeUnit | None
    scope: str
    filters: list[tuple[str, str]]
    # What a name must match; for tables of units that is theirs, not the facilities'.
    name: str


def select(person: User, query: QueryDict, *, by_facility: bool = True, of_past: bool = False) -> Selection:
    """Read the address as the page of tables does; `unit` in it is the number in the page's path.

    A unit without any facility in reach leaves none, and is not named. Where the table can be `of_past`, the day that
    the address asks for decides which figures these are; else they are those of now.
    """
    unit, now = _unit(query), timezone.now()
    day = asked_day(query, timezone.localdate(now)) if of_past else None
    if day is None:
        # As on the page: figures are brought up to date before they are read.
        while refresh(now=now):
            pass
    source = frozen(person, day, now) if day else live(person, now)
    rows = within(source.rows, unit)
    if unit is not None and not within(reached(person), unit).exists():
        unit, rows = None, rows.none()
    chosen = StandingFilter(query, rows, on=source.on, named=by_facility)
    rows = chosen.narrowed
    facilities = list(rows.order_by().values_list("facility", flat=True))
    name = chosen.chosen("q")
    scope = _("Facilities that %(person)s answers for: %(unit)s") % {
        "person": person,
        "unit": unit or _("Whole country"),
    }
    return Selection(source, rows, facilities, unit, scope, _words(chosen), name)


def in_reach(person: User, facilities: list[int]) -> bool:
    """Whether the person still reaches each of these facilities, and figures anywhere at all."""
    mine = reached(person)
    if not facilities:
        return mine.exists()
    return mine.filter(pk__in=facilities).count() == len(facilities)


def unit_in_reach(person: User, query: QueryDict) -> bool:
    """Whether the unit that the address names, if it names one, holds any facility in reach."""
    if not query.get("unit"):
        return True
    unit = _unit(query)
    return unit is not None and within(reached(person), unit).exists()


def _unit(query: QueryDict) -> AdministrativeUnit | None:
    key = key_of(query.get("unit", ""))
    return AdministrativeUnit.objects.filter(pk=key).first() if key is not None else None


def _words(chosen: StandingFilter) -> list[tuple[str, str]]:
    """Each filter that narrows, as its label and what was chosen."""
    words = []
    for name, field in chosen.fields.items():
        value = chosen.chosen(name)
        if value:
            choices = dict(getattr(field, "choices", ()))
            words.append((str(field.label), str(choices.get(value, value))))
    return words

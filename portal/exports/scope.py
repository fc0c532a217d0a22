"""What an export is of: the same filters as on the page, in the reader's scope. The only tie to the pages' queries."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from facilities.domain.folding import matches
from facilities.models import AdministrativeUnit, Facility, User
from portal.queries import compliance_by_facility, reached, within
from portal.tables.filters import ComplianceFilter

# Beyond so many digits no number of the database lies.
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Selection:
    """The facilities that the filters leave of those that the person reaches, and both in words."""

    facilities: list[int]
    unit: AdministrativeUnit | None
    scope: str
    filters: list[tuple[str, str]]
    # What a name must match; for tables of units that is theirs, not the facilities'.
    name: str


def select(person: User, query: QueryDict, *, by_facility: bool = True) -> Selection:
    """Read the address as the page of tables does; `unit` in it is the number in the page's path.

    A unit without any facility in reach leaves none, and is not named.
    """
    chosen = ComplianceFilter(query, by_facility=by_facility)
    unit = _unit(query)
    rows = within(reached(person, sector=chosen.chosen("sector"), premises=chosen.chosen("premises")), unit)
    if unit is not None and not within(reached(person), unit).exists():
        unit, rows = None, rows.none()
    name, having = chosen.chosen("q"), chosen.chosen("having") if by_facility else ""
    if having:
        found = compliance_by_facility(rows)
        facilities = [row.pk for row in found if getattr(row.standing, having) and matches(name, row.name, row.code)]
    elif name and by_facility:
        facilities = [pk for pk, called, code in _called(rows) if matches(name, called, code)]
    else:
        facilities = list(rows.order_by().values_list("pk", flat=True))
    scope = _("Facilities that %(person)s answers for: %(unit)s") % {
        "person": person,
        "unit": unit or _("Whole country"),
    }
    return Selection(facilities, unit, scope, _words(chosen), name)


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
    number = query.get("unit", "")
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        return None
    return AdministrativeUnit.objects.filter(pk=int(number)).first()


def _called(rows: QuerySet[Facility]) -> list[tuple[int, str, str]]:
    english = get_language() == "en"
    plain = rows.order_by().values_list("pk", "organisation__name", "organisation__name_en", "code")
    return [(pk, (name_en if english else "") or name, code) for pk, name, name_en, code in plain]


def _words(chosen: ComplianceFilter) -> list[tuple[str, str]]:
    """Each filter that narrows, as its label and what was chosen."""
    words = []
    for name, field in chosen.fields.items():
        value = chosen.chosen(name)
        if value:
            choices = dict(getattr(field, "choices", ()))
            words.append((str(field.label), str(choices.get(value, value))))
    return words

"""Which facilities' figures a person may see, and the part of the country in which they lie."""

from typing import TypeVar

from django.db.models import Count, Max, Min, Model, Q, QuerySet

from facilities.enums import Permission
from facilities.models import AdministrativeUnit, Facility, User

M = TypeVar("M", bound=Model)


def reached(person: User) -> QuerySet[Facility]:
    """The facilities whose figures the person may see."""
    return Facility.objects.visible_to(person, Permission.VIEW_FIGURES)


def top_unit(person: User) -> int | None:
    """The one province, or the one district, that holds every facility whose figures the person may see.

    None where they lie in several provinces, and where there are none.
    """
    ends = reached(person).aggregate(
        first_province=Min("province"),
        last_province=Max("province"),
        first_district=Min("district"),
        last_district=Max("district"),
        in_no_district=Count("pk", filter=Q(district=None)),
    )
    # Where districts are no more, the one district of the others is not the top of all.
    for level in ("province",) if ends["in_no_district"] else ("district", "province"):
        if ends[f"first_{level}"] == ends[f"last_{level}"]:
            return ends[f"first_{level}"]  # type: ignore[no-any-return] # an aggregate of keys
    return None


def within(rows: QuerySet[M], unit: AdministrativeUnit | None) -> QuerySet[M]:
    """Those, of facilities or their figures, in a province or a district; None is the whole country."""
    if unit is None:
        return rows
    return rows.filter(Q(district=unit) | Q(province=unit))


def has_districts(rows: QuerySet[M]) -> bool | None:
    """Whether each of them lies in a district; None where there are none of them. Districts were abolished in 2025."""
    counted = rows.aggregate(all=Count("pk"), in_no_district=Count("pk", filter=Q(district=None)))
    return counted["in_no_district"] == 0 if counted["all"] else None

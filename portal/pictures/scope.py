"""What part of the country a picture is about."""

from typing import TypeVar

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from facilities.domain.keys import key_of
from facilities.models import AdministrativeUnit, User
from portal.models.figures import Figures
from portal.queries import top_unit

F = TypeVar("F", bound=Figures)


def lying_in(rows: QuerySet[F], unit: AdministrativeUnit | None) -> QuerySet[F]:
    """Those in a province or a district; None is the whole country."""
    return rows if unit is None else rows.filter(Q(district=unit) | Q(province=unit))


def asked_unit(person: User, rows: QuerySet[F], asked: str) -> AdministrativeUnit | None:
    """The unit with the number that was asked for; without one the top of what the person reaches.

    404 where none of the rows, those that the person may see, lies in it, as if it were not there.
    """
    number = key_of(asked) or 0 if asked else top_unit(person)
    if number is None:
        return None
    unit = get_object_or_404(AdministrativeUnit.objects.select_related("province"), pk=number)
    if asked and not lying_in(rows, unit).exists():
        raise Http404
    return unit

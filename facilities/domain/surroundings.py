"""What a node may be about: the units that its children may have, and how much stands below it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from django.db.models import Q

from facilities.domain.placing import area_around
from facilities.enums import UnitLevel
from facilities.models import AdministrativeUnit, Organisation
from facilities.models.unit import AdministrativeUnitQuerySet


def units_for(node: Organisation) -> AdministrativeUnitQuerySet:
    """Units that a body at or below the node may answer for: its own and their districts, or all provinces."""
    around, units = area_around(node), AdministrativeUnit.objects.order_by("level", "code", "valid_from")
    if around is None:
        return units.filter(level=UnitLevel.PROVINCE)
    return units.filter(Q(pk=around.pk) | Q(province=around)).order_by("-level", "code", "valid_from")


def units_of_facilities(node: Organisation) -> AdministrativeUnitQuerySet:
    """Units in which a facility below the node may lie: districts, and provinces that have none."""
    around = area_around(node)
    fitting = AdministrativeUnit.objects.filter(districts=None)
    if around is not None:
        fitting = fitting.filter(Q(pk=around.pk) | Q(province=around))
    return fitting.order_by("province__name", "name", "code", "valid_from")


def tops(nodes: Iterable[Organisation]) -> list[Organisation]:
    """Of nodes in the order of their paths, those with none above them."""
    found: list[Organisation] = []
    for node in nodes:
        if not found or not node.path.startswith(found[-1].path):
            found.append(node)
    return found


def counted_below(node: Organisation, paths: Sequence[str]) -> int:
    """How many of these paths, which are in order, are at or below the node."""
    return bisect_left(paths, f"{node.path}~") - bisect_left(paths, node.path)

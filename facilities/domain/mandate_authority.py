"""Who may give a mandate: it lets others see and do things, so it takes what it gives."""

from collections.abc import Iterable

from django.db.models import Q

from facilities.access.roles import CARRIED
from facilities.enums import MandateFunction, OrganisationKind, Permission, Sector
from facilities.models import AdministrativeUnit, Facility, Organisation, User
from facilities.models.scope import ScopedQuerySet

_ANSWER_FOR_AREAS = (OrganisationKind.NATIONAL, OrganisationKind.PROVINCE, OrganisationKind.DISTRICT)


def lacking_for_mandate(
    person: User, *, function: MandateFunction, area: AdministrativeUnit | None, sectors: Iterable[Sector]
) -> list[Permission]:
    """What `person` would have to hold, and does not, over the area and its facilities in order to give such a mandate.

    Nobody gives what they do not hold: it takes to administer, and all that the function carries, on a body that
    answers for the area (None: the whole country) and on each facility of these sectors there.
    """
    tops, overseen = _answering(area), Facility.objects.filter(sector__in=list(sectors))
    if area is not None:
        overseen = overseen.filter(Q(province=area) | Q(district=area))
    needed = CARRIED[function] | {Permission.ADMINISTER}
    return [each for each in Permission if each in needed and not _holds(person, each, tops, overseen)]


def _answering(area: AdministrativeUnit | None) -> ScopedQuerySet[Organisation]:
    """The open bodies under which the area belongs: the national ones, its province's, its district's.

    None but such bodies of wider areas stand above one. A department can have a body for any district of its province
    below it, and still answers for no facilities there but its own.
    """
    bodies = Q(kind=OrganisationKind.NATIONAL)
    if area is not None:
        units = [area.pk, area.province_id] if area.province_id else [area.pk]
        bodies |= Q(area__in=units, kind__in=[OrganisationKind.PROVINCE, OrganisationKind.DISTRICT])
    found = Organisation.objects.filter(bodies, valid_to=None)
    lines = {node.pk: _above(node.path) for node in found}
    above = Organisation.objects.filter(path__in={path for line in lines.values() for path in line})
    others = set(above.exclude(kind__in=_ANSWER_FOR_AREAS).values_list("path", flat=True))
    return found.filter(pk__in=[pk for pk, line in lines.items() if not line & others])  # type: ignore[no-any-return] # treebeard is untyped


def _above(path: str) -> set[str]:
    step = Organisation.steplen
    return {path[:end] for end in range(step, len(path), step)}


def _holds(
    person: User, permission: Permission, tops: ScopedQuerySet[Organisation], overseen: ScopedQuerySet[Facility]
) -> bool:
    if not tops.visible_to(person, permission).exists():
        return False
    return not overseen.exclude(pk__in=Facility.objects.visible_to(person, permission).values("pk")).exists()

"""Who may give a mandate: it lets others see and do things, so it takes what it gives. Who holds what over an area."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from facilities.access.roles import CARRIED
from facilities.enums import MandateFunction, OrganisationKind, Permission, Sector
from facilities.models import AdministrativeUnit, Facility, Mandate, Organisation, User
from facilities.models.scope import ScopedQuerySet

_ANSWER_FOR_AREAS = (OrganisationKind.NATIONAL, OrganisationKind.PROVINCE, OrganisationKind.DISTRICT)


def lacking_for_mandate(
    person: User, *, function: MandateFunction, area: AdministrativeUnit | None, sectors: Iterable[Sector]
) -> list[Permission]:
    """What `person` would have to hold, and does not, over the area and its facilities in order to give such a mandate.

    Nobody gives what they do not hold: it takes to administer, and all that the function carries, on a body that
    answers for the area (None: the whole country) and on each facility of these sectors there.
    """
    tops, overseen = _answering(area), _facilities(area, sectors)
    needed = CARRIED[function] | {Permission.ADMINISTER}
    return [each for each in Permission if each in needed and not _holds(person, each, tops, overseen)]


def holds_over(
    person: User,
    permission: Permission,
    *,
    area: AdministrativeUnit | None,
    sectors: Iterable[Sector],
    now: datetime,
) -> bool:
    """Whether `person` has the permission for all facilities of these sectors in the area, also for those to come.

    Either on a body that answers for the area and on each facility there, or along mandates in force that cover both.
    """
    wanted = set(sectors)
    if _holds(person, permission, _answering(area), _facilities(area, wanted)):
        return True
    functions = [function for function, carried in CARRIED.items() if permission in carried]
    around = Q(area=None) if area is None else Q(area=None) | Q(area__in=_unit_and_above(area))
    in_force = Mandate.objects.valid_on(timezone.localdate(now)).filter(around, function__in=functions)
    mandates = in_force.visible_to(person, permission, now)
    return wanted <= {Sector(sector) for mandate in mandates for sector in mandate.sectors}


def _facilities(area: AdministrativeUnit | None, sectors: Iterable[Sector]) -> ScopedQuerySet[Facility]:
    found = Facility.objects.filter(sector__in=list(sectors))
    return found if area is None else found.filter(Q(province=area) | Q(district=area))


def _unit_and_above(area: AdministrativeUnit) -> list[int]:
    return [area.pk, area.province_id] if area.province_id else [area.pk]


def _answering(area: AdministrativeUnit | None) -> ScopedQuerySet[Organisation]:
    """The open bodies under which the area belongs: the national ones, its province's, its district's.

    None but such bodies of wider areas stand above one. A department can have a body for any district of its province
    below it, and still answers for no facilities there but its own.
    """
    bodies = Q(kind=OrganisationKind.NATIONAL)
    if area is not None:
        bodies |= Q(area__in=_unit_and_above(area), kind__in=[OrganisationKind.PROVINCE, OrganisationKind.DISTRICT])
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

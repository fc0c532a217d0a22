"""Who may move what where: whoever has a role at the new place, or oversees it, sees it, so it takes what they gain."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from facilities.access.delegation import held
from facilities.access.roles import BUNDLES, CARRIED
from facilities.domain.mandate_authority import lacking_for_mandate
from facilities.enums import MandateFunction, Permission, Role, Sector
from facilities.models import AdministrativeUnit, Facility, Mandate, Organisation, RoleGrant, User


def lacking_to_move(person: User, nodes: Sequence[Organisation], to: Organisation, now: datetime) -> list[Permission]:
    """What moving the nodes, which have one parent, below `to` would give to others or oneself and `person` lacks.

    People with roles on the way down to `to`, and not above the nodes already, get their permissions over the nodes,
    and over what bodies there oversee. `person` must hold these there, as for giving a role or a mandate.
    """
    gained = _gained(nodes, to, now)
    if not gained:
        return []
    lacking = {each for node in nodes for each in gained - held(person, node, now).keys()}
    for mandate in _mandates(nodes, now):
        function, sectors = MandateFunction(mandate.function), [Sector(sector) for sector in mandate.sectors]
        if carried := gained & CARRIED[function]:
            lacking |= carried & set(lacking_for_mandate(person, function=function, area=mandate.area, sectors=sectors))
    return [each for each in Permission if each in lacking]


def lacking_to_recast(
    person: User, facility: Facility, *, sector: Sector, unit: AdministrativeUnit, now: datetime
) -> list[Permission]:
    """What another sector or unit of a facility would give over it along mandates, and `person` lacks on it.

    Mandates that reach it so already give nothing new.
    """
    before = _overseeing(Sector(facility.sector), facility.district or facility.province, now)
    gained: set[Permission] = set()
    for mandate in _overseeing(sector, unit, now).exclude(pk__in=before.values("pk")).select_related("organisation"):
        roles = _roles_on(set(_line(mandate.organisation.path)), now)
        gained |= CARRIED[MandateFunction(mandate.function)] & roles
    lacking = gained - held(person, facility.organisation, now).keys() if gained else set()
    return [each for each in Permission if each in lacking]


def _overseeing(sector: Sector, unit: AdministrativeUnit, now: datetime) -> QuerySet[Mandate]:
    """Mandates that have not ended over facilities of the sector that lie in the unit."""
    areas = [unit.pk, unit.province_id] if unit.province_id else [unit.pk]
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate(now))
    return Mandate.objects.filter(Q(area=None) | Q(area__in=areas), lasting, sectors__contains=[sector])


def _gained(nodes: Sequence[Organisation], to: Organisation, now: datetime) -> set[Permission]:
    """What people have on the new way down, and not by a grant on the old one, which goes on reaching the nodes."""
    kept = {path for node in nodes for path in _line(node.path)}
    return _roles_on(set(_line(to.path)) - kept, now)


def _roles_on(paths: set[str], now: datetime) -> set[Permission]:
    """All that is in the roles held on these nodes that have not ended."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    roles = RoleGrant.objects.filter(lasting, organisation__path__in=paths).order_by()
    return {
        permission for role in roles.values_list("role", flat=True).distinct() for permission in BUNDLES[Role(role)]
    }


def _mandates(nodes: Sequence[Organisation], now: datetime) -> list[Mandate]:
    """Of bodies at and below the nodes, those that have not ended."""
    below = Q()
    for node in nodes:
        below |= Q(organisation__path__gte=node.path, organisation__path__lt=f"{node.path}~")
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate(now))
    return list(Mandate.objects.filter(below, lasting).select_related("area")) if nodes else []


def _line(path: str) -> list[str]:
    """The paths of a node and of all above it."""
    step = Organisation.steplen
    return [path[:end] for end in range(step, len(path) + 1, step)]

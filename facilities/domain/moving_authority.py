"""Who may move what where: whoever has a role at the new place sees it from then on, so it takes what that gives."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from facilities.access.delegation import held
from facilities.access.roles import BUNDLES, CARRIED
from facilities.domain.mandate_authority import lacking_for_mandate
from facilities.enums import MandateFunction, Permission, Role, Sector
from facilities.models import Mandate, Organisation, RoleGrant, User


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


def _gained(nodes: Sequence[Organisation], to: Organisation, now: datetime) -> set[Permission]:
    """What people have on the new way down, and not by a grant on the old one, which goes on reaching the nodes."""
    kept = {path for node in nodes for path in _line(node.path)}
    grants = RoleGrant.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now), organisation__path__in=set(_line(to.path)) - kept
    )
    roles = grants.order_by().values_list("role", flat=True).distinct()
    return {permission for role in roles for permission in BUNDLES[Role(role)]}


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

"""Why somebody reaches what they reach: the rule of access, told as the grants and mandates behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from facilities.access.roles import BUNDLES, CARRIED
from facilities.access.rule import PLACES, WHOLE_COUNTRY
from facilities.enums import MandateFunction, Permission, Role
from facilities.models import Facility, Mandate, Organisation, RoleGrant, User

# Beyond the grant: what it reaches by itself it reaches with all its permissions, and no mandate adds to that. Which
# grant reaches which mandate is settled first, or each pair of mandate and facility would be held against each grant.
_BEYOND_GRANTS = f"""
    WITH led AS MATERIALIZED (
        SELECT granted.id AS grant_id, top.path, mandate.id AS mandate_id, mandate.area_id, mandate.sectors
        FROM facilities_rolegrant AS granted
        JOIN facilities_organisation AS top ON top.id = granted.organisation_id
        JOIN facilities_organisation AS holder ON holder.path >= top.path AND holder.path < top.path || '~'
        JOIN facilities_mandate AS mandate ON mandate.organisation_id = holder.id
        WHERE granted.id = ANY(%s) AND mandate.valid_from <= %s AND (mandate.valid_to IS NULL OR mandate.valid_to >= %s)
    )
    SELECT led.grant_id, led.mandate_id, count(*)
    FROM led
    JOIN ({PLACES}) AS place
      ON place.area_id = COALESCE(led.area_id, {WHOLE_COUNTRY}) AND place.sector = ANY(led.sectors)
    JOIN facilities_organisation AS node ON node.id = place.organisation_id
    WHERE NOT (node.path >= led.path AND node.path < led.path || '~')
    GROUP BY led.grant_id, led.mandate_id
"""  # noqa: S608 - constant text, values as parameters


@dataclass(frozen=True)
class Reason:
    """One line of "who reaches this node, and why": the grant and, if it leads there along one, the mandate."""

    person: User
    permissions: frozenset[Permission]
    grant: RoleGrant
    mandate: Mandate | None

    @property
    def via(self) -> Organisation:
        """The body through which the node is reached: the mandate's holder, or else where the grant was made."""
        return self.mandate.organisation if self.mandate else self.grant.organisation


@dataclass(frozen=True)
class Reach:
    """One line of "what does this person reach, and why"."""

    grant: RoleGrant
    mandate: Mandate | None
    permissions: frozenset[Permission]
    # Without a mandate: at and below the grant's node. Along one: overseen and not reached by the grant itself.
    facilities: int

    @property
    def node(self) -> Organisation:
        """Where the grant was made, or the body that holds the mandate."""
        return self.mandate.organisation if self.mandate else self.grant.organisation


def who_reaches(organisation: Organisation, now: datetime) -> list[Reason]:
    """Everyone who reaches the node at `now`, by name, a line for each grant and each mandate that leads there.

    A mandate is named only where its grant does not reach the node by itself, for it would add nothing. Disabled
    people reach nothing. Empty for a node that is gone. Three queries.
    """
    node = Organisation.objects.filter(pk=organisation.pk).select_related("facility").first()
    if node is None:
        return []
    mandates = list(_overseeing(node, now))
    holders = {above for mandate in mandates for above in _line(mandate.organisation.path)}
    grants = (
        _in_force(now)
        .filter(user__is_active=True, organisation__path__in=holders | _line(node.path))
        .select_related("user", "organisation", "granted_by")
        .order_by("user__full_name", "user_id", "organisation__path", "role")
    )
    return [
        Reason(grant.user, permissions, grant, mandate)
        for grant in grants
        for mandate in _ways(grant, node, mandates)
        if (permissions := _carried(grant, mandate))
    ]


def what_is_reached(person: User, now: datetime) -> list[Reach]:
    """What the person reaches at `now`: a line for each grant, then one for each mandate that leads beyond it.

    Empty for the disabled. Three queries, whatever the number of grants and mandates.
    """
    if not person.is_active:
        return []
    grants = list(
        _in_force(now)
        .filter(user=person)
        .select_related("user", "organisation", "granted_by")
        .annotate(facilities=_facilities_below("organisation__path"))
        .order_by("organisation__path", "role")
    )
    today = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND_GRANTS, ([grant.pk for grant in grants], today, today))
        beyond = cursor.fetchall()
    mandates = Mandate.objects.select_related("organisation", "area").in_bulk({mandate for _, mandate, _ in beyond})
    lines = []
    for grant in grants:
        lines.append(Reach(grant, None, _carried(grant, None), grant.facilities))
        along = [(mandates[mandate], count) for of, mandate, count in beyond if of == grant.pk]
        for mandate, count in sorted(along, key=lambda each: (each[0].organisation.path, each[0].function, each[0].pk)):
            if permissions := _carried(grant, mandate):
                lines.append(Reach(grant, mandate, permissions, count))
    return lines


def _in_force(now: datetime) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def _overseeing(node: Organisation, now: datetime) -> Iterable[Mandate]:
    """The mandates in force that lead to the facility at this node; none lead to a body."""
    facility = getattr(node, "facility", None)
    if facility is None:
        return Mandate.objects.none()
    in_area = Q(area__isnull=True) | Q(area__in=[facility.province_id, facility.district_id])
    return (
        Mandate.objects.valid_on(timezone.localdate(now))
        .filter(in_area, sectors__contains=[facility.sector])
        .select_related("organisation", "area")
    )


def _ways(grant: RoleGrant, node: Organisation, mandates: Iterable[Mandate]) -> Iterable[Mandate | None]:
    """How the grant leads to the node: down the tree (None), or else along mandates of bodies that it reaches."""
    top = grant.organisation.path
    if node.path.startswith(top):
        return [None]
    return [mandate for mandate in mandates if mandate.organisation.path.startswith(top)]


def _carried(grant: RoleGrant, mandate: Mandate | None) -> frozenset[Permission]:
    permissions = BUNDLES[Role(grant.role)]
    return permissions if mandate is None else permissions & CARRIED[MandateFunction(mandate.function)]


def _line(path: str) -> set[str]:
    """The paths of a node and of all above it."""
    return {path[:end] for end in range(Organisation.steplen, len(path) + 1, Organisation.steplen)}


def _facilities_below(path: str) -> Coalesce:
    """How many facilities stand at or below the outer row's path, by a range of the path's index as in the rule."""
    below = Facility.objects.filter(
        organisation__path__gte=OuterRef(path), organisation__path__lt=Concat(OuterRef(path), Value("~"))
    )
    count = below.order_by().annotate(all=Value(1)).values("all").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)

"""What stands at this moment behind open sockets: logins and grants, in the same few queries for one or a thousand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.sessions.models import Session
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import MD5, Cast
from django.utils import timezone

from facilities.enums import Permission
from facilities.models import Mandate, OrganisationGrant, User


@dataclass(frozen=True, slots=True)
class Standing:
    """What one look found.

    `grants` and `mandates` are fingerprints: equal ones tell that nothing was given or taken, or began or ended, since.
    """

    sessions: frozenset[str]
    # Of those who may log in: the stored hash, which every session is bound to.
    passwords: Mapping[int, str]
    # By person and permission; whoever is not in it was granted nothing that counts now, and so reaches nothing.
    grants: Mapping[tuple[int, str], str]
    mandates: str


def look(
    sessions: Collection[str], people: Collection[int], permissions: Collection[Permission], now: datetime
) -> Standing:
    """How these sessions, people and their grants of these permissions stand at `now`. Four queries."""
    standing = Session.objects.filter(pk__in=sessions, expire_date__gt=now)
    able = User.objects.filter(pk__in=people, is_active=True)
    return Standing(
        sessions=frozenset(standing.values_list("pk", flat=True)),
        passwords=dict(able.values_list("pk", "password")),
        grants=_grants(people, permissions, now),
        mandates=_mandates(now),
    )


def _grants(people: Collection[int], permissions: Collection[Permission], now: datetime) -> dict[tuple[int, str], str]:
    counted = OrganisationGrant.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        user__in=people,
        permission__codename__in=[permission.value for permission in permissions],
    )
    nodes = StringAgg(Cast("content_object_id", TextField()), Value(","), order_by="content_object_id")
    rows = counted.values("user_id", codename=F("permission__codename")).annotate(seen=MD5(nodes))
    return {(row["user_id"], row["codename"]): row["seen"] for row in rows}


def _mandates(now: datetime) -> str:
    whole_row = Func(template="facilities_mandate::text", output_field=TextField())
    in_force = Mandate.objects.valid_on(timezone.localdate(now)).order_by()
    seen: str | None = in_force.aggregate(seen=MD5(StringAgg(whole_row, Value(","), order_by="pk")))["seen"]
    return seen or ""

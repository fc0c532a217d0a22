"""Giving and taking roles. The only module that writes guardian's permissions."""

import asyncio
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from guardian.shortcuts import assign_perm

from facilities.access.roles import BUNDLES
from facilities.enums import Role
from facilities.models import Organisation, OrganisationGrant, RoleGrant, User

# What each process that holds open sockets listens on for changes of what people may see.
ACCESS_CHANGES = "access"
# The news only makes sockets look again sooner than they would anyway: nobody's work waits long for it.
LONGEST_NEWS_SECONDS = 2.0


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    organisation: Organisation,
    actor: User | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> RoleGrant:
    """Give `user` the role on the node and all below, until `expires_at`; given again it takes the new end.

    Nothing here asks whether `actor` may: facilities.access.delegation does.
    """
    grant, created = RoleGrant.objects.get_or_create(
        user=user,
        role=role,
        organisation=organisation,
        defaults={"granted_by": actor, "granted_at": now, "expires_at": expires_at},
    )
    if not created and grant.expires_at != expires_at:
        grant.granted_by, grant.granted_at, grant.expires_at = actor, now, expires_at
        grant.save()
    _follow(user, organisation)
    return grant


@transaction.atomic
def revoke_role(*, user: User, role: Role, organisation: Organisation) -> None:
    """Take the role away; permissions that another role on the same node still gives, stay."""
    RoleGrant.objects.filter(user=user, role=role, organisation=organisation).delete()
    _follow(user, organisation)


def announce_access_change(user_id: int) -> None:
    """After this transaction, tell the person's open sockets to look again at what they may see."""
    _announce(user_id)


def announce_tree_change() -> None:
    """After this transaction, tell all open sockets to look again: something was moved, or oversight changed."""
    _announce(None)


def _announce(user_id: int | None) -> None:
    # What is committed stays so while the news cannot be sent; the sockets find out by themselves (access.vigil).
    def tell() -> None:
        async_to_sync(_tell)(user_id)

    transaction.on_commit(tell, robust=True)


async def _tell(user_id: int | None) -> None:
    layer: Any = get_channel_layer()
    if layer is not None:
        async with asyncio.timeout(LONGEST_NEWS_SECONDS):
            await layer.group_send(ACCESS_CHANGES, {"type": "access.changed", "person": user_id})


def _follow(user: User, organisation: Organisation) -> None:
    """Make guardian's rows for this person and node the union of the roles held there, each to its latest end."""
    wanted: dict[str, datetime | None] = {}
    for role, end in RoleGrant.objects.filter(user=user, organisation=organisation).values_list("role", "expires_at"):
        for permission in BUNDLES[Role(role)]:
            before = wanted.get(permission.value, end)
            wanted[permission.value] = None if end is None or before is None else max(end, before)
    # Guardian says of a disabled person that they hold nothing; their rows would stay, and count once they are enabled.
    rows = OrganisationGrant.objects.filter(user=user, content_object=organisation)
    rows.exclude(permission__codename__in=wanted).delete()
    for codename, end in wanted.items():
        assign_perm(codename, user, organisation)
        rows.filter(permission__codename=codename).update(expires_at=end)
    announce_access_change(user.pk)

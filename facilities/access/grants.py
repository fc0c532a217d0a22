"""Giving and taking roles. The only module that writes guardian's permissions."""

from datetime import datetime

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from guardian.shortcuts import assign_perm, get_user_perms, remove_perm

from facilities.access.roles import BUNDLES
from facilities.enums import Role
from facilities.models import Organisation, RoleGrant, User


def access_group(user_id: int) -> str:
    """The channel group that a person's open sockets listen on for changes of what they may see."""
    return f"access.{user_id}"


@transaction.atomic
def grant_role(*, user: User, role: Role, organisation: Organisation, actor: User | None, now: datetime) -> RoleGrant:
    """Give `user` the role on the node and all below; given twice it changes nothing."""
    grant, _created = RoleGrant.objects.get_or_create(
        user=user, role=role, organisation=organisation, defaults={"granted_by": actor, "granted_at": now}
    )
    _follow(user, organisation)
    return grant


@transaction.atomic
def revoke_role(*, user: User, role: Role, organisation: Organisation) -> None:
    """Take the role away; permissions that another role on the same node still gives, stay."""
    RoleGrant.objects.filter(user=user, role=role, organisation=organisation).delete()
    _follow(user, organisation)


def announce_access_change(user_id: int) -> None:
    """After this transaction, tell the person's open sockets to look again at what they may see."""
    layer = get_channel_layer()
    if layer is not None:
        message = {"type": "access.changed"}
        transaction.on_commit(lambda: async_to_sync(layer.group_send)(access_group(user_id), message))


def _follow(user: User, organisation: Organisation) -> None:
    """Make guardian's rows for this person and node the union of the roles held there."""
    roles = RoleGrant.objects.filter(user=user, organisation=organisation).values_list("role", flat=True)
    wanted = {permission.value for role in roles for permission in BUNDLES[Role(role)]}
    held = set(get_user_perms(user, organisation))
    for codename in wanted - held:
        assign_perm(codename, user, organisation)
    for codename in held - wanted:
        remove_perm(codename, user, organisation)
    announce_access_change(user.pk)

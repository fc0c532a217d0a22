"""Several bodies become one: what stood below them, and if so chosen who worked there, goes over to it."""

import logging
from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.access.delegation import held
from facilities.access.grants import grant_role, revoke_role
from facilities.access.roles import BUNDLES
from facilities.domain.closing import day_before, end
from facilities.domain.moving import relocate
from facilities.domain.placing import closed
from facilities.domain.records import record
from facilities.domain.tree_change import check_day, locked, reshaping
from facilities.enums import OrganisationKind, RecordedAction, Role
from facilities.models import Organisation, RoleGrant, User

log = logging.getLogger(__name__)


def merge_organisations(
    *,
    into: Organisation,
    merged: Iterable[Organisation],
    on: date,
    carry_roles: bool,
    actor: User | None,
    now: datetime,
) -> Organisation:
    """Let `merged` go over into `into` on that day: what stands below them moves, their mandates end the day before.

    They stay in the tree, closed, with their history and `into` as their successor. People who hold roles on them hold
    these on `into` from then on with `carry_roles`, and lose them without. Raises ValidationError by field.
    """
    old = list(merged)
    with reshaping():
        target, *bodies = locked(into, *old)
        check_day(on, now)
        _check_kinds(target, bodies)
        for body in bodies:
            # Each move gives branches new paths.
            target, fresh = locked(into, body)
            absorb(fresh, target, on=on, heirs=[target] if carry_roles else [], actor=actor, now=now)
    return target


def absorb(
    body: Organisation,
    target: Organisation,
    *,
    on: date,
    heirs: Iterable[Organisation],
    actor: User | None,
    now: datetime,
) -> None:
    """One body goes over into another, within a change of the tree that others are part of; both rows are locked.

    Roles held on it are held on each of `heirs` from then on. It may have been ended already.
    """
    children = list(Organisation.objects.get_children(body).filter(valid_to=None).select_related("area"))
    for child in children:
        target.refresh_from_db()
        child.refresh_from_db()
        relocate(child, target, on=on, actor=actor, now=now)
    body.refresh_from_db()
    roles = hand_over(body, heirs, actor=actor, now=now)
    if body.valid_to is None:
        end(body, last_day=day_before(on), actor=actor, now=now)
    body.successor = target
    body.save(update_fields=["successor"])
    record(
        RecordedAction.ORGANISATION_MERGED,
        actor=actor,
        now=now,
        organisation=target,
        subject=f"{body.name} → {target.name}",
        detail={"merged": body.pk, "on": on.isoformat(), "below": [child.pk for child in children], "roles": roles},
    )
    log.info("Organisation %s merged into %s", body.pk, target.pk)


def hand_over(body: Organisation, to: Iterable[Organisation], *, actor: User | None, now: datetime) -> int:
    """Take all roles held on a body away, and give them on each of `to` with the same end; how many there were.

    A role that somebody holds there already keeps its own end where that is the later one. One that has run out is
    not given again.
    """
    targets = list(to)
    grants = list(RoleGrant.objects.filter(organisation=body).select_related("user"))
    for grant in grants:
        role = Role(grant.role)
        for target in targets if grant.expires_at is None or grant.expires_at > now else []:
            expiry = _later(grant, RoleGrant.objects.filter(user=grant.user, organisation=target, role=role).first())
            grant_role(
                user=grant.user,
                role=role,
                organisation=target,
                actor=actor or grant.granted_by,
                now=now,
                expires_at=expiry,
            )
            _put_on_record(RecordedAction.ROLE_GRANTED, grant, target, actor, now)
        revoke_role(user=grant.user, role=role, organisation=body)
        _put_on_record(RecordedAction.ROLE_REVOKED, grant, body, actor, now)
    return len(grants)


def roles_beyond(person: User, bodies: Iterable[Organisation], into: Organisation, now: datetime) -> list[Role]:
    """Roles held on `bodies` that `person` may not give on `into`: with a permission they lack there, or for longer."""
    holding = held(person, into, now)
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    grants = RoleGrant.objects.filter(lasting, organisation__in=list(bodies)).values_list("role", "expires_at")
    beyond = {
        role
        for role, end in grants
        for permission in BUNDLES[Role(role)]
        if permission not in holding or _outlasts(end, holding[permission])
    }
    return [role for role in Role if role in beyond]


def _outlasts(end: datetime | None, bound: datetime | None) -> bool:
    return bound is not None and (end is None or end > bound)


def _check_kinds(target: Organisation, bodies: list[Organisation]) -> None:
    if not bodies:
        raise ValidationError({"merged": _("Choose at least one body that goes over into this one.")})
    for body in bodies:
        if body.pk == target.pk:
            raise ValidationError({"merged": _("A body cannot be merged into itself.")})
        if body.kind != target.kind or body.kind == OrganisationKind.FACILITY:
            raise ValidationError({"merged": _("Only bodies of one kind are merged, and facilities are not.")})
        if target.path.startswith(body.path):
            raise ValidationError({"merged": _("%(name)s cannot stand below itself.") % {"name": body}})
    for node in (target, *bodies):
        if node.valid_to is not None:
            raise ValidationError({"merged": closed(node)})


def _later(grant: RoleGrant, there: RoleGrant | None) -> datetime | None:
    if there is None:
        return grant.expires_at
    ends = (grant.expires_at, there.expires_at)
    return None if None in ends else max(moment for moment in ends if moment is not None)


def _put_on_record(
    action: RecordedAction, grant: RoleGrant, organisation: Organisation, actor: User | None, now: datetime
) -> None:
    record(
        action,
        actor=actor,
        now=now,
        organisation=organisation,
        subject=f"{grant.user}: {grant.role} @ {organisation.name}"[:300],
        detail={"person": grant.user_id, "role": grant.role},
    )

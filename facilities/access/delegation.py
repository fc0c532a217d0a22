"""Who may give and take which role where: nobody gives what they do not hold themselves, nor for longer."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.grants import grant_role, revoke_role
from facilities.access.roles import BUNDLES
from facilities.domain.records import record
from facilities.enums import Permission, RecordedAction, Role
from facilities.models import Organisation, OrganisationGrant, RoleGrant, User

# Permissions with their end; None is without end.
Holding = dict[Permission, datetime | None]


class GrantRefused(ValidationError):  # noqa: N818 - an answer to somebody who asked, not a fault
    """A role is not given or not taken. Says why by field: `user`, `organisation`, `role`, `expires_at`."""


@dataclass(frozen=True, slots=True)
class Grantable:
    """A role, as somebody may or may not give it on a node."""

    role: Role
    # What of it they do not hold there.
    lacking: tuple[Permission, ...]
    # What they give must end by then; None is no bound.
    latest_end: datetime | None

    @property
    def allowed(self) -> bool:
        """Whether they hold all of it."""
        return not self.lacking

    @property
    def reason(self) -> str:
        """Why not, in words; empty where they may."""
        if self.allowed:
            return ""
        names = ", ".join(str(permission.label) for permission in self.lacking)
        return _("You do not hold this there yourself: %(permissions)s.") % {"permissions": names}


def held(person: User, organisation: Organisation, now: datetime) -> Holding:
    """What the person holds on the node through grants at it or above it, with the latest end of each permission.

    Mandates do not count: what reaches somebody along one is not theirs to pass on. One query.
    """
    above = range(Organisation.steplen, len(organisation.path) + 1, Organisation.steplen)
    rows = OrganisationGrant.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now),
        user=person,
        user__is_active=True,
        content_object__path__in=[organisation.path[:end] for end in above],
    )
    holding: Holding = {}
    for codename, end in rows.values_list("permission__codename", "expires_at"):
        permission = Permission(codename)
        before = holding.get(permission, end)
        holding[permission] = None if end is None or before is None else max(end, before)
    return holding


def grantable_roles(actor: User, organisation: Organisation, now: datetime) -> list[Grantable]:
    """Every role with whether `actor` may give it on the node, and why not. None may without administering there."""
    holding = held(actor, organisation, now)
    needed = () if Permission.ADMINISTER in holding else (Permission.ADMINISTER,)
    return [
        Grantable(role, (*_lacking(role, holding), *(p for p in needed if p not in BUNDLES[role])), _end(role, holding))
        for role in Role
    ]


def check_grant(
    *, actor: User, user: User, role: Role, organisation: Organisation, expires_at: datetime | None, now: datetime
) -> None:
    """Raise GrantRefused unless `actor` may give `user` the role on the node, from `now` until `expires_at`.

    It takes administering the node, holding there by grants all that is in the role, and an end that is no later than
    that of each permission's last grant. A node out of reach is refused in the words for one that does not exist.
    """
    holding = held(actor, organisation, now)
    _check_place(organisation, holding, now)
    problems: dict[str, list[str]] = {}
    if user.pk == actor.pk:
        problems["user"] = [_("Nobody gives a role to themselves. Ask another administrator.")]
    elif not user.is_active:
        problems["user"] = [_("This account is disabled. Enable it first.")]
    if lacking := _lacking(role, holding):
        problems["role"] = [Grantable(role, lacking, None).reason]
    if expires_at is not None and expires_at <= now:
        problems["expires_at"] = [_("The end must lie in the future.")]
    elif not lacking and _later(expires_at, _end(role, holding)):
        problems["expires_at"] = [_ends_before(_end(role, holding))]
    if problems:
        raise GrantRefused(problems)


def check_revocation(*, actor: User, grant: RoleGrant, now: datetime) -> None:
    """Raise GrantRefused unless `actor` may take the role away: who could give it may, whenever it ends.

    One's own role one may give up, but not the last with which one administers anything.
    """
    holding = held(actor, grant.organisation, now)
    if Permission.ADMINISTER not in holding:
        raise GrantRefused({"organisation": [_not_there()]})
    if lacking := _lacking(Role(grant.role), holding):
        raise GrantRefused({"role": [Grantable(Role(grant.role), lacking, None).reason]})
    if grant.user_id == actor.pk and _is_last_to_administer(grant, now):
        refusal = _("This is the last role with which you administer. Have another administrator take it from you.")
        raise GrantRefused({"user": [refusal]})


@transaction.atomic
def give_role(
    *, actor: User, user: User, role: Role, organisation: Organisation, expires_at: datetime | None, now: datetime
) -> RoleGrant:
    """Check, give and put on record, as one. Given again it takes the new end; with the same end nothing happens.

    What `actor` holds cannot be taken from them meanwhile by whoever else gives or takes. Raises GrantRefused.
    """
    actor, user = lock_people(actor, user)
    organisation = _locked(organisation)
    check_grant(actor=actor, user=user, role=role, organisation=organisation, expires_at=expires_at, now=now)
    before = RoleGrant.objects.filter(user=user, role=role, organisation=organisation).first()
    if before is not None and before.expires_at == expires_at:
        return before
    grant = grant_role(user=user, role=role, organisation=organisation, actor=actor, now=now, expires_at=expires_at)
    _record(RecordedAction.ROLE_GRANTED, grant, actor=actor, now=now)
    return grant


@transaction.atomic
def take_role(*, actor: User, grant: RoleGrant, now: datetime) -> None:
    """Check, take away and put on record, as one. What is gone already stays gone. Raises GrantRefused."""
    actor, user = lock_people(actor, grant.user)
    organisation = _locked(grant.organisation)
    now_there = RoleGrant.objects.filter(pk=grant.pk).select_related("organisation", "user").first()
    if now_there is None:
        return
    check_revocation(actor=actor, grant=now_there, now=now)
    revoke_role(user=user, role=Role(now_there.role), organisation=organisation)
    _record(RecordedAction.ROLE_REVOKED, now_there, actor=actor, now=now)


def lock_people(*people: User) -> list[User]:
    """The same people as they are now; until the transaction ends nobody else gives, takes or disables for them.

    Locked in one order, so that two administrators who change each other do not wait for each other for ever.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in={person.pk for person in people}).order_by("pk")
    locked = {person.pk: person for person in rows}
    return [locked[person.pk] for person in people]


def _locked(organisation: Organisation) -> Organisation:
    """The node where it stands now; it is not moved while a grant on it is being decided."""
    node: Organisation | None = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first()
    if node is None:
        raise GrantRefused({"organisation": [_not_there()]})
    return node


def _check_place(organisation: Organisation, holding: Holding, now: datetime) -> None:
    if Permission.ADMINISTER not in holding:
        raise GrantRefused({"organisation": [_not_there()]})
    if organisation.valid_to is not None and organisation.valid_to < timezone.localdate(now):
        raise GrantRefused({"organisation": [_("This body is closed.")]})


def _lacking(role: Role, holding: Holding) -> tuple[Permission, ...]:
    return tuple(permission for permission in Permission if permission in BUNDLES[role] and permission not in holding)


def _end(role: Role, holding: Holding) -> datetime | None:
    """When the first of the role's permissions ends for whoever holds these."""
    ends = [end for permission, end in holding.items() if permission in BUNDLES[role] and end is not None]
    return min(ends, default=None)


def _later(end: datetime | None, bound: datetime | None) -> bool:
    return bound is not None and (end is None or end > bound)


def _is_last_to_administer(grant: RoleGrant, now: datetime) -> bool:
    def administers(other: RoleGrant) -> bool:
        in_force = other.expires_at is None or other.expires_at > now
        return in_force and Permission.ADMINISTER in BUNDLES[Role(other.role)]

    others = RoleGrant.objects.filter(user=grant.user_id).exclude(pk=grant.pk)
    return administers(grant) and not any(administers(other) for other in others)


def _not_there() -> str:
    return _("There is no such body among those that you administer.")


def _ends_before(bound: datetime | None) -> str:
    assert bound is not None  # noqa: S101 - a bound that something is later than
    time = timezone.localtime(bound).strftime("%H:%M %d/%m/%Y")
    return _("Your own role there ends at %(time)s, and what you give ends with it at the latest.") % {"time": time}


def _record(action: RecordedAction, grant: RoleGrant, *, actor: User, now: datetime) -> None:
    record(
        action,
        actor=actor,
        now=now,
        organisation=grant.organisation,
        subject=str(grant.user),
        detail={
            "person": grant.user_id,
            "role": grant.role,
            "until": grant.expires_at.isoformat() if grant.expires_at else None,
        },
    )

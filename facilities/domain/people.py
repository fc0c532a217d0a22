"""The people whom an administrator answers for: who they are, whether their accounts work, what a role would open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.delegation import held, lock_people, take_role
from facilities.access.grants import announce_access_change
from facilities.access.roles import BUNDLES, CARRIED
from facilities.access.rule import organisations_reached
from facilities.domain.invitations import pending
from facilities.domain.records import record
from facilities.enums import Permission, RecordedAction, Role
from facilities.models import Facility, Mandate, Organisation, Record, RoleGrant, User

# A grant that ends within this time is brought to the administrators' notice.
SOON = timedelta(days=14)

# As django.contrib.auth marks an account without a password; such a one that never logged in waits for its person.
INVITED = Q(is_active=True, last_login__isnull=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)


class AccountRefused(ValidationError):  # noqa: N818 - an answer to somebody who asked, not a fault
    """An account is not disabled, enabled or withdrawn; says why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a role would let somebody see: facilities at and below the node, and further ones along its mandates."""

    below: int
    beyond: int


def grants_administered(actor: User, now: datetime) -> QuerySet[RoleGrant]:
    """Roles, also those that have ended, given on the nodes that `actor` administers."""
    return RoleGrant.objects.filter(organisation__in=organisations_reached(actor, Permission.ADMINISTER, now))


def people_administered(actor: User, now: datetime) -> QuerySet[User]:
    """People with a role, ended or not, where `actor` administers, and those without any whom `actor` invited.

    Nobody else: that others have an account is not for this administrator to know.
    """
    invited = (
        Record.objects.filter(action=RecordedAction.INVITED, person_id=actor.pk)
        .annotate(invited=Cast(KT("detail__person"), BigIntegerField()))
        .values("invited")
    )
    return User.objects.filter(
        Q(pk__in=grants_administered(actor, now).values("user"))
        | (Q(pk__in=invited) & ~Exists(RoleGrant.objects.filter(user=OuterRef("pk"))))
    )


def opening(role: Role, organisation: Organisation, now: datetime) -> Opening:
    """How many facilities the role on this node would open. Two queries."""
    at_and_below = Q(organisation__path__gte=organisation.path, organisation__path__lt=f"{organisation.path}~")
    carrying = [function for function, carried in CARRIED.items() if carried & BUNDLES[role]]
    along = (
        Mandate.objects.valid_on(timezone.localdate(now))
        .filter(at_and_below, function__in=carrying, sectors__contains=[OuterRef("sector")])
        .filter(Q(area__isnull=True) | Q(area=OuterRef("province")) | Q(area=OuterRef("district")))
    )
    return Opening(
        below=Facility.objects.filter(at_and_below).count(),
        beyond=Facility.objects.exclude(at_and_below).filter(Exists(along)).count(),
    )


def check_account(*, actor: User, user: User, now: datetime) -> None:
    """Raise AccountRefused unless `actor` may disable and enable the account.

    It takes administering every node where the person has a role, and holding what an administrator among them holds.
    """
    if user.pk == actor.pk:
        raise AccountRefused(_("This is your own account. Ask another administrator."))
    theirs = RoleGrant.objects.filter(user=user)
    if (
        not people_administered(actor, now).filter(pk=user.pk).exists()
        or theirs.exclude(pk__in=grants_administered(actor, now).values("pk")).exists()
    ):
        raise AccountRefused(_("You do not administer everything that this account is for."))
    for grant in theirs.select_related("organisation"):
        holds = BUNDLES[Role(grant.role)]
        if Permission.ADMINISTER in holds and not holds <= held(actor, grant.organisation, now).keys():
            raise AccountRefused(_("This person administers with a role that you could not take from them."))


@transaction.atomic
def set_active(*, actor: User, user: User, active: bool, now: datetime) -> None:
    """Disable or enable the account; disabling ends its sessions and open pages at once. Raises AccountRefused."""
    actor, user = lock_people(actor, user)
    check_account(actor=actor, user=user, now=now)
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        for session in UserSession.objects.filter(user=user):
            session.end()
    announce_access_change(user.pk)
    record(
        RecordedAction.ACCOUNT_ENABLED if active else RecordedAction.ACCOUNT_DISABLED,
        actor=actor,
        now=now,
        organisation=highest_node(user),
        subject=str(user),
        detail={"person": user.pk},
    )


@transaction.atomic
def withdraw_invitation(*, actor: User, user: User, now: datetime) -> None:
    """Take the roles of somebody who never came and delete the account; the link that was mailed no longer works.

    Raises AccountRefused, or GrantRefused for a role that `actor` could not take.
    """
    actor, user = lock_people(actor, user)
    if not pending(user):
        raise AccountRefused(_("This person has set a password already. Disable the account instead."))
    check_account(actor=actor, user=user, now=now)
    for grant in RoleGrant.objects.filter(user=user).select_related("organisation", "user"):
        take_role(actor=actor, grant=grant, now=now)
    user.delete()


def highest_node(user: User) -> Organisation | None:
    """The highest node of the person's roles: whoever administers there may read what befell the account."""
    grant = RoleGrant.objects.filter(user=user).select_related("organisation").order_by("organisation__path").first()
    return grant.organisation if grant else None

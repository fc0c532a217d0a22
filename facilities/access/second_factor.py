"""Who must log in with a second factor: an app's code or a passkey, beside the password."""

from types import SimpleNamespace
from typing import cast

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from facilities.enums import Permission
from facilities.models import OrganisationGrant

# Whoever may do one of these anywhere. Mandates only pass on what somebody was granted, so grants tell.
PERMISSIONS_THAT_ASK = (Permission.VIEW_PICTURES, Permission.ADMINISTER)


def lacking(user: AbstractBaseUser | AnonymousUser, session: SessionBase) -> bool:
    """Whether the person's roles ask for a second factor, and this session was not authenticated with one.

    No query where the session has one; one query otherwise. A grant that has run out still asks.
    """
    if (
        not settings.SECOND_FACTOR_REQUIRED
        or not isinstance(user, AbstractBaseUser)
        or has_second_factor(user, session)
    ):
        return False
    asked_by = [permission.value for permission in PERMISSIONS_THAT_ASK]
    return OrganisationGrant.objects.filter(user_id=user.pk, permission__codename__in=asked_by).exists()


def has_second_factor(user: AbstractBaseUser, session: SessionBase) -> bool:
    """Whether this person proved a second factor in this session: a code, a passkey, or a provider trusted for it."""
    # allauth reads nothing but the session of the request, and sockets have a session without one.
    request = cast("HttpRequest", SimpleNamespace(session=session))
    return any(
        record.get("method") == "mfa"
        or (record.get("method") == "socialaccount" and record.get("provider") in settings.PROVIDERS_WITH_SECOND_FACTOR)
        for record in get_authentication_records(request, user)
    )

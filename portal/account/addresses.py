"""An account has one address: User.email. allauth's table only remembers that it was verified."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from facilities.models import User


@transaction.atomic
def verify_address(person: User) -> None:
    """Count the account's address as verified: the person has read a mail sent there, or a sign-on vouched for it.

    What is left of addresses of before, and of whoever had this one before, goes.
    """
    email = person.email.lower()
    if email:
        EmailAddress.objects.filter(Q(user=person) ^ Q(email=email)).delete()
        EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})


def is_verified(person: User) -> bool:
    """Whether the account's present address was verified."""
    return bool(EmailAddress.objects.filter(user=person, email=person.email.lower(), verified=True).exists())

"""Accounts by invitation: an administrator enters whom it is for, a link by mail lets that person set a password."""

import re
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from facilities.domain.folding import fold
from facilities.domain.records import record
from facilities.enums import RecordedAction
from facilities.models import User


@transaction.atomic
def invite(*, email: str, full_name: str, title: str = "", phone: str = "", actor: User | None, now: datetime) -> User:
    """An account that nobody can log in to yet, put on record; the mail is `send_invitation`'s.

    The user name is made of the address. Raises ValidationError by field (`email`, `full_name`, `title`, `phone`).
    """
    person = User(
        username=_free_username(email), email=email.strip().lower(), full_name=full_name.strip(), date_joined=now
    )
    person.title, person.phone = title.strip(), phone.strip()
    person.set_unusable_password()
    problems: dict[str, list[str]] = {}
    try:
        # Each field by itself; the database's rules across fields are asked below, in words of ours.
        person.clean_fields(exclude=["username", "password"])
    except ValidationError as error:
        problems = error.message_dict
    if not person.email:
        problems["email"] = [str(User._meta.get_field("email").error_messages["blank"])]
    elif User.objects.filter(email__iexact=person.email).exists():
        problems["email"] = [str(_("There is an account with this address already."))]
    if problems:
        raise ValidationError(problems)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        # Somebody else was invited at the same moment.
        raise ValidationError({"email": [_("There is an account with this address already.")]}) from error
    record(RecordedAction.INVITED, actor=actor, now=now, subject=str(person), detail={"person": person.pk})
    return person


def send_invitation(person: User, *, base_url: str, actor: User | None) -> None:
    """Mail the person a link to set a password, good for PASSWORD_RESET_TIMEOUT and once. Can be sent again.

    `base_url` is the portal's address as `request.build_absolute_uri("/")` gives it. To be called once the account is
    committed; raises OSError where the mail server does not take the mail.
    """
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    told = {
        "person": person,
        "actor": actor,
        "link": base_url.rstrip("/") + reverse("account_reset_password_from_key", kwargs=key),
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
    }
    # In the language of the country, whatever the administrator reads.
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("facilities/mail/invitation_subject.txt", told).strip()
        message = render_to_string("facilities/mail/invitation.txt", told)
    EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", message, to=[person.email]).send()


def pending(person: User) -> bool:
    """Whether the invitation still waits: the person never logged in and has set no password."""
    return person.last_login is None and not person.has_usable_password()


@transaction.atomic
def forget_second_factors(*, person: User, actor: User | None, now: datetime) -> int:
    """Remove app, passkeys and recovery codes of somebody who lost the phone, to be set up anew; their number."""
    count: int
    count, _by_model = Authenticator.objects.filter(user=person).delete()
    if count:
        record(
            RecordedAction.SECOND_FACTOR_REMOVED,
            actor=actor,
            now=now,
            subject=str(person),
            detail={"person": person.pk, "count": count},
        )
    return count


def _free_username(email: str) -> str:
    """The part before the @ in plain letters, with a number where it is taken: "Van.A@x" becomes "van.a", "van.a2"."""
    stem = re.sub(r"[^a-z0-9._-]", "", fold(email.strip().partition("@")[0]))[:140] or "user"
    taken = set(User.objects.filter(username__istartswith=stem).values_list("username", flat=True))
    taken = {name.lower() for name in taken}
    return next(name for name in (stem, *(f"{stem}{n}" for n in range(2, len(taken) + 3))) if name not in taken)

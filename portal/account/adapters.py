"""What allauth does differently here: it counts attempts by device, says when to come back, and reveals nobody."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.formats import time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from facilities.models import User
from portal.account import attempts

# Whoever has just logged in need not type the password again to change something about the account.
FRESH_SECONDS = 300


class Accounts(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types that mypy follows
    """Accounts are made by administrators, never by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "enter_current_password": _("The present password is not right."),
        "invalid_password_reset": _("This link is no longer valid."),
        "rate_limited": _("Too many requests. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: `authenticate` counts."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person with these credentials; None for a disabled one, just as for a wrong password."""
        name = str(credentials.get("username") or credentials.get("email") or "")
        known = User.objects.filter(Q(username=name) | Q(email__iexact=name)).values_list("pk", flat=True).first()
        attempt = begin_attempt(request, what="password", name=name, person_id=known)
        person = super().authenticate(request, **credentials)
        if not isinstance(person, User) or not person.is_active:
            return None
        attempt.succeeded()
        return person

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        request = self.request
        records = get_authentication_records(request, request.user)
        fresh = any(timezone.now().timestamp() - record["at"] < FRESH_SECONDS for record in records)
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:  # noqa: ARG002 - allauth's signature
        messages.error(
            request, gettext("This account is disabled. Ask the administrator of the body that you work for.")
        )
        return redirect(settings.LOGIN_URL)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        attempts.remember_device(request, answer, user.pk)
        return answer


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc] # as above
    """Second factors, their secrets sealed in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code or passkey was not right. A code from the app changes every 30 seconds."),
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            # SECRET_KEY was changed: no code can be right any more.
            raise self.validation_error("incorrect_code") from error

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def begin_attempt(request: HttpRequest, *, what: str, name: str, person_id: int | None) -> attempts.Attempt:
    """As attempts.begin; raises ValidationError with a sentence that says when to try again."""
    try:
        return attempts.begin(request, what=what, name=name, person_id=person_id)
    except attempts.TooManyAttemptsError as error:
        raise ValidationError(
            _("Too many failed attempts. Try again at %(time)s."),
            code="too_many_attempts",
            params={"time": time_format(timezone.localtime(error.until), "H:i")},
        ) from error


def _seal() -> MultiFernet:
    """Fernet under keys derived from SECRET_KEY and, to open what was sealed before, those that went before it."""
    keys = [
        HKDF(algorithm=SHA256(), length=32, salt=None, info=b"second factors").derive(force_bytes(key))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

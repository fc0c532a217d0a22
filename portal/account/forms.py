"""allauth's forms with our limits and our words."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.http import HttpRequest

from facilities.models import User
from portal.account.adapters import begin_attempt


class LogInForm(LoginForm):  # type: ignore[misc] # allauth ships no types that mypy follows
    """Name or address in one field. It is looked up once: two looks would take longer for addresses that exist."""

    def user_credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc] # as above
    """Sends one mail either way: neither the page nor the time that it takes tells whether an account exists."""

    def clean_email(self) -> str:
        email = str(super().clean_email())
        # allauth also finds addresses that accounts had before: somebody else's by now, perhaps.
        self.users = list(User.objects.filter(email__iexact=email, is_active=True))
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if self.users:
            return str(super().save(request, **kwargs))
        email = str(self.cleaned_data["email"])
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class _CountedCode(BaseAuthenticateForm):  # type: ignore[misc] # as above
    """Codes are counted as passwords are."""

    def clean_code(self) -> str:
        person = self.user
        attempt = begin_attempt(context.request, what="code", name=person.get_username(), person_id=person.pk)
        code = str(super().clean_code())
        attempt.succeeded()
        return code


class CodeForm(_CountedCode, AuthenticateForm):  # type: ignore[misc] # as above
    """The code after the password."""


class CodeAgainForm(_CountedCode, ReauthenticateForm):  # type: ignore[misc] # as above
    """The code before something about the account is changed."""


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey logs in by itself unless the person says otherwise."""

    name = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

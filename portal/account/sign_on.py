"""Logging in with a province's own sign-on (OpenID Connect): into accounts that exist, by addresses it verified."""

from dataclasses import dataclass

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext

from facilities.models import User
from portal.account.addresses import is_verified, verify_address


@dataclass(frozen=True, slots=True)
class Button:
    """A way to log in elsewhere."""

    name: str
    url: str


def buttons(request: HttpRequest, wanted: str = "") -> list[Button]:
    """The provinces' sign-ons that are set up; each leads back to `wanted`."""
    way = {"next": wanted} if wanted else {}
    return [
        Button(each.name, each.get_login_url(request, **way)) for each in get_adapter(request).list_providers(request)
    ]


class SignOn(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types that mypy follows
    """Nobody signs up, and nothing is connected: each login is matched anew, so a provider that is removed is out."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") != AuthProcess.LOGIN or not sociallogin.is_existing:
            messages.error(
                request,
                gettext(
                    "Your sign-on worked, but no account here has your e-mail address. "
                    "Ask the administrator of the body that you work for."
                ),
            )
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Whether the provider answers for addresses of this domain."""
        domains: list[str] = login.provider.app.settings["email_domains"]
        return email.rpartition("@")[2].lower() in {domain.lower() for domain in domains}

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account with an address that the provider verified, and that is verified here or was just invited."""
        for address in sociallogin.email_addresses:
            email = address.email.lower()
            # A provider's "false" in words is true to Python.
            if address.verified is not True or not self.can_authenticate_by_email(sociallogin, email):
                continue
            person = User.objects.filter(email__iexact=email).first()
            if person is not None and _theirs(person):
                return person, email
        return None


def _theirs(person: User) -> bool:
    """Whether nobody else can have set the account's password; an invitation that waits is accepted by this."""
    if not person.has_usable_password():
        verify_address(person)
    return is_verified(person)

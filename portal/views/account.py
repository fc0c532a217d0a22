"""The person's own account: password, second factor, sessions. allauth's pages, behind our door."""

from typing import Any

from allauth.account import views as account
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.base import views as mfa
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from facilities.access.doors.page import PersonalPage
from facilities.access.second_factor import has_second_factor, lacking
from portal.account.addresses import is_verified
from portal.account.presence import last_seen
from portal.views.session import whole_page

# Where the person was going when a second factor was asked for.
NEXT = "after_second_factor"


class AccountPage(PersonalPage):
    """A page about the account, open to those who have yet to set up a second factor."""

    without_second_factor = True


class Account(AccountPage):
    """All about the account on one page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        own = Authenticator.objects.filter(user=self.person)
        shown = {
            "app": own.filter(type=Authenticator.Type.TOTP).first(),
            "passkeys": own.filter(type=Authenticator.Type.WEBAUTHN).order_by("created_at"),
            "recovery_codes": own.filter(type=Authenticator.Type.RECOVERY_CODES).first(),
            "session_count": len(UserSession.objects.purge_and_list(self.person)),
            "email_verified": is_verified(self.person),
            "lacking": lacking(self.person, request.session),
        }
        return render(request, "account/account.html", shown)


class SecondFactor(AccountPage):
    """Says why a second factor is asked for, and leads to setting one up or to proving it; then on to `next`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if (refresh := whole_page(request)) is not None:
            return refresh
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
            wanted = reverse("home")
        if not lacking(self.person, request.session):
            return redirect(wanted)
        request.session[NEXT] = wanted
        own = set(Authenticator.objects.filter(user=self.person).values_list("type", flat=True))
        return render(request, "account/second_factor.html", {"own": own, "next": wanted})


class ChangePassword(AccountPage, account.PasswordChangeView):  # type: ignore[misc] # allauth ships no types that mypy follows
    """A new password; other sessions end with the old one."""

    methods = ("GET", "POST")

    def get_default_success_url(self) -> str:
        return reverse("account")


class Reauthenticate(AccountPage, account.ReauthenticateView):  # type: ignore[misc] # as above
    """The password again, before something about the account is changed."""

    methods = ("GET", "POST")


class ReauthenticateWithCode(AccountPage, mfa.ReauthenticateView):  # type: ignore[misc] # as above
    """A code again."""

    methods = ("GET", "POST")


class ReauthenticateWithPasskey(AccountPage, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc] # as above
    """A passkey again."""

    methods = ("GET", "POST")


class Guarded(AccountPage):
    """What changes or shows second factors: for whoever has one, only after proving it, in old sessions too."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not has_second_factor(request.user, request.session):
            own = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
            if own:
                prove = "mfa_reauthenticate" if Authenticator.Type.TOTP in own else "mfa_reauthenticate_webauthn"
                return redirect_to_login(request.get_full_path(), reverse(prove))
        return super().dispatch(request, *args, **kwargs)

    def forget_if_last(self) -> None:
        """Once the last second factor is removed, this session has proved none."""
        if not Authenticator.objects.filter(user=self.person).exists():
            records = get_authentication_records(self.request, self.person)
            kept = [record for record in records if record["method"] != "mfa"]
            self.request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept


class SetUp(Guarded):
    """Setting up a second factor, which proves it for this session too: the person has just used it."""

    methods = ("GET", "POST")
    kind: Authenticator.Type

    def form_valid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc] # of the view that it stands before
        newest = Authenticator.objects.filter(user=self.person, type=self.kind).latest("pk")
        post_authentication(self.request, newest)
        return answer

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")


class SetUpApp(SetUp, totp.ActivateTOTPView):  # type: ignore[misc] # as above
    """Codes from an app on the phone."""

    kind = Authenticator.Type.TOTP


class RemoveApp(Guarded, totp.DeactivateTOTPView):  # type: ignore[misc] # as above
    """No more codes from the app."""

    methods = ("GET", "POST")
    success_url = reverse_lazy("account")

    def form_valid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        self.forget_if_last()
        return answer


class AddPasskey(SetUp, webauthn.AddWebAuthnView):  # type: ignore[misc] # as above
    """A passkey: the phone's fingerprint, or a key."""

    kind = Authenticator.Type.WEBAUTHN


class RemovePasskey(Guarded, webauthn.RemoveWebAuthnView):  # type: ignore[misc] # as above
    """One passkey less."""

    methods = ("GET", "POST")
    success_url = reverse_lazy("account")

    def form_valid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        self.forget_if_last()
        return answer


class RecoveryCodes(Guarded, recovery_codes.ViewRecoveryCodesView):  # type: ignore[misc] # as above
    """Codes for the day on which the phone is lost, and the way on to where the person was going."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.session.pop(NEXT, None) if has_second_factor(self.person, self.request.session) else None
        return {**super().get_context_data(**kwargs), "next": wanted or reverse("account")}


class NewRecoveryCodes(Guarded, recovery_codes.GenerateRecoveryCodesView):  # type: ignore[misc] # as above
    """Ten new codes instead of those before."""

    methods = ("GET", "POST")


class DownloadRecoveryCodes(Guarded, recovery_codes.DownloadRecoveryCodesView):  # type: ignore[misc] # as above
    """The codes as a text file."""


class Sessions(AccountPage, sessions.ListUserSessionsView):  # type: ignore[misc] # as above
    """Where the person is logged in; POST signs out everywhere else."""

    methods = ("GET", "POST")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        seen = last_seen(session.session_key for session in shown["sessions"])
        for session in shown["sessions"]:
            session.last_seen_at = seen.get(session.session_key, session.last_seen_at)
        shown["sessions"].sort(key=lambda session: (session.is_current(), session.last_seen_at), reverse=True)
        return shown


class EndSession(AccountPage):
    """Signs out one of the person's sessions; one that has ended meanwhile is no mistake."""

    methods = ("POST",)

    def post(self, request: HttpRequest) -> HttpResponse:
        number = request.POST.get("session", "")
        own = UserSession.objects.filter(user=self.person, pk=int(number) if number.isdecimal() else None)
        get_adapter().end_sessions(own.exclude(session_key=request.session.session_key))
        messages.success(request, gettext("Signed out there."))
        return redirect("usersessions_list")

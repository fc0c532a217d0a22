"""Logging in and out."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordResetFromKeyView
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.generic import View

from facilities.models import User
from portal.account.addresses import verify_address
from portal.account.sign_on import buttons


class LogIn(LoginView):  # type: ignore[misc] # allauth ships no types that mypy follows
    """The form to log in; who is logged in goes on."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a script that was to renew a part of a page has the whole page loaded, which then leads here."""
        return whole_page(request) or super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "sign_on": buttons(self.request, self.get_next_url() or "")}


class LogOut(LogoutView):  # type: ignore[misc] # as above
    """Logs out, and has the browser forget what the pages kept on the device: drafts of forms."""

    http_method_names = ["post"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(*args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer


class SetPassword(PasswordResetFromKeyView):  # type: ignore[misc] # as above
    """Where the link in a mail leads: a first password for the invited, a new one for those who forgot theirs.

    Who came by the link reads what is sent to the address: from then on it counts as verified.
    """

    http_method_names = ["get", "head", "post"]

    def form_valid(self, form: Form) -> HttpResponse:
        person: User = self.reset_user
        with transaction.atomic():
            verify_address(person)
            answer: HttpResponse = super().form_valid(form)
        return answer


class SignOnCancelled(View):
    """The person turned back at their province's sign-on."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        messages.info(request, gettext("You were not logged in: the sign-on was cancelled."))
        return redirect("account_login")


def whole_page(request: HttpRequest) -> HttpResponse | None:
    """To a script that asked for a part of a page: have the whole page loaded."""
    return HttpResponse(headers={"HX-Refresh": "true"}) if "HX-Request" in request.headers else None

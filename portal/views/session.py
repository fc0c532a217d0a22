"""Logging in and out."""

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse


class LogIn(LoginView):
    """The form to log in; who is logged in goes on."""

    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; a script that was to renew a part of a page has the whole page loaded, which then leads here."""
        if "HX-Request" in request.headers:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)


class LogOut(LogoutView):
    """Logs out, and has the browser forget what the pages kept on the device: drafts of forms."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(request, *args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

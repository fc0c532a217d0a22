"""Light or dark, as the person likes it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from facilities.access.doors.page import PersonalPage
from portal.frame import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


class ThemeChoice(PersonalPage):
    """Remembers the theme in a cookie of the device; any other word forgets it, and the device decides again."""

    methods = ("POST",)
    without_second_factor = True

    def post(self, request: HttpRequest) -> HttpResponse:
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            target = reverse("home")
        response = HttpResponseRedirect(target)
        if request.POST.get("theme") in THEMES:
            response.set_cookie(
                THEME_COOKIE,
                request.POST["theme"],
                max_age=YEAR,
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        else:
            response.delete_cookie(THEME_COOKIE, samesite="Lax")
        return response

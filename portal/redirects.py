"""Redirects for forms that a page's own script sends: it must learn where to go without loading that page twice."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

ASKED = "X-Draft"
TOLD = "X-Draft-Location"


class RedirectsTold:
    """Tells static/portal/js/draft.js where a redirect leads.

    A browser follows redirects before a script sees them: the page would be loaded for the script, its messages shown
    to nobody, and loaded again for the person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if ASKED in request.headers and answer.status_code in (301, 302, 303):
            answer.status_code = 200
            answer[TOLD] = answer["Location"]
            del answer["Location"]
        return answer

"""Marks everything that a request changes or puts on record with who asked, from where, and the request's number."""

from ipaddress import ip_address
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from pghistory.middleware import HistoryMiddleware

from facilities.domain.records import Whence, requested_from, whence


def client_address(request: HttpRequest) -> str | None:
    """The network address that the request came from; None where there is none, as over a Unix socket.

    What X-Forwarded-For says is believed only as far as proxies of one's own wrote it (TRUSTED_PROXIES).
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    told = forwarded[-proxies] if 0 < proxies <= len(forwarded) else ""
    for address in (told.strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ip_address(address))
        except ValueError:
            continue
    return None


class RequestOnRecord(HistoryMiddleware):
    """Numbers each request, tells the number in X-Request-ID, and lets history and records carry it."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """What each version of a row says of the request that made it."""
        here = whence()
        return {"user": request.user.pk, "address": here.address, "request": here.request}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        here = Whence(address=client_address(request), request=str(uuid4()))
        with requested_from(here):
            answer: HttpResponse = super().__call__(request)  # type: ignore[no-untyped-call] # pghistory leaves it open
        answer["X-Request-ID"] = here.request
        return answer

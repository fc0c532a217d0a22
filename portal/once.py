"""Forms sent again because the line dropped: what has arrived is not done twice, and is known to have arrived."""

import re
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from portal.redirects import ASKED

# What became of a form: taken the first time already, or still in hand.
FATE, BEFORE, IN_HAND = "X-Draft-Fate", "taken before", "in hand"

# The name that static/portal/js/draft.js gives to what is sent: another one for anything else.
_NAME = re.compile(r"[0-9a-f]{32}")
_KEPT_SECONDS = 24 * 3600
# How long one that died halfway bars its repetition.
_IN_HAND_SECONDS = 60
_REDIRECTS = (301, 302, 303)


class Once:
    """Middleware for forms sent by a script that names them.

    The same form sent again by the same person reaches no view: it is led to where it led the first time. That is a
    convenience: the rules of the domain refuse doubles in any case, also where Redis has forgotten.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.headers.get(ASKED, "")
        if request.method != "POST" or not _NAME.fullmatch(name) or not request.user.is_authenticated:
            return self.get_response(request)
        key = f"once:{request.user.pk}:{request.path}:{name}"
        if _claimed(key):
            return self._first(request, key)
        led = _noted(key)
        if not led:
            return HttpResponse(status=409, headers={FATE: IN_HAND})
        messages.success(request, _("It had arrived the first time, and was saved once."))
        answer = redirect(led)
        answer[FATE] = BEFORE
        return answer

    def _first(self, request: HttpRequest, key: str) -> HttpResponse:
        led = ""
        try:
            answer = self.get_response(request)
            # Whoever must log in first is not done.
            if answer.status_code in _REDIRECTS and not answer["Location"].startswith(_doors()):
                led = answer["Location"]
            return answer
        finally:
            _note(key, led)


def _doors() -> tuple[str, ...]:
    return resolve_url(settings.LOGIN_URL), resolve_url(settings.SECOND_FACTOR_URL)


def _claimed(key: str) -> bool:
    try:
        return bool(cache.add(key, "", _IN_HAND_SECONDS))
    except RedisError:
        return True


def _noted(key: str) -> str:
    with suppress(RedisError):
        return str(cache.get(key, ""))
    return ""


def _note(key: str, led: str) -> None:
    with suppress(RedisError):
        if led:
            cache.set(key, led, _KEPT_SECONDS)
        else:
            cache.delete(key)

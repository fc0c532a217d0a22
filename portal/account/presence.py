"""When sessions were last seen: noted beside the database, since it changes with each page."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import RedisError


class LastSeen:
    """Middleware that notes the time of each request of a session that somebody is logged in with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        key = request.session.session_key
        if key and request.user.is_authenticated:
            # A page is worth more than the note about it.
            with suppress(RedisError):
                cache.set(_note(key), datetime.now(UTC).timestamp(), settings.ACCOUNT_SESSION_COOKIE_AGE)
        return answer


def last_seen(session_keys: Iterable[str]) -> dict[str, datetime]:
    """The time of the last request of each of the sessions, as far as it is known."""
    keys = list(session_keys)
    with suppress(RedisError):
        notes = cache.get_many([_note(key) for key in keys])
        return {key: datetime.fromtimestamp(notes[_note(key)], UTC) for key in keys if _note(key) in notes}
    return {}


def _note(session_key: str) -> str:
    return f"seen:{session_key}"

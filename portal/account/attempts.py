"""How often one may guess, so that guessing ends and nobody can lock others out: OWASP's device cookies.

Whoever has logged in on a device before guesses in that device's own bucket, which nobody else can fill. Attempts from
elsewhere count by name and address, by address, and, slowly, by name: that last one brakes guessing from many addresses
at once, and stops none of the person's known devices.
"""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase

DEVICE_SECONDS = 180 * 24 * 3600
# Offices share computers: so many people's devices may be one.
PEOPLE_ON_A_DEVICE = 8
_SALT = "portal.account.device"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within a window of time. All windows of one length begin together, so their ends are known."""

    name: str
    most: int
    seconds: int


KNOWN_DEVICE = Limit("device", 10, 300)
NAME_FROM_ADDRESS = Limit("name-address", 5, 300)
ADDRESS = Limit("address", 50, 300)
NAME = Limit("name", 200, 3600)


class TooManyAttemptsError(Exception):
    """Nothing was tried; `until` is when it may be tried again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until:%H:%M:%S}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that counts as failed until it is said to have succeeded."""

    counters: Sequence[str]

    def succeeded(self) -> None:
        """Count it no longer. Failures before it stay: an attacker's own logins between guesses wipe nothing."""
        for counter in self.counters:
            cache.decr(counter)


def begin(request: HttpRequest, *, what: str, name: str, person_id: int | None) -> Attempt:
    """Count an attempt at `what` (a password, a code) for an account. Raises TooManyAttemptsError."""
    whose = f"{what} {person_id if person_id is not None else name.casefold()}"
    device = _devices(request).get(str(person_id))
    if device is not None:
        return Attempt([_count(KNOWN_DEVICE, f"{whose} {device}")])
    address = get_ip(request)
    counters: list[str] = []
    # The name's own comes last: who is stopped by their address fills it no further.
    for limit, key in ((NAME_FROM_ADDRESS, f"{whose} {address}"), (ADDRESS, f"{what} {address}"), (NAME, whose)):
        counters.append(_count(limit, key))
    return Attempt(counters)


def remember_device(request: HttpRequest, answer: HttpResponseBase, person_id: int) -> None:
    """Let the browser show from now on that this person has logged in there."""
    known = _devices(request)
    mine = known.pop(str(person_id), None) or secrets.token_urlsafe(9)
    kept = dict([*known.items(), (str(person_id), mine)][-PEOPLE_ON_A_DEVICE:])
    answer.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(kept, salt=_SALT),
        max_age=DEVICE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _devices(request: HttpRequest) -> dict[str, str]:
    """By account, what this device is called."""
    try:
        known: dict[str, str] = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=DEVICE_SECONDS
        )
    except signing.BadSignature:
        return {}
    return known


def _count(limit: Limit, key: str) -> str:
    window = int(time.time() // limit.seconds)
    counter = f"attempts:{limit.name}:{window}:{hashlib.sha256(key.encode()).hexdigest()}"
    cache.add(counter, 0, limit.seconds)
    if cache.incr(counter) > limit.most:
        raise TooManyAttemptsError(datetime.fromtimestamp((window + 1) * limit.seconds, UTC))
    return counter

"""Answers to 401: Basic (RFC 7617) and Digest (RFC 7616; RFC 2069's form without qop too), for RTSP and HTTP.

Cameras lock an account after a few wrong passwords, and a probe comes back every minute. So a password is
shown once per read: only a server that calls its nonce stale, or that accepted the same password before on this
connection, is answered once more.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cameras.enums import Reason
from cameras.streams.address import Credentials
from cameras.streams.failure import StreamFailure

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 -- RFC 9110's "token", nothing secret
_ITEM = re.compile(rf'({_TOKEN})([ \t]*=[ \t]*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s,"]*)))?')
_SAFE = re.compile(r"[\x20-\x7e\xa0-\xff]*")
_LOCKED = re.compile(rb"\block(?:ed)?\b", re.IGNORECASE)

# hashlib's md5 is refused on machines in FIPS mode unless it is said to serve no security; and against a listener
# MD5 in Digest indeed gives little. It is what nearly every camera offers.
_HASHES: dict[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}
_PREFERENCE = ("SHA-256", "MD5", "BASIC")


@dataclass(frozen=True, slots=True)
class Challenge:
    """One acceptable way to authenticate, as the server offers it. `kind` is BASIC or a Digest algorithm."""

    kind: str
    realm: str = ""
    nonce: str = ""
    opaque: str | None = None
    qop: bool = False
    stale: bool = False


def challenges(headers: Iterable[str]) -> list[Challenge]:
    """The challenges in WWW-Authenticate headers that can be answered; the others are left out."""
    found: list[Challenge] = []
    for header in headers:
        scheme, parameters = "", dict[str, str]()
        for name, value, quoted, plain in _ITEM.findall(header):
            if value:
                parameters[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) or plain
            else:
                found += _challenge(scheme, parameters)
                scheme, parameters = name.lower(), {}
        found += _challenge(scheme, parameters)
    return found


def _challenge(scheme: str, parameters: dict[str, str]) -> list[Challenge]:
    if scheme == "basic":
        return [Challenge("BASIC")]
    kind = parameters.get("algorithm", "MD5").upper()
    qops = {word.strip().lower() for word in parameters.get("qop", "").split(",")} - {""}
    if scheme != "digest" or kind not in _HASHES or "nonce" not in parameters or (qops and "auth" not in qops):
        return []
    if not all(_SAFE.fullmatch(value) for value in parameters.values()):
        return []
    return [
        Challenge(
            kind,
            parameters.get("realm", ""),
            parameters["nonce"],
            parameters.get("opaque"),
            qop=bool(qops),
            stale=parameters.get("stale", "").lower() == "true",
        )
    ]


class Authentication:
    """The authentication of one read: what was asked, what was answered, and when to stop."""

    __slots__ = ("_accepted", "_basic_allowed", "_challenge", "_count", "_credentials", "_renewed")

    def __init__(self, credentials: Credentials | None, *, basic_allowed: bool) -> None:
        self._credentials = credentials
        self._basic_allowed = basic_allowed
        self._challenge: Challenge | None = None
        self._count = 0
        self._accepted = False
        self._renewed = False

    def challenged(self, headers: Iterable[str], said: bytes = b"") -> None:
        """Take note of a 401, so that `header` answers it.

        `said` is what came with it, where some cameras tell of a lock. Raises StreamFailure (AUTHENTICATION,
        LOCKED_OUT) if there is nothing to answer with, or if the answer was given and refused.
        """
        if self._credentials is None:
            raise StreamFailure(Reason.AUTHENTICATION, "a password is asked for and none is known")
        if _LOCKED.search(said):
            raise StreamFailure(Reason.LOCKED_OUT, "the camera says that the account is locked")
        usable = [one for one in challenges(headers) if one.kind != "BASIC" or self._basic_allowed]
        if not usable:
            raise StreamFailure(Reason.AUTHENTICATION, "no permitted way to authenticate is offered")
        best = min(usable, key=lambda one: _PREFERENCE.index(one.kind))
        if self._challenge is not None:
            fresh = best.kind != "BASIC" and best.nonce != self._challenge.nonce
            if self._renewed or not fresh or not (best.stale or self._accepted):
                raise StreamFailure(Reason.AUTHENTICATION, "the user name or password is rejected")
            self._renewed = True
        self._challenge = best
        self._count = 0

    def accepted(self) -> None:
        """Take note of any answer that is no 401."""
        self._accepted = self._challenge is not None
        self._renewed = False

    def header(self, method: str, uri: str) -> str | None:
        """The value of the Authorization header for a request, or None while nothing was asked.

        One character a byte (Latin-1), because a server's realm need not be UTF-8.
        """
        if self._challenge is None or self._credentials is None:
            return None
        if self._challenge.kind == "BASIC":
            pair = f"{self._credentials.username}:{self._credentials.password}"
            return f"Basic {base64.b64encode(pair.encode()).decode()}"
        self._count += 1
        return _digest(self._challenge, self._credentials, method, uri, self._count)


def _digest(challenge: Challenge, credentials: Credentials, method: str, uri: str, count: int) -> str:
    # Everything here stands for bytes, one character each: the server's as they came, ours as UTF-8.
    def hashed(*parts: str) -> str:
        return _HASHES[challenge.kind](":".join(parts).encode("latin-1"))

    username = credentials.username.encode().decode("latin-1")
    secret = hashed(username, challenge.realm, credentials.password.encode().decode("latin-1"))
    request = hashed(method, uri)
    fields = [
        f"username={_quoted(username)}",
        f"realm={_quoted(challenge.realm)}",
        f"nonce={_quoted(challenge.nonce)}",
        f"uri={_quoted(uri)}",
    ]
    if challenge.qop:
        client_nonce, times = secrets.token_hex(8), f"{count:08x}"
        response = hashed(secret, challenge.nonce, times, client_nonce, "auth", request)
        fields += ["qop=auth", f"nc={times}", f'cnonce="{client_nonce}"']
    else:
        response = hashed(secret, challenge.nonce, request)
    fields.append(f'response="{response}"')
    if challenge.kind != "MD5" or challenge.qop:
        fields.append(f"algorithm={challenge.kind}")  # the oldest cameras know neither this nor qop
    if challenge.opaque is not None:
        fields.append(f"opaque={_quoted(challenge.opaque)}")
    return f"Digest {', '.join(fields)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""Who may look: Digest and Basic as cameras ask for them (RFC 2617)."""

import hashlib
import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from enum import StrEnum
from urllib.request import parse_http_list, parse_keqv_list


class Scheme(StrEnum):
    """How a camera asks for its password."""

    DIGEST = "digest"
    BASIC = "basic"
    NONE = "none"

    @classmethod
    def parse(cls, word: str) -> "Scheme":
        """The scheme of this name. Raises ValueError that lists the names that exist."""
        try:
            return cls(word.strip().lower())
        except ValueError:
            raise ValueError(f"There is no scheme {word!r}. Choose one of: {', '.join(cls)}.") from None


REALM = "IP Camera"


def challenge(scheme: Scheme, nonce: str) -> str:
    """The WWW-Authenticate header. Digest without qop, as most cameras' RTSP servers write it."""
    if scheme is Scheme.BASIC:
        return f'Basic realm="{REALM}"'
    return f'Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5'


def permitted(
    authorization: str | None, *, scheme: Scheme, method: str, nonce: str, username: str, password: str
) -> bool:
    """Whether the Authorization header proves `username` and `password` for a request with `method`."""
    if scheme is Scheme.NONE:
        return True
    kind, _, value = (authorization or "").partition(" ")
    if kind.lower() != scheme.value:
        return False
    if scheme is Scheme.BASIC:
        try:
            given = b64decode(value)
        except NotBase64:
            return False
        return hmac.compare_digest(given, f"{username}:{password}".encode())
    return _digest_holds(value, method=method, nonce=nonce, username=username, password=password)


def _digest_holds(value: str, *, method: str, nonce: str, username: str, password: str) -> bool:
    try:
        given = parse_keqv_list(parse_http_list(value))
    except ValueError:
        return False
    if given.get("username") != username or given.get("nonce") != nonce or given.get("realm") != REALM:
        return False
    secret = _md5(f"{username}:{REALM}:{password}")
    request = _md5(f"{method}:{given.get('uri', '')}")
    middle = [nonce]
    if "qop" in given:
        middle += [given.get("nc", ""), given.get("cnonce", ""), given["qop"]]
    expected = _md5(":".join([secret, *middle, request]))
    return hmac.compare_digest(expected, given.get("response", ""))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

"""Passwords of streams at rest: sealed with AES-GCM to the camera, host and port that they are for.

A sealed text is `<key id>:<base64 of nonce and ciphertext>`. Whoever can write to the database can put it into another
row, or change that row's address; it then opens to nothing, so no password is ever sent where its owner did not mean.
"""

import base64
import binascii
import json
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

NONCE_BYTES = 12
KEY_BYTES = (16, 24, 32)

_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")


class KeyringError(ValueError):
    """STREAM_KEYS is malformed. The message names the variable and never shows any of it."""


class SealBroken(Exception):  # noqa: N818 - what happened to the seal, whoever broke it
    """A sealed password does not open here: another row's, another address's, tampered with, or its key is gone."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by id; the first one seals, all of them open."""

    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read `id:base64[,id:base64…]`. Raises KeyringError."""
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, _colon, encoded = entry.strip().partition(":")
            if not _KEY_ID.fullmatch(key_id) or key_id in keys:
                raise KeyringError(f"STREAM_KEYS: entry {number} needs an id of its own (letters, digits, _ . -)")
            keys[key_id] = _decoded(encoded, number)
        return cls(keys)

    @property
    def first(self) -> str:
        """The id of the key that seals."""
        return next(iter(self.keys))


@sensitive_variables("password")
def seal(password: str, *, camera: int, host: str, port: int) -> str:
    """The password encrypted under the first key of STREAM_KEYS, bound to this camera, host and port."""
    ring = keyring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound_to = _bound_to(ring.first, camera, host, port)
    sealed = nonce + AESGCM(ring.keys[ring.first]).encrypt(nonce, password.encode(), bound_to)
    return f"{ring.first}:{base64.b64encode(sealed).decode()}"


@sensitive_variables("opened")
def unseal(sealed: str, *, camera: int, host: str, port: int) -> str:
    """The password that was sealed for this camera, host and port. Raises SealBroken, which tells nothing of it."""
    key_id, _colon, encoded = sealed.partition(":")
    key = keyring().keys.get(key_id)
    if key is None:
        raise SealBroken("sealed under a key that STREAM_KEYS does not hold")
    try:
        raw = base64.b64decode(encoded, validate=True)
        opened = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound_to(key_id, camera, host, port))
    except (binascii.Error, InvalidTag, ValueError):
        raise SealBroken("not sealed for this camera, host and port, or tampered with") from None
    return opened.decode()


def sealed_under_first_key(sealed: str) -> bool:
    """Whether the text is sealed under the key that seals now, and so needs no rotation."""
    return sealed.partition(":")[0] == keyring().first


def keyring() -> Keyring:
    """The keyring of the setting STREAM_KEYS. Raises KeyringError."""
    return _parsed(settings.STREAM_KEYS)


@lru_cache(maxsize=1)
def _parsed(text: str) -> Keyring:
    return Keyring.parse(text)


def _decoded(encoded: str, number: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    # Raised outside of the handler: what base64 complains of could quote the text.
    if len(key) not in KEY_BYTES:
        raise KeyringError(f"STREAM_KEYS: entry {number} is not 16, 24 or 32 bytes in base64")
    return key


def _bound_to(key_id: str, camera: int, host: str, port: int) -> bytes:
    # JSON keeps the parts apart: ("1", "2.host") never equals ("12.", "host").
    return json.dumps(["stream password", key_id, camera, host, port]).encode()

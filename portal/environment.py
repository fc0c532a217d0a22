"""What the portal reads from its environment, typed; a bad value fails by naming its variable."""

import json
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything that the portal itself writes: its servers' data, its own keys, logs.
VAR = Env().path("VAR_DIR", BASE_DIR / "var").resolve()

MODES = ("development", "production")


class InsecureDefaultError(Exception):
    """Production would have run on a default that only a developer's machine may have."""


def read_mode(env: Env) -> str:
    """PORTAL_MODE: `development` (the default; binds to loopback, makes its own keys) or `production`."""
    mode = env.str("PORTAL_MODE", "development")
    if mode not in MODES:
        raise InsecureDefaultError(f"PORTAL_MODE is {mode!r}; it must be one of: {', '.join(MODES)}")
    return mode


class BadValueError(Exception):
    """A variable holds something that it cannot mean."""


def required_in_production(env: Env, name: str, mode: str, development: str) -> str:
    """The variable `name`; in development `development` where it is unset or empty, in production never."""
    value = env.str(name, "")
    if value:
        return value
    if mode == "production":
        raise InsecureDefaultError(f"{name} is not set; production needs it (see docs/settings.md)")
    return development


def own_secret(name: str, make: str | None = None) -> str:
    """A secret of this development checkout: made once, kept in var/ readable by its owner alone."""
    path = VAR / name
    if not path.exists():
        VAR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make or secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def celery_url(redis_url: str) -> str:
    """The broker address for Celery of a Redis address (`redis://…`, `rediss://…` or `unix:///path`)."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}"
    return redis_url


def read_mail(env: Env, *, production: bool) -> dict[str, Any]:
    """EMAIL_URL as Django's settings: `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`, `file:///folder`.

    Unset, mails are written into var/mail; production needs it, as invitations are mails.
    """
    parts = urlsplit(required_in_production(env, "EMAIL_URL", "production" if production else "", f"file://{VAR}/mail"))
    if parts.scheme == "file":
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": unquote(parts.path)}
    ports = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
    if parts.scheme not in ports or not parts.hostname:
        raise BadValueError("EMAIL_URL must begin with smtp://, smtps://, smtp+starttls:// or file://, and name a host")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
    }


def read_sign_on(env: Env) -> list[dict[str, Any]]:
    """SIGN_ON: a JSON list of OpenID Connect providers, each with the keys below and perhaps `second_factor`."""
    kinds = {"id": str, "name": str, "server_url": str, "client_id": str, "secret": str, "email_domains": list}
    try:
        providers = json.loads(env.str("SIGN_ON", "") or "[]")
        if not isinstance(providers, list):
            raise BadValueError("SIGN_ON is no JSON list of objects (see docs/settings.md)")
        for each in providers:
            each.setdefault("second_factor", False)
            bad = [key for key, kind in {**kinds, "second_factor": bool}.items() if not isinstance(each.get(key), kind)]
            unknown = sorted(set(each) - set(kinds) - {"second_factor"})
            if bad or unknown:
                raise BadValueError(f"SIGN_ON: missing or of the wrong kind: {bad}; unknown: {unknown}")
    except (ValueError, AttributeError, TypeError) as error:
        raise BadValueError("SIGN_ON is no JSON list of objects (see docs/settings.md)") from error
    return providers

"""What the portal reads from its environment, typed; a bad value fails by naming its variable."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

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

"""The files themselves: under names that nobody guesses, readable by the portal alone, and not for long."""

import secrets
from collections.abc import Container
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

KEPT = timedelta(days=7)
# What no row names and nobody has written to for so long was left behind by a worker that died.
_LEFT_BEHIND = timedelta(days=1)


def folder() -> Path:
    """Where they lie."""
    return Path(settings.MEDIA_ROOT) / "exports"


def new() -> str:
    """The name of a new, empty file in the folder."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    name = secrets.token_urlsafe(24)
    path_of(name).touch(mode=0o600, exist_ok=False)
    return name


def path_of(name: str) -> Path:
    """The file of that name."""
    return folder() / name


def drop(name: str) -> None:
    """Delete the file; twice does no harm."""
    if name:
        path_of(name).unlink(missing_ok=True)


def drop_left_behind(known: Container[str], now: datetime) -> None:
    """Delete what no export names."""
    if not folder().exists():
        return
    for path in folder().iterdir():
        if path.name not in known and path.stat().st_mtime < (now - _LEFT_BEHIND).timestamp():
            path.unlink(missing_ok=True)

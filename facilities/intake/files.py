"""The uploaded files themselves: under names that nobody guesses, readable by the portal alone, and not for long."""

import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile


def folder() -> Path:
    """Where they lie."""
    return Path(settings.MEDIA_ROOT) / "imports"


def keep(upload: "UploadedFile[Any]") -> tuple[str, str]:
    """Store the file; its name in the folder, and its SHA-256."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    name, digest = secrets.token_urlsafe(24), sha256()
    path = folder() / name
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            file.write(chunk)
    return name, digest.hexdigest()


def path_of(name: str) -> Path:
    """The file of that name."""
    return folder() / name


def drop(name: str) -> None:
    """Delete the file; twice does no harm."""
    if name:
        path_of(name).unlink(missing_ok=True)

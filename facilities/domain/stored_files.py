"""Attached files: what is taken in, where it lies, and how it leaves again."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image

from facilities.domain.records import record
from facilities.enums import RecordedAction
from facilities.models import Organisation, StoredFile, User

MOST_BYTES = 15 * 1024 * 1024
# How many a report or letter may have.
MOST_FILES = 10
MOST_PIXELS = 25_000_000
# What is taken in, whatever it is called: known by its first bytes. No archives, nothing that a computer would run.
KINDS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}
# For the attribute `accept` of the field.
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"


def folder() -> Path:
    """Where they lie: under names that nobody guesses, readable by the portal alone."""
    return Path(settings.MEDIA_ROOT) / "files"


def too_large(name: str) -> str:
    """What is said of a file that is larger than what is taken in."""
    text = _("%(name)s is larger than %(most)s MB. Attach a smaller file, such as a scan with fewer dots an inch.")
    return text % {"name": name, "most": MOST_BYTES // 1024**2}


def check(upload: "UploadedFile[Any]") -> str:
    """The media type of an uploaded file. Raises ValidationError: too large, or of no kind that is taken in."""
    name, size = upload.name or "", upload.size or 0
    if size > MOST_BYTES:
        raise ValidationError(too_large(name))
    if not size:
        raise ValidationError(_("%(name)s is empty.") % {"name": name})
    upload.seek(0)
    kind = filetype.guess(upload.read(8192))
    if kind is None or kind.mime not in KINDS:
        text = _("%(name)s cannot be attached. Attach a file of one of these kinds: %(kinds)s.")
        raise ValidationError(text % {"name": name, "kinds": ", ".join(KINDS.values())})
    if kind.mime.startswith("image/"):
        _check_picture(upload, name)
    return str(kind.mime)


def _check_picture(upload: "UploadedFile[Any]", name: str) -> None:
    """Read its header alone: nothing is decoded here, ever."""
    upload.seek(0)
    try:
        with Image.open(upload, formats=("JPEG", "PNG")) as picture:
            pixels = picture.width * picture.height
    except (OSError, ValueError, Image.DecompressionBombError):
        raise ValidationError(_("%(name)s is no picture that can be read.") % {"name": name}) from None
    if pixels > MOST_PIXELS:
        text = _("%(name)s has more than %(most)s million pixels. Attach a smaller picture.")
        raise ValidationError(text % {"name": name, "most": MOST_PIXELS // 1_000_000})


def keep(upload: "UploadedFile[Any]", *, organisation: Organisation, actor: User | None, now: datetime) -> StoredFile:
    """Store an uploaded file for a body or facility, in the caller's transaction. Raises ValidationError (see `check`).

    If the transaction is taken back, the bytes stay without a row, unreachable.
    """
    media_type = check(upload)
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    name, digest = secrets.token_urlsafe(24), sha256()
    path = folder() / name
    path.touch(mode=0o600)
    upload.seek(0)
    with path.open("wb") as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            file.write(chunk)
    return StoredFile.objects.create(
        organisation=organisation,
        original_name=get_valid_filename(upload.name or "file")[-200:],
        stored_as=name,
        media_type=media_type,
        size=path.stat().st_size,
        sha256=digest.hexdigest(),
        uploaded_by=actor,
        uploaded_at=now,
    )


def keep_all(
    uploads: Iterable["UploadedFile[Any]"], *, organisation: Organisation, actor: User | None, now: datetime
) -> list[StoredFile]:
    """Store several. Raises ValidationError at `files`, before any is stored."""
    given = list(uploads)
    if len(given) > MOST_FILES:
        raise ValidationError({"files": _("Attach at most %(most)s files.") % {"most": MOST_FILES}})
    mistakes = []
    for upload in given:
        try:
            check(upload)
        except ValidationError as error:
            mistakes += error.messages
    if mistakes:
        raise ValidationError({"files": mistakes})
    return [keep(upload, organisation=organisation, actor=actor, now=now) for upload in given]


@transaction.atomic
def hand_out(file: StoredFile, *, actor: User, now: datetime) -> FileResponse:
    """The file as an attachment, never as part of a page; that it was opened is on record."""
    record(
        RecordedAction.FILE_OPENED,
        actor=actor,
        now=now,
        organisation=file.organisation_id,
        subject=file.original_name,
        detail={"file": file.pk},
    )
    return attachment(file)


def attachment(file: StoredFile) -> FileResponse:
    """The file for a browser to save, for whoever has put on record that it was opened."""
    answer = FileResponse(
        # At most MOST_BYTES: read at once, so that an answer that nobody takes leaves no file open.
        BytesIO((folder() / file.stored_as).read_bytes()),
        as_attachment=True,
        filename=file.original_name,
        content_type=file.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer

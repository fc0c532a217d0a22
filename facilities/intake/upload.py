"""Uploads are cut off at the bound, before they fill a disk."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from facilities.intake.table import MOST_BYTES


class BoundedUpload(FileUploadHandler):
    """Drops a file that grows beyond the bound; the form then says that it is too large."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on to the next handler. Raises SkipFile beyond the bound."""
        if start + len(raw_data) > MOST_BYTES:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """Leave the file to the next handler."""
        del file_size
        return None

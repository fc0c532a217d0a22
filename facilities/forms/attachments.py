"""Files that are attached to what people send, and what is said of one that was dropped on its way."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from facilities.domain.stored_files import ACCEPTED, MOST_BYTES, MOST_FILES, too_large
from facilities.forms.acts import ActForm
from facilities.intake.table import MOST_BYTES as CUT_OFF_AT

_MEGABYTES = MOST_BYTES // 1024**2
_KINDS = format_lazy(
    _("PDF, JPEG, PNG, DOCX or XLSX; at most {files}, each of at most {most} MB."), files=MOST_FILES, most=_MEGABYTES
)
# What a page's script says of a file that is too large, before it is sent over a weak line; it puts the name in.
CHOOSING = {"accept": ACCEPTED, "data-most-bytes": MOST_BYTES, "data-too-large": lazy(too_large, str)("{name}")}


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files. Whether they are taken in says facilities.domain.stored_files.

    With neither a number nor kinds checked here, all that is wrong with them is said in one place.
    """

    widget = _FilesInput

    def __init__(self, **kwargs: Any) -> None:
        widget = _FilesInput({"multiple": True, **CHOOSING})
        options: dict[str, Any] = {"label": _("Files"), "required": False, "help_text": _KINDS}
        super().__init__(widget=widget, **(options | kwargs))

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:  # noqa: ANN401 - as in Django's forms
        """The files as they came: empty ones too, for the domain names those that it refuses."""
        del initial
        return list(data or [])


class AttachingForm(ActForm):
    """A form with files in its field `attaches`. `sent_bytes` is the size of the whole request.

    A file that is far too large is dropped on its way, so that nobody fills the disk with it. Then the form is refused
    at that field, instead of being taken without the file.
    """

    attaches: ClassVar[str] = "attached"

    def __init__(self, *args: Any, sent_bytes: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sent_bytes = sent_bytes

    def clean(self) -> dict[str, Any] | None:
        """Refuse to go on without a file that more was sent of than has arrived."""
        arrived = sum(file.size or 0 for name in self.files for file in self.files.getlist(name))
        if self.sent_bytes - arrived > CUT_OFF_AT:
            text = _("A file is larger than %(most)s MB and was not taken. Attach a smaller one.")
            self.add_error(self.attaches, text % {"most": _MEGABYTES})
        return super().clean()


def sent_bytes(request: HttpRequest) -> int:
    """The size of the request, as its sender says."""
    size = request.headers.get("Content-Length") or ""
    return int(size) if size.isascii() and size.isdigit() else 0

"""Files attached to a form. What may be attached is for facilities.domain.stored_files to say."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from facilities.domain.stored_files import ACCEPTED, MOST_BYTES, MOST_FILES
from facilities.intake.table import MOST_BYTES as CUT_OFF_AT


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:  # noqa: ANN401 - what Django's forms take
        del data
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Any number of files, chosen at once."""

    def __init__(self, **kwargs: Any) -> None:
        widget = _FilesInput({"multiple": True, "accept": ACCEPTED})
        options: dict[str, Any] = {
            "label": _("Files"),
            "required": False,
            "help_text": _("PDF, JPEG, PNG, DOCX or XLSX; at most %(files)s, each of at most %(most)s MB.")
            % {"files": MOST_FILES, "most": MOST_BYTES // 1024**2},
        }
        super().__init__(widget=widget, **(options | kwargs))

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:  # noqa: ANN401 - as in Django's forms
        """As they were sent; the domain looks at each, and names those that it refuses."""
        del initial
        return list(data or [])


def cut_off(request: HttpRequest) -> bool:
    """Whether a file was so large that it was dropped on its way: more was sent than has arrived."""
    sent = int(request.headers.get("Content-Length") or 0)
    arrived = sum(file.size or 0 for name in request.FILES for file in request.FILES.getlist(name))
    return sent - arrived > CUT_OFF_AT

"""The form in which a spreadsheet is uploaded."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities.intake.registry import Kind
from facilities.intake.table import MOST_BYTES

_TOO_LARGE = _("The file is larger than %(most)d MB.")


class UploadForm(forms.Form):
    """What is in the file, and the file."""

    kind = forms.ChoiceField(label=_("What is in the file?"), widget=forms.Select({"class": "form-select"}))
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"class": "form-control", "accept": ".xlsx,.csv"}),
        help_text=_("XLSX or CSV, at most 20 MB and 50,000 rows. Nothing is taken in before you have seen the check."),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("This file is empty."),
            "missing": _("Choose the file."),
        },
    )

    def __init__(self, *args: Any, kinds: Sequence[Kind], sent_bytes: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(kind.key, kind.label) for kind in kinds]
        if sent_bytes > MOST_BYTES:
            # It was cut off on its way.
            self.fields["file"].error_messages["required"] = _TOO_LARGE % {"most": MOST_BYTES // 1024 // 1024}

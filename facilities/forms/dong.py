"""Sums of money, as people type them."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Groups of three behind dots, commas or spaces, or no groups at all: "1.5" is no whole sum.
_WHOLE = re.compile(r"\d{1,3}(?:[., \u00a0]\d{3})+|\d+")
_CURRENCY = re.compile(r"\s*(?:đồng|đ|₫|vnđ|vnd)\.?$", re.IGNORECASE)


class DongField(forms.CharField):
    """A sum in whole đồng, as people write it: 1.234.567, 1 234 567 đ or 1234567."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "data-dong": ""})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> int | None:  # noqa: ANN401 - as in Django's forms
        """The number. Raises ValidationError: a fraction, a minus, words."""
        text = _CURRENCY.sub("", super().clean(value).strip())
        if not text:
            return None
        if not text.isascii() or not _WHOLE.fullmatch(text):
            raise ValidationError(_("Enter a sum in whole đồng, such as 1.500.000."))
        return int(re.sub(r"\D", "", text))

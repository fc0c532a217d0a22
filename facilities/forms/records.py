"""What records and edits are looked for by. All of it stands in the address: a view is a link one can send."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from facilities.domain.sought import Sought

# Without dates, so much: the newest come first, and older ones take a date to find.
DAYS = 30
_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]
_BOUNDS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class RecordsFilter(forms.Form):
    """A value that is not understood is said so beside its field, and narrows nothing."""

    q = forms.CharField(label=_("Person, body or thing"), required=False, max_length=100)
    kind = forms.ChoiceField(required=False)
    first = forms.DateField(label=_("From day"), required=False, input_formats=_FORMATS, validators=_BOUNDS)
    last = forms.DateField(label=_("To day"), required=False, input_formats=_FORMATS, validators=_BOUNDS)
    camera = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput, localize=False
    )

    def __init__(self, data: Mapping[str, Any], *, kinds: Iterable[tuple[str, Any]], called: Any, today: date) -> None:  # noqa: ANN401 - a lazy text
        super().__init__(data)
        self._today = today
        self.fields["kind"].label = called
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined] # a ChoiceField
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "kind" else "form-control"
        self.fields["q"].widget.attrs |= {"type": "search", "placeholder": _("Accents not needed")}
        for name in ("first", "last"):
            self.fields[name].widget.attrs |= {"placeholder": _("dd/mm/yyyy"), "size": 10}
        self.is_valid()

    @property
    def sought(self) -> Sought:
        """What is looked for; without dates the last days."""
        last = self.cleaned_data.get("last") or self._today
        return Sought(
            first=self.cleaned_data.get("first") or last - timedelta(days=DAYS),
            last=last,
            words=self.cleaned_data.get("q") or "",
            kind=self.cleaned_data.get("kind") or "",
            camera=self.cleaned_data.get("camera"),
        )

    @property
    def query(self) -> str:
        """What is chosen, as it stands in an address."""
        chosen = {name: self.data.get(name, "") for name in self.fields if name in self.cleaned_data}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen at all."""
        return any(self.cleaned_data.values())

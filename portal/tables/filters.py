"""What a compliance table may be narrowed to. All of it stands in the address: a view is a link one can send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cameras.enums import State
from facilities.enums import Premises, Sector

PAGE_SIZES = (25, 50, 100)
# Troubles that facilities can be listed by; named as in portal.domain.standing.Standing.
TROUBLES = ("down", "impaired", "unknown", "forbidden")


class ComplianceFilter(forms.Form):
    """A value that is none of the choices narrows nothing."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    sector = forms.ChoiceField(label=_("Sector"), required=False, choices=[("", _("All")), *Sector.choices])
    premises = forms.ChoiceField(label=_("Premises"), required=False, choices=[("", _("All")), *Premises.choices])
    having = forms.ChoiceField(
        label=_("With a camera"),
        required=False,
        choices=[
            ("", _("In any state")),
            ("down", State.DOWN.label),
            ("impaired", State.IMPAIRED.label),
            ("unknown", State.UNKNOWN.label),
            ("forbidden", _("In a forbidden zone")),
        ],
    )

    def __init__(self, data: Any, *, by_facility: bool) -> None:  # noqa: ANN401 - what Django's forms take
        super().__init__(data)
        if not by_facility:
            del self.fields["having"]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
        self.fields["q"].widget.attrs |= {"type": "search", "placeholder": _("Name, accents not needed")}
        self.is_valid()

    def chosen(self, name: str) -> str:
        """What the person chose there, or "" for no choice."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def carried(self) -> dict[str, str]:
        """What stays chosen as one goes up or down the table's levels."""
        return {name: self.chosen(name) for name in ("sector", "premises") if self.chosen(name)}

    @property
    def narrows_by_choice(self) -> bool:
        """Whether anything but a name is chosen."""
        return any(self.chosen(name) for name in self.fields if name != "q")

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen at all."""
        return any(self.chosen(name) for name in self.fields)

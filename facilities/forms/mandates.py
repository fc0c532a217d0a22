"""The form in which mandates are given, and the filter of their list. The rules are in facilities.domain.mandates."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.enums import MandateFunction, Sector
from facilities.forms.acts import ActForm, DayField
from facilities.forms.organisations import UnitChoice
from facilities.models import AdministrativeUnit


class MandateForm(ActForm):
    """Who oversees what, in which function, from when to when."""

    called = {"organisation": "function"}

    function = forms.ChoiceField(label=_("Function"), choices=[("", _("Choose")), *MandateFunction.choices])
    area = UnitChoice(
        label=_("Area"),
        queryset=AdministrativeUnit.objects.none(),
        required=False,
        empty_label=_("The whole country"),
    )
    sectors = forms.MultipleChoiceField(label=_("Sectors"), choices=Sector.choices, widget=forms.CheckboxSelectMultiple)
    valid_from = DayField(label=_("From"), initial=timezone.localdate)
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave it empty for a mandate until further notice.")
    )
    basis = forms.CharField(
        label=_("Legal basis"),
        max_length=200,
        required=False,
        help_text=_("The document that gives it, for example 4403/CV-BCĐ"),
    )

    def __init__(self, *args: Any, units: Any, bounded: bool, **kwargs: Any) -> None:  # noqa: ANN401 - a queryset
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        area.queryset = units  # type: ignore[attr-defined] # UnitChoice has one
        if bounded:
            area.required = True
            area.empty_label = None  # type: ignore[attr-defined] # UnitChoice has one


class MandateFilter(forms.Form):
    """A value that is none of the choices narrows nothing."""

    q = forms.CharField(label=_("Body or area"), required=False, max_length=100)
    function = forms.ChoiceField(
        label=_("Function"), required=False, choices=[("", _("All")), *MandateFunction.choices]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("In force")), ("coming", _("To come")), ("ended", _("Ended")), ("all", _("All"))],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
        self.fields["q"].widget.attrs |= {"type": "search", "placeholder": _("Accents not needed")}
        self.is_valid()

    def chosen(self, name: str) -> str:
        """What the person chose there, or "" for no choice."""
        return str(self.cleaned_data.get(name) or "")

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen at all."""
        return any(self.chosen(name) for name in self.fields)

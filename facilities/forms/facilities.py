"""The forms of facilities, their zones and the networks permitted to them. The rules are in facilities.domain."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.enums import Premises, Requirement, Sector, ZoneKind
from facilities.forms.acts import ActForm, DayField
from facilities.forms.organisations import UnitChoice
from facilities.models import AdministrativeUnit


class FacilityForm(ActForm):
    """What is known of a facility; a new one has stood there since some day or for long."""

    called = {"district": "unit", "area": "unit", "placed_from": "since", "on": "since"}

    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    code = forms.CharField(label=_("Code"), max_length=20)
    sector = forms.ChoiceField(
        label=_("Sector"),
        choices=[("", _("Choose")), *Sector.choices],
        help_text=_("Who oversees the facility follows from it."),
    )
    premises = forms.ChoiceField(label=_("Premises"), choices=[("", _("Choose")), *Premises.choices])
    unit = UnitChoice(label=_("District, or province without districts"), queryset=AdministrativeUnit.objects.none())
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    since = DayField(
        label=_("There since"), required=False, help_text=_("Leave it empty if it has been there for long.")
    )

    def __init__(self, *args: Any, units: Any, moving: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 - a queryset
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined] # UnitChoice has one
        if moving:
            since = self.fields["since"]
            since.label, since.initial, since.required = _("Lies in that unit since"), timezone.localdate, True
            since.help_text = _("It counts where the unit changes: until the day before it lay where it was.")


class ZoneNameForm(ActForm):
    """What a zone is called."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("As people on site call it: “Corridor, 2nd floor, east”")
    )


class ZoneForm(ZoneNameForm):
    """A zone to be."""

    kind = forms.ChoiceField(
        label=_("Kind of zone"),
        choices=[
            ("", _("Choose")),
            *(
                (
                    kind.value,
                    kind.label
                    if kind.requirement is Requirement.REQUIRED
                    else f"{kind.label} – {kind.requirement.label}",
                )
                for kind in ZoneKind
            ),
        ],
    )
    field_order = ("kind", "name")


class NetworkForm(ActForm):
    """A network in which cameras may be."""

    cidr = forms.CharField(
        label=_("Network"),
        max_length=43,
        widget=forms.TextInput({"inputmode": "decimal", "placeholder": "10.20.0.0/16", "autocapitalize": "none"}),
        help_text=_("For example 10.20.0.0/16"),
    )

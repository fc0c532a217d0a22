"""The forms in which bodies are added, named, merged and split. The rules are in facilities.domain."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.placing import shown
from facilities.domain.splitting import NewBody
from facilities.enums import OrganisationKind
from facilities.forms.acts import ActForm, DayField, OnForm
from facilities.models import AdministrativeUnit, Organisation

KINDS = [
    (kind.value, kind.label)
    for kind in OrganisationKind
    if kind not in (OrganisationKind.NATIONAL, OrganisationKind.FACILITY)
]


class UnitChoice(forms.ModelChoiceField[AdministrativeUnit]):
    """Units by their full name, those that are no more with their last day."""

    def label_from_instance(self, obj: AdministrativeUnit) -> str:
        if obj.valid_to is None:
            return obj.full_name
        return f"{obj.full_name} ({_('to %(day)s') % {'day': shown(obj.valid_to)}})"


class Named(ActForm):
    """What a body is called."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        required=False,
        help_text=_("As spreadsheets and letters name it. A later body may take over the code of one that is no more."),
    )


class BodyForm(Named):
    """A body to be, below another."""

    called = {"parent": "kind"}

    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose")), *KINDS])
    area = UnitChoice(
        label=_("Area"), queryset=AdministrativeUnit.objects.none(), required=False, empty_label=_("None of its own")
    )
    valid_from = DayField(
        label=_("First day"), required=False, help_text=_("Leave it empty if it has been there for long.")
    )

    field_order = ("kind", "name", "name_en", "code", "area", "valid_from")

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a queryset
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = units  # type: ignore[attr-defined] # UnitChoice has one


class OrganisationChoice(forms.ModelMultipleChoiceField[Organisation]):
    """Bodies by their name."""

    widget = forms.CheckboxSelectMultiple


class MergeForm(OnForm):
    """Which bodies go over into the present one, and what becomes of the roles held on them."""

    merged = OrganisationChoice(label=_("Bodies that go over into this one"), queryset=Organisation.objects.none())
    carry_roles = forms.BooleanField(
        label=_("People keep their roles, on this body"),
        required=False,
        help_text=_("Without it their roles end. With it they reach all that stands below this body."),
    )

    field_order = ("merged", "on", "carry_roles")

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a queryset
        super().__init__(*args, **kwargs)
        self.fields["merged"].queryset = candidates  # type: ignore[attr-defined] # OrganisationChoice has one


class SplitForm(OnForm):
    """Up to two new bodies beside the old one, and where each of its children goes."""

    called = {"name": "name_1", "code": "code_1", "into": "name_1"}

    name_1 = forms.CharField(label=_("Name of the first new body"), max_length=200)
    code_1 = forms.CharField(label=_("Its code"), max_length=30, required=False)
    name_2 = forms.CharField(label=_("Name of the second new body"), max_length=200, required=False)
    code_2 = forms.CharField(label=_("Its code"), max_length=30, required=False)
    close = forms.BooleanField(
        label=_("Close the old body"),
        required=False,
        help_text=_("Then nothing may stay below it. Its mandates end; new bodies are given theirs by you."),
    )

    field_order = ("on", "name_1", "code_1", "name_2", "code_2")

    def __init__(self, *args: Any, children: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children = children
        close = self.fields.pop("close")
        for child in children:
            self.fields[f"child_{child.pk}"] = forms.ChoiceField(
                label=child.local_name,
                required=False,
                choices=[("", _("stays")), ("1", _("goes to the first")), ("2", _("goes to the second"))],
                widget=forms.Select({"class": "form-select"}),
            )
        self.fields["close"] = close

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("name_2") and any(given.get(f"child_{child.pk}") == "2" for child in self.children):
            raise ValidationError({"name_2": _("Name the second body, or let nothing go to it.")})
        return given

    def bodies(self) -> list[NewBody]:
        """The new bodies, with what goes to each."""
        return list(self._bodies(("1", "2")))

    def _bodies(self, numbers: Iterable[str]) -> Iterator[NewBody]:
        given = self.cleaned_data
        for number in numbers:
            if given[f"name_{number}"]:
                going = [child for child in self.children if given[f"child_{child.pk}"] == number]
                yield NewBody(name=given[f"name_{number}"], code=given[f"code_{number}"], children=going)

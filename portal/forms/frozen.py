"""Forms about frozen figures."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from facilities.enums import Sector
from facilities.forms.acts import ActForm
from facilities.models import AdministrativeUnit, Organisation
from portal.models import SnapshotDay

# As many days as somebody would choose from a list.
_DAYS_OFFERED = 62


class AmendmentForm(ActForm):
    """Why figures are amended."""

    reason = forms.CharField(
        label=_("Why these figures are amended"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For example: report of 05/06 was meant for another facility. Both rows stay readable."),
    )


class PublicationForm(ActForm):
    """Which table is published, and in whose name."""

    title = forms.CharField(label=_("Name of the table"), max_length=200)
    day = forms.TypedChoiceField(label=_("As of 24:00 of"))
    unit = forms.ModelChoiceField(
        label=_("Area"),
        queryset=AdministrativeUnit.objects.none(),
        required=False,
        empty_label=_("All that I answer for"),
    )
    sectors = forms.MultipleChoiceField(
        label=_("Sectors"),
        required=False,
        choices=Sector.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all of them."),
    )
    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), empty_label=None
    )

    def __init__(
        self,
        data: Any,  # noqa: ANN401 - what Django's forms take
        *,
        units: QuerySet[AdministrativeUnit],
        bodies: QuerySet[Organisation],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        days = SnapshotDay.objects.values_list("day", flat=True)[:_DAYS_OFFERED]
        self.fields["day"].choices = [(day.isoformat(), f"{day:%d/%m/%Y}") for day in days]  # type: ignore[attr-defined] # a choice field
        self.fields["unit"].queryset = units  # type: ignore[attr-defined] # a choice of rows
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined] # a choice of rows

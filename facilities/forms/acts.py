"""What the forms of bodies, facilities and mandates share: how fields look, and where a refusal is shown."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_STYLES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
}


class ActForm(forms.Form):
    """A form whose rules are in facilities.domain: what these refuse is shown at the field that it is about."""

    # Where the domain's name of a value is not the field's.
    called: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _STYLES.get(type(field.widget), "form-control"))

    def tell(self, refusal: ValidationError) -> None:
        """Show the reasons beside the fields that they are about, others above the form."""
        reasons = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
        for name, messages in reasons.items():
            field = self.called.get(name, name)
            self.add_error(field if field in self.fields else None, list(messages))


class DayField(forms.DateField):
    """A day, from the device's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "date", "min": "1945-09-02", "max": "2999-12-31"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)

    def clean(self, value: Any) -> date | None:  # noqa: ANN401 - as in Django's forms
        """Refuse years for which nobody plans, and which some reckonings do not know."""
        day: date | None = super().clean(value)
        if day is not None and not 1945 <= day.year < 3000:  # noqa: PLR2004 - as the widget says
            raise ValidationError(_("Choose a day from 02/09/1945 on, in this millennium."))
        return day


class OnForm(ActForm):
    """From which day on something is so."""

    on = DayField(
        label=_("From this day on"),
        initial=timezone.localdate,
        help_text=_("Until the day before all stays as it was; what was reported then stays readable."),
    )


class LastDayForm(ActForm):
    """The last day of something."""

    on = DayField(label=_("Last day"), initial=timezone.localdate)


class AsOfForm(ActForm):
    """On which day to look at the tree; today where nothing sensible is said."""

    on = DayField(label=_("As of"), required=False)

    @property
    def day(self) -> date | None:
        """The day that was chosen, if it has come and is not today."""
        day: date | None = self.cleaned_data.get("on") if self.is_valid() else None
        return day if day is not None and day < timezone.localdate() else None

"""Forms of contacts and of connections to sinks. The rules are in facilities.domain."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.enums import Sink, SinkSays
from facilities.forms.acts import ActForm, DayField


class ContactForm(ActForm):
    """Whom to call at a facility."""

    full_name = forms.CharField(label=_("Full name"), max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    title = forms.CharField(label=_("Title"), max_length=100, help_text=_("For example: head of the facility"))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
        help_text=_("Mobile or fixed line; spaces and dots do not matter."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("Reminders are sent there as well."),
    )


class _Said(ActForm):
    sink = forms.ChoiceField(label=_("To which system"), choices=Sink.choices)
    says = forms.ChoiceField(label=_("What is so"))
    on = DayField(label=_("Since which day"), initial=timezone.localdate)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}))


class ConnectionForm(_Said):
    """What the facility says of a connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["says"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (SinkSays.CLAIMED.value, _("Connected: our pictures arrive there")),
            (SinkSays.LOST.value, _("No longer connected")),
        ]


class AnswerForm(_Said):
    """What the sink answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["says"].label = _("Answer")
        self.fields["says"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (SinkSays.CONFIRMED.value, _("Confirmed: the pictures arrive")),
            (SinkSays.DENIED.value, _("Denied: they do not arrive")),
        ]
        self.fields["note"].label = _("Reason, where it is denied")
        self.fields["note"].help_text = _("The facility reads it: say what it has to mend.")


class ClaimsFilter(forms.Form):
    """Of the claims that wait. A value that is none of the choices narrows nothing."""

    q = forms.CharField(label=_("Facility"), required=False, max_length=100)
    sink = forms.ChoiceField(label=_("System"), required=False, choices=[("", _("All")), *Sink.choices])
    province = forms.ChoiceField(label=_("Province or city"), required=False)
    age = forms.ChoiceField(
        label=_("Waiting"),
        required=False,
        choices=[
            ("", _("Any time")),
            ("1", _("1 day or more")),
            ("3", _("3 days or more")),
            ("7", _("7 days or more")),
        ],
    )

    def __init__(self, data: Mapping[str, Any], *, provinces: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        choices = [(str(pk), name) for pk, name in sorted(provinces, key=lambda each: each[1])]
        self.fields["province"].choices = [("", _("All")), *choices]  # type: ignore[attr-defined] # a ChoiceField
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

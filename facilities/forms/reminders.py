"""Forms of reminders and their rules, and the filters of their lists. What may be sent is in facilities.domain."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities.forms.acts import ActForm
from facilities.models import Organisation, ReminderRule

_LONGEST = ReminderRule._meta.get_field("text").max_length


class _Sender(ActForm):
    """In whose name; asked only where there is a choice."""

    organisation = forms.ModelChoiceField(
        label=_("In the name of"), queryset=Organisation.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, bodies: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[body.pk for body in bodies])  # type: ignore[attr-defined] # it has one
        if len(bodies) == 1:
            field.widget = forms.HiddenInput()
            field.initial = bodies[0].pk


class ReminderForm(_Sender):
    """What a round by hand says."""

    text = forms.CharField(
        label=_("Text"),
        max_length=_LONGEST,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Each facility reads it on its page, and its contact by mail. It cannot be changed afterwards."),
    )


class ReminderRuleForm(_Sender):
    """When a rule sends, and what."""

    called = {"deadline": "days"}

    when = forms.ChoiceField(
        label=_("When"),
        choices=[("before", _("Days before the last good day")), ("after", _("Days after it"))],
    )
    days = forms.IntegerField(
        label=_("How many days"),
        min_value=0,
        max_value=365,
        localize=False,
        help_text=_("0 is the last good day itself. It is sent in the morning, from 7:00 on."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=_LONGEST,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Leave it empty for the usual words, which name the step, the day and the document."),
    )

    @property
    def offset(self) -> int:
        """Days after the last good day; negative before it."""
        days: int = self.cleaned_data["days"]
        return -days if self.cleaned_data["when"] == "before" else days


class _Filter(forms.Form):
    """A value that is none of the choices narrows nothing."""

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


class RoundsFilter(_Filter):
    """Of the list of rounds."""

    q = forms.CharField(label=_("Body or words"), required=False, max_length=100)
    sent = forms.ChoiceField(
        label=_("How"), required=False, choices=[("", _("All")), ("hand", _("By hand")), ("rule", _("By rule"))]
    )


class RoundFilter(_Filter):
    """Of the facilities of a round."""

    q = forms.CharField(label=_("Facility"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("unseen", _("Not seen yet")), ("silent", _("Nothing followed"))],
    )

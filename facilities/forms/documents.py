"""The forms in which documents are entered, issued and sent; filters of their lists. Rules: facilities.domain."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.domain.numbers import NUMBER_LENGTH, SYMBOL_LENGTH, WRITTEN_LENGTH
from facilities.enums import Direction, OrganisationKind, Urgency
from facilities.forms.acts import ActForm, DayField
from facilities.forms.attachments import CHOOSING, AttachingForm
from facilities.models import Organisation

_NO_SUCH_DAY = {"invalid": _("There is no such day. Write it as day/month/year, for example 07/06/2021.")}
_URGENCIES = [(urgency.value, urgency.label) for urgency in Urgency]


class ExistingDay(DayField):
    """A day of the calendar: 31/6 is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=_NO_SUCH_DAY, **kwargs)


class DocumentForm(AttachingForm):
    """What stands on every document."""

    attaches = "file"

    subject = forms.CharField(
        label=_("Subject of the document"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What it is about, in short"),
    )
    issued_on = ExistingDay(label=_("Date of the document"), initial=timezone.localdate)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=_URGENCIES, required=False)
    due_on = ExistingDay(label=_("To be done by"), required=False)
    signer_title = forms.CharField(
        label=_("Signer's title"),
        max_length=100,
        required=False,
        help_text=_("Where one signs for another, with “/” between them: KT. Chủ tịch/Phó Chủ tịch"),
    )
    signer_name = forms.CharField(label=_("Signer's name"), max_length=50, required=False)
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(CHOOSING),
        help_text=_("PDF, JPEG, PNG, DOCX or XLSX, at most 15 MB"),
    )

    # Behind a tap: what most documents are entered without.
    seldom: tuple[str, ...] = ("due_on", "signer_title", "signer_name")

    @property
    def chosen_again(self) -> str:
        """The name of the file that has to be chosen once more, if one was: browsers do not keep it."""
        file = self.files.get("file") if self.is_bound and self.errors else None
        return str(file.name) if file is not None else ""

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """Those that are always shown."""
        return [field for field in self if field.name not in (*self.seldom, "another")]

    @property
    def seldom_fields(self) -> list[forms.BoundField]:
        """Those behind a tap."""
        return [self[name] for name in self.seldom]

    @property
    def seldom_matters(self) -> bool:
        """Whether to show them at once: something is wrong there, or stands there."""
        return any(field.errors or field.name in self.changed_data for field in self.seldom_fields)


class IncomingForm(DocumentForm):
    """A document that came in. Its number is taken as it is written."""

    called = {"number": "written", "symbol": "written"}
    seldom = ("arrival_number", *DocumentForm.seldom)
    field_order = ("written", "agency", "subject", "issued_on", "arrived_on", "urgency", "file")

    written = forms.CharField(
        label=_("Number and symbol"),
        max_length=WRITTEN_LENGTH,
        help_text=_("As they stand on the paper, for example 4403/CV-BCĐ"),
        widget=forms.TextInput({"autofocus": True, "autocomplete": "off"}),
    )
    agency = forms.CharField(
        label=_("Issuing agency"), max_length=200, widget=forms.TextInput({"list": "agencies", "autocomplete": "off"})
    )
    arrived_on = ExistingDay(label=_("Arrived on"), initial=timezone.localdate)
    arrival_number = forms.CharField(label=_("Arrival number"), max_length=11, required=False)
    another = forms.BooleanField(label=_("It is another document: enter it all the same"), required=False)


class IssueForm(DocumentForm):
    """A document that a body issues: its number is strict, its text may be written here."""

    field_order = ("number", "symbol", "subject", "issued_on", "urgency", "body", "file")

    number = forms.IntegerField(
        label=_("Number"), min_value=1, max_value=10**NUMBER_LENGTH - 1, help_text=_("The next free one is suggested.")
    )
    symbol = forms.CharField(
        label=_("Symbol"), max_length=SYMBOL_LENGTH, help_text=_("For example CV-BCĐ, with “-” between groups")
    )
    body = forms.CharField(
        label=_("Text of the letter"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("It becomes a letter that you can print and sign. Leave it empty if you attach the document."),
    )


class ListFilter(forms.Form):
    """A value that is none of the choices narrows nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
        if "q" in self.fields:
            self.fields["q"].widget.attrs |= {"type": "search", "placeholder": _("Accents not needed")}

    def chosen(self, name: str) -> str:
        """What the person chose there, or "" for no choice."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen at all."""
        return any(self.chosen(name) for name in self.fields)


class DocumentFilter(ListFilter):
    """What narrows the register."""

    q = forms.CharField(label=_("Number, subject or agency"), required=False, max_length=100)
    read = forms.ChoiceField(
        label=_("Read"),
        required=False,
        choices=[("", _("All")), ("waiting", _("Unread by you")), ("unread", _("Unread by somebody"))],
    )
    direction = forms.ChoiceField(label=_("Direction"), required=False, choices=[("", _("All")), *Direction.choices])
    urgency = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=[("", _("All")), *(each for each in _URGENCIES if each[0])]
    )
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data: Mapping[str, Any], *, years: Iterable[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [("", _("All")), *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined] # a ChoiceField


class RecipientFilter(ListFilter):
    """What narrows the table of recipients."""

    q = forms.CharField(label=_("Body or facility"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Read"), required=False, choices=[("", _("All")), ("unread", _("Not read")), ("read", _("Have read"))]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *OrganisationKind.choices])


class DistributionForm(ActForm):
    """To whom it goes: groups, and single ones that were found by name."""

    groups = forms.MultipleChoiceField(
        label=_("Everybody of a kind"), required=False, widget=forms.CheckboxSelectMultiple
    )
    to = forms.ModelMultipleChoiceField(
        label=_("Single bodies and facilities"),
        queryset=Organisation.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("One of those that you chose cannot be sent it, or has it already."),
            "invalid_pk_value": _("One of those that you chose cannot be sent it, or has it already."),
        },
    )

    def __init__(self, *args: Any, allowed: Any, groups: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 - a queryset
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = allowed  # type: ignore[attr-defined] # a ModelMultipleChoiceField
        self.fields["groups"].choices = groups  # type: ignore[attr-defined] # a MultipleChoiceField

"""Forms in which the rollout is reported. Their rules are in facilities.domain."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.domain.estimates import LineEntry, mistakes_of
from facilities.domain.rollout import LONGEST_NOTE, Account
from facilities.domain.survey import ZoneFound
from facilities.enums import BlockReason, Payer, ReportKind, Sink, ZoneKind
from facilities.forms.acts import ActForm, DayField
from facilities.forms.attachments import AttachingForm, FilesField
from facilities.forms.dong import DongField
from facilities.forms.rows import RowForm


class ReportForm(AttachingForm):
    """What every report says: on which day it was so, and what there is to add."""

    # These stand last, whatever a report asks for before them.
    LAST = ("on", "actual_cost", "note", "attached")

    on = DayField(label=_("Day"), initial=timezone.localdate, help_text=_("The day on which it was so."))
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 3}))
    attached = FilesField()
    called = {"files": "attached"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in self.LAST] + list(self.LAST))

    def account(self) -> Account:
        """What was entered, which must be valid."""
        given = self.cleaned_data
        return Account(on=given["on"], note=given["note"], uploads=given["attached"])


class CostedForm(ReportForm):
    """A report with which it may become known what all of it cost."""

    actual_cost = DongField(
        label=_("What it cost in the end, in đồng"),
        required=False,
        help_text=_("Leave it empty if that is not known yet; it can be told with a later step."),
    )


class ConnectionForm(CostedForm):
    """To which systems the pictures go."""

    sinks = forms.MultipleChoiceField(
        label=_("Pictures arrive at"),
        required=False,
        choices=Sink.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick each system that you connected. Whoever runs it confirms that the pictures arrive."),
    )

    def chosen(self) -> list[Sink]:
        """The systems that were ticked."""
        return [Sink(sink) for sink in self.cleaned_data["sinks"]]


class SurveyRow(RowForm):
    """One zone. One that is on record names it in `zone`, and is not entered again."""

    decisive = ("zone", "name", "existing", "usable", "needed")

    zone = forms.IntegerField(required=False, widget=forms.HiddenInput, localize=False)
    kind = forms.ChoiceField(label=_("Kind of zone"), required=False, choices=[("", "–"), *ZoneKind.choices])
    name = forms.CharField(label=_("Name on site"), required=False, max_length=100)
    existing = forms.IntegerField(label=_("Cameras there"), required=False, widget=forms.NumberInput({"min": 0}))
    usable = forms.IntegerField(label=_("Of these good enough"), required=False, widget=forms.NumberInput({"min": 0}))
    needed = forms.IntegerField(label=_("Cameras needed"), required=False, widget=forms.NumberInput({"min": 0}))

    @property
    def is_known(self) -> bool:
        """Whether the zone is on record already."""
        return bool(str(self["zone"].value() or "").strip())

    @property
    def kind_label(self) -> str:
        """The kind in words."""
        value = str(self["kind"].value() or "")
        return str(ZoneKind(value).label) if value in ZoneKind.values else ""

    def clean_needed(self) -> int:
        """Refuse to guess it."""
        needed: int | None = self.cleaned_data["needed"]
        if needed is None:
            raise forms.ValidationError(_("Enter how many cameras it takes, or 0."))
        return needed

    def found(self) -> ZoneFound:
        """The row, which must be valid."""
        given = self.cleaned_data
        return ZoneFound(
            kind=ZoneKind(given["kind"]) if given["kind"] else None,
            name=given["name"],
            existing=given["existing"] or 0,
            usable=given["usable"] or 0,
            needed=given["needed"],
            zone=given["zone"],
        )


class EstimateForm(ReportForm):
    """Who pays, and the sum that stands on paper."""

    payer = forms.ChoiceField(label=_("Who pays"), choices=Payer.choices)
    total = DongField(label=_("Total in đồng"), help_text=_("As on paper: it must be the sum of the lines."))
    template = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class EstimateRow(RowForm):
    """One line of an estimate."""

    decisive = ("item", "quantity", "unit_price")

    item = forms.CharField(label=_("Item"), required=False, max_length=200)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    quantity = forms.IntegerField(label=_("Quantity"), required=False, widget=forms.NumberInput({"min": 1}))
    unit_price = DongField(label=_("Price of one in đồng"), required=False)

    def clean(self) -> None:
        """Show what the line lacks with all else that is wrong, not only once the rest is right."""
        super().clean()
        for name, text in mistakes_of(self.entry()).items():
            if name not in self.errors:
                self.add_error(name, text)

    def entry(self) -> LineEntry:
        """What of the row can be read."""
        given = self.cleaned_data
        return LineEntry(given.get("item", ""), given.get("unit", ""), given.get("quantity"), given.get("unit_price"))


class OtherReportForm(ReportForm):
    """What is reported beside the steps."""

    kind = forms.ChoiceField(label=_("What do you report?"))
    reasons = forms.MultipleChoiceField(
        label=_("Why it is blocked"),
        required=False,
        choices=BlockReason.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Needed for a block alone: tick all that hold."),
    )

    def __init__(self, *args: Any, kinds: Sequence[ReportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        # All can be read: that one cannot be reported any more is for the domain to say, with the reason.
        field.choices = [
            (kind.value, kind.label) for kind in ReportKind if kind not in (ReportKind.STEP, ReportKind.WITHDRAWAL)
        ]
        field.widget.choices = [(kind.value, kind.label) for kind in kinds]
        if ReportKind.BLOCKED not in kinds and not self.is_bound:
            del self.fields["reasons"]


class WithdrawalForm(ActForm):
    """Why a report is taken back."""

    note = forms.CharField(label=_("Why is it withdrawn?"), max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 3}))

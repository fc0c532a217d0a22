"""The forms in which deadlines are set and revised, and the filter of their list. Rules: facilities.domain."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from facilities.enums import Bound, Sector, Stage
from facilities.forms.acts import ActForm
from facilities.forms.documents import ExistingDay, ListFilter
from facilities.forms.organisations import UnitChoice
from facilities.models import AdministrativeUnit, Document

_MILESTONES = [(stage.value, stage.label) for stage in Stage if stage != Stage.NOT_SURVEYED]


class WordedForm(ActForm):
    """By when, in the words of the document."""

    bound = forms.ChoiceField(
        label=_("The document says"),
        choices=Bound.choices,
        initial=Bound.BEFORE,
        help_text=_("“Before 12/06/2021” leaves 11/06/2021 as the last good day."),
    )
    day = ExistingDay(label=_("This day"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class DeadlineForm(WordedForm):
    """What is to be reached, where, by whom, by when."""

    called = {"document": "day"}
    field_order = ("milestone", "bound", "day", "area", "sectors", "note")

    milestone = forms.ChoiceField(label=_("To be reached"), choices=_MILESTONES, initial=Stage.CONNECTED)
    area = UnitChoice(
        label=_("Area"), queryset=AdministrativeUnit.objects.none(), required=False, empty_label=_("The whole country")
    )
    sectors = forms.MultipleChoiceField(
        label=_("Sectors"),
        choices=Sector.choices,
        initial=[sector.value for sector in Sector],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, units: Any, bounded: bool, **kwargs: Any) -> None:  # noqa: ANN401 - a queryset
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        area.queryset = units  # type: ignore[attr-defined] # UnitChoice has one
        if bounded:
            area.required = True
            area.empty_label = None  # type: ignore[attr-defined] # UnitChoice has one


class DocumentChoice(forms.ModelChoiceField[Document]):
    """Documents by number and subject."""

    def label_from_instance(self, obj: Document) -> str:
        return f"{obj.written} · {obj.subject[:80]}"


class RevisionForm(WordedForm):
    """A new day for the same milestone, area and sectors, and the document that gives it."""

    field_order = ("document", "bound", "day", "note")

    document = DocumentChoice(label=_("According to"), queryset=Document.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, documents: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a queryset
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined] # a ModelChoiceField


class DeadlineFilter(ListFilter):
    """Those in force, unless others are asked for."""

    q = forms.CharField(label=_("Area or document"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("In force")), ("superseded", _("Superseded")), ("all", _("All"))],
    )
    milestone = forms.ChoiceField(label=_("To be reached"), required=False, choices=[("", _("All")), *_MILESTONES])

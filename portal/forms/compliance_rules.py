"""The form of a rule: its source, its time, and whatever can be set of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.forms.acts import ActForm, DayField
from facilities.models import ComplianceRule
from portal.domain.rules.parameters import Kind, Parameter, checked, parameters_of, read

_HUNDRED = 100


class RuleForm(ActForm):
    """A new version of a rule, filled with what holds now."""

    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("The document that it comes from, for example 4403/CV-BCĐ"),
    )
    valid_from = DayField(
        label=_("From this day on"),
        initial=timezone.localdate,
        help_text=_("The version that holds now ends the day before, and stays readable."),
    )
    valid_to = DayField(
        label=_("Last valid day"),
        required=False,
        help_text=_("Only where the rule is to end. Otherwise leave it empty."),
    )

    def __init__(self, sent: Any, *, rule: ComplianceRule) -> None:  # noqa: ANN401 - what Django's forms take
        now = read(rule.code, rule.parameters)
        first: dict[str, Any] = {"source": rule.source, "valid_to": _still_to_come(rule.valid_to)}
        self.code, self.parameters = rule.code, parameters_of(rule.code)
        super().__init__(sent, initial=first)
        for each in self.parameters:
            self.fields[each.name] = field_of(each, now[each.name])
        self.order_fields([*(each.name for each in self.parameters), "source", "valid_from", "valid_to"])
        for field in self.fields.values():
            style = "form-check-input" if isinstance(field.widget, forms.CheckboxSelectMultiple) else "form-control"
            field.widget.attrs.setdefault("class", style)

    @property
    def chosen(self) -> Mapping[str, Any]:
        """The parameters as the rule reads them."""
        given = self.cleaned_data
        return {each.name: _typed(each, given[each.name]) for each in self.parameters}

    @property
    def stored(self) -> Mapping[str, Any]:
        """The parameters as they would be stored. Raises ValidationError by name."""
        return checked(self.code, self.chosen)


def field_of(parameter: Parameter, value: Any) -> forms.Field:  # noqa: ANN401 - of any kind
    """The form's field for a parameter, filled with the value that holds now. Shares are entered in per cent."""
    plain: dict[str, Any] = {"label": _labelled(parameter), "help_text": parameter.help, "initial": value}
    bounds: dict[str, Any] = {"min_value": parameter.minimum, "max_value": parameter.maximum}
    match parameter.kind:
        case Kind.COUNT:
            return forms.IntegerField(**plain, **bounds)
        case Kind.NUMBER:
            plain["initial"] = f"{value:g}"
            return forms.FloatField(**plain, **bounds, widget=forms.NumberInput({"step": "any"}))
        case Kind.SHARE:
            plain["initial"] = f"{value * _HUNDRED:g}"
            widget = forms.NumberInput({"step": "any"})
            return forms.FloatField(
                **plain,
                min_value=parameter.minimum * _HUNDRED,
                max_value=parameter.maximum * _HUNDRED,
                widget=widget,
            )
        case Kind.DAY:
            return DayField(**plain)
        case Kind.CHOICES:
            assert parameter.choices is not None  # noqa: S101 - said with the kind
            plain["initial"] = [str(each) for each in value]
            return forms.MultipleChoiceField(
                **plain, choices=parameter.choices.choices, widget=forms.CheckboxSelectMultiple
            )


def _labelled(parameter: Parameter) -> str:
    unit = "%" if parameter.kind is Kind.SHARE else parameter.unit
    return f"{parameter.label} ({unit})" if unit else str(parameter.label)


def _typed(parameter: Parameter, given: Any) -> Any:  # noqa: ANN401 - of any kind
    if parameter.kind is Kind.SHARE:
        return round(given / _HUNDRED, 6)
    return tuple(given) if parameter.kind is Kind.CHOICES else given


def _still_to_come(day: date | None) -> date | None:
    return day if day is not None and day >= timezone.localdate() else None


class RulesAsOfForm(ActForm):
    """Of which day the rules are asked; now, where no day gone by is named."""

    as_of = DayField(label=_("At the end of"), required=False)

    @property
    def day(self) -> date | None:
        """The day that was chosen, if it is over."""
        day: date | None = self.cleaned_data.get("as_of") if self.is_valid() else None
        return day if day is not None and day < timezone.localdate() else None

"""What a leaders' table may be narrowed to. All of it stands in the address: a view is a link one can send."""

from collections.abc import Callable
from datetime import date
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from cameras.enums import State
from facilities.enums import BlockReason, Premises, Sector, Stage
from portal.domain.rules.outcome import Result
from portal.domain.standing import CONNECTED, RULE_CODES
from portal.models import FacilityStanding
from portal.queries.searching import found
from portal.queries.sources import Rows
from portal.queries.standings import late, not_connected
from portal.tables.rule_words import COLUMNS, ORDER, RESULTS

PAGE_SIZES = (25, 50, 100)
# Troubles that facilities can be listed by; named as in portal.domain.standing.Standing.
TROUBLES = ("down", "impaired", "unknown", "forbidden")
YES = [("yes", _("Only these"))]


ALL = _("All")


def _choice(label: Any, choices: Any, empty: Any = ALL) -> filters.ChoiceFilter:  # noqa: ANN401 - lazy texts
    widget = forms.Select({"class": "form-select"})
    return filters.ChoiceFilter(label=label, choices=choices, empty_label=empty, widget=widget, method="by")


class StandingFilter(filters.FilterSet):  # type: ignore[misc] # django-filter is untyped
    """A value that is none of the choices narrows nothing. `on` is the day that the figures are about."""

    q = filters.CharFilter(
        label=_("Name"),
        method="by",
        max_length=100,
        widget=forms.TextInput(
            {"class": "form-control", "type": "search", "placeholder": _("Name, accents not needed")}
        ),
    )
    sector = _choice(_("Sector"), Sector.choices)
    premises = _choice(_("Premises"), Premises.choices)
    stage = _choice(
        _("Stage"), [*Stage.choices, ("on_line", _("Connected or watched")), ("unconnected", _("Not connected"))]
    )
    having = _choice(
        _("With a camera"),
        [
            ("down", State.DOWN.label),
            ("impaired", State.IMPAIRED.label),
            ("unknown", State.UNKNOWN.label),
            ("forbidden", _("In a forbidden zone")),
        ],
        _("In any state"),
    )
    late = _choice(_("Past the deadline"), YES)
    contradicted = _choice(_("Claims contradicted"), YES)
    overdue = _choice(_("Overdue findings"), YES)
    blocked = _choice(_("Reason given"), BlockReason.choices)
    condition = _choice(
        _("Running"), [("open", _("Neither paused nor closed")), ("paused", _("Paused")), ("closed", _("Closed"))]
    )
    rule = _choice(_("Rule"), [(code, code) for code in RULE_CODES], _("None"))
    result = _choice(_("Result"), [(each.value, RESULTS[each][0]) for each in ORDER], _("Any"))

    class Meta:
        model = FacilityStanding
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, rows: Rows | None = None, *, on: date | None = None, named: bool = True
    ) -> None:
        """`named`: the name is that of facilities. Otherwise it is that of units, and is searched in their rows."""
        self.on = on or date.min
        self.named = named
        super().__init__(data, FacilityStanding.objects.none() if rows is None else rows)
        self.form.is_valid()

    def filter_queryset(self, queryset: Rows) -> Rows:
        for name in self.filters:
            if value := self.chosen(name):
                queryset = queryset.filter(self.condition_of(name, value))
        return queryset

    @property
    def narrowed(self) -> Rows:
        """The rows that the choices leave."""
        rows: Rows = self.filter_queryset(self.queryset.all())
        return rows

    def by(self, queryset: Rows, name: str, value: str) -> Rows:
        """One choice alone."""
        return queryset.filter(self.condition_of(name, value))

    def condition_of(self, name: str, value: str) -> Q:
        """What a choice asks of rows."""
        conditions: dict[str, Callable[[], Q]] = {
            "q": lambda: found(value) if self.named else Q(),
            "stage": lambda: {"on_line": Q(stage__in=CONNECTED), "unconnected": not_connected()}.get(
                value, Q(stage=value)
            ),
            "having": lambda: Q(**{f"{value}__gt": 0}),
            "late": lambda: late(self.on),
            "contradicted": lambda: Q(contradictions__len__gt=0),
            "overdue": lambda: Q(overdue_findings__gt=0),
            "blocked": lambda: Q(blocked__contains=[value]),
            "condition": lambda: {
                "open": Q(paused=False, closed=False),
                "paused": Q(paused=True),
                "closed": Q(closed=True),
            }[value],
            "rule": Q,
            "result": Q,
        }
        if name == "rule":
            return self._by_rule(value)
        return conditions.get(name, lambda: Q(**{name: value}))()

    def _by_rule(self, code: str) -> Q:
        if result := self.chosen("result"):
            return Q(**{f"{COLUMNS[Result(result)]}__contains": [code]})
        return Q(passed__contains=[code]) | Q(failed__contains=[code]) | Q(undecided__contains=[code])

    def chosen(self, name: str) -> str:
        """What the person chose there, or "" for no choice."""
        return str(self.form.cleaned_data.get(name) or "")

    @property
    def fields(self) -> dict[str, forms.Field]:
        """The fields of the form, by name."""
        return dict(self.form.fields)

    @property
    def carried(self) -> dict[str, str]:
        """What stays chosen as one goes up or down the table's levels: all but the name."""
        return {name: self.chosen(name) for name in self.filters if name != "q" and self.chosen(name)}

    @property
    def first_fields(self) -> list[Any]:
        """Those that stand open beside the name."""
        return [self.form[name] for name in ("sector", "stage", "having")]

    @property
    def more_fields(self) -> list[Any]:
        """Those that are opened."""
        return [self.form[name] for name in self._more]

    @property
    def _more(self) -> list[str]:
        return [name for name in self.filters if name not in ("q", "sector", "stage", "having")]

    @property
    def narrows_by_choice(self) -> bool:
        """Whether anything but a name is chosen."""
        return bool(self.carried)

    @property
    def narrows_more(self) -> bool:
        """Whether any of those is chosen that are opened."""
        return any(self.chosen(name) for name in self._more)

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen at all."""
        return any(self.chosen(name) for name in self.filters)


def asked_day(data: QueryDict, today: date) -> date | None:
    """The past day as of whose end the table is asked for; None for how things stand now."""
    try:
        day = parse_date(data.get("as_of", ""))
    except ValueError:
        return None
    return day if day is not None and date(2000, 1, 1) <= day < today else None

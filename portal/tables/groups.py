"""The groups of columns that a reader chooses among, with what each is sorted by in the database."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Case, DateField, F, FloatField, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy

from cameras.enums import State
from facilities.enums import Stage
from portal.domain.standing import RULE_CODES
from portal.tables.cells import (
    write_contradictions,
    write_deadline,
    write_findings,
    write_inspected,
    write_of,
    write_part,
    write_rule,
    write_stage,
    write_stages,
    write_trend,
)
from portal.tables.columns import Figure, Text, ratio
from portal.tables.words import RULE_NAMES

_ZONES = gettext_lazy("Required zones: verified by a picture / required")
_SINKS = gettext_lazy("Required connections: confirmed / claimed / required")


def _observed() -> Combinable:
    return Cast("ok_seconds", FloatField()) + F("impaired_seconds") + F("down_seconds")


def _uptime() -> Coalesce:
    watched = Q(ok_seconds__gt=0) | Q(impaired_seconds__gt=0) | Q(down_seconds__gt=0)
    share_of = Case(When(watched, then=Cast("ok_seconds", FloatField()) / _observed()), output_field=FloatField())
    return Coalesce(share_of, Value(-1.0), output_field=FloatField())


def _unobserved() -> Coalesce:
    whole = _observed() + F("unknown_seconds")
    some = Q(unknown_seconds__gt=0) | Q(ok_seconds__gt=0) | Q(impaired_seconds__gt=0) | Q(down_seconds__gt=0)
    share_of = Case(When(some, then=Cast("unknown_seconds", FloatField()) / whole), output_field=FloatField())
    return Coalesce(share_of, Value(-1.0), output_field=FloatField())


def _stage_order() -> Case:
    return Case(*(When(stage=stage, then=Value(stage.order)) for stage in Stage), output_field=IntegerField())


def _rule_order(code: str) -> Case:
    """Failed, then unclear, then passed; before them those that were not asked."""
    places = {"failed": 3, "undecided": 2, "passed": 1}
    whens = (When(**{f"{name}__contains": [code]}, then=Value(place)) for name, place in places.items())
    return Case(*whens, default=Value(0), output_field=IntegerField())


# The groups that a reader chooses among, each with its columns. Claimed and verified always stand, as a pair.
GROUPS: dict[str, tuple[Text, Callable[[], dict[str, Figure]]]] = {
    "stage": (
        gettext_lazy("Stage"),
        lambda: {
            "stage": Figure(
                "stage",
                gettext_lazy("Connected"),
                "rest stage",
                by="connected_rank",
                order_of=_stage_order(),
                write=write_stage,
            )
        },
    ),
    "troubles": (
        gettext_lazy("Cameras without a good picture"),
        lambda: {
            "down": Figure("down", State.DOWN.label, "rest"),
            "impaired": Figure("impaired", State.IMPAIRED.label, "rest"),
            "unknown": Figure("unknown", State.UNKNOWN.label, "rest"),
            "forbidden": Figure("forbidden", gettext_lazy("In a forbidden zone"), "rest"),
        },
    ),
    "deadline": (
        gettext_lazy("Deadline"),
        lambda: {
            "deadline": Figure(
                "deadline",
                gettext_lazy("Past the deadline"),
                "rest",
                by="late",
                order_of=F("due_on"),
                write=write_deadline,
            )
        },
    ),
    "contradictions": (
        gettext_lazy("Claims contradicted"),
        lambda: {
            "contradictions": Figure(
                "contradictions",
                gettext_lazy("Claims contradicted"),
                "rest",
                order_of=F("contradictions__len"),
                write=write_contradictions,
            )
        },
    ),
    "trend": (
        gettext_lazy("Against last week"),
        lambda: {
            "trend": Figure(
                "trend",
                gettext_lazy("Against last week"),
                "rest",
                write=write_trend,
                orderable=False,
                tip=gettext_lazy("Share verified, in percentage points"),
            )
        },
    ),
    "stages": (
        gettext_lazy("Facilities at each stage"),
        lambda: {
            "stages": Figure(
                "stages", gettext_lazy("Facilities at each stage"), "rest", write=write_stages, orderable=False
            )
        },
    ),
    "zones": (
        gettext_lazy("Zones"),
        lambda: {
            "zones": Figure(
                "zones",
                gettext_lazy("Zones"),
                "rest",
                by="zones_rank",
                order_of=ratio("zones_verified", "zones_required"),
                write=write_of("zones_verified", "zones_required", route="facility"),
                tip=_ZONES,
            )
        },
    ),
    "sinks": (
        gettext_lazy("Connections"),
        lambda: {
            "sinks": Figure(
                "sinks",
                gettext_lazy("Connections"),
                "rest",
                by="sinks_rank",
                order_of=ratio("sinks_confirmed", "sinks_required"),
                write=write_of("sinks_confirmed", "sinks_claimed", "sinks_required", route="connections_of_facility"),
                tip=_SINKS,
            )
        },
    ),
    "uptime": (
        gettext_lazy("Uptime and time not observed"),
        lambda: {
            "uptime": Figure(
                "uptime",
                gettext_lazy("Uptime"),
                "rest",
                by="uptime_rank",
                order_of=_uptime(),
                write=write_part("uptime"),
            ),
            "unobserved": Figure(
                "unobserved",
                gettext_lazy("Time not observed"),
                "rest",
                by="unobserved_rank",
                order_of=_unobserved(),
                write=write_part("unobserved"),
            ),
        },
    ),
    "inspected": (
        gettext_lazy("Days since the inspection"),
        lambda: {
            "inspected": Figure(
                "inspected",
                gettext_lazy("Days since the inspection"),
                "rest",
                by="inspected_rank",
                # Those of which no inspection is known come before all others, as among units.
                order_of=Coalesce("inspected_on", Value(date.min), output_field=DateField()),
                write=write_inspected,
                initial_sort_descending=False,
                tip=gettext_lazy("Of several facilities, the longest time since any was inspected"),
            )
        },
    ),
    "findings": (
        gettext_lazy("Overdue findings"),
        lambda: {
            "findings": Figure(
                "findings",
                gettext_lazy("Overdue findings"),
                "rest",
                by="overdue_findings",
                order_of=Coalesce("overdue_findings", Value(0)),
                write=write_findings,
            )
        },
    ),
    **{
        code: (
            RULE_NAMES[code],
            lambda code=code: {  # type: ignore[misc] # mypy does not infer lambdas with defaults
                code: Figure(
                    code,
                    code,
                    "rest",
                    by=f"failed__{code}",
                    order_of=_rule_order(code),
                    write=write_rule(code),
                    tip=RULE_NAMES[code],
                )
            },
        )
        for code in RULE_CODES
    },
}
DEFAULT_GROUPS = ("stage", "troubles", "deadline", "contradictions", "trend")
# Always sent with the choice, so that choosing none is a choice too.
PAIR = "pair"


def chosen_groups(asked: Iterable[str]) -> tuple[str, ...]:
    """The groups of that choice, in the order of the table; unknown ones are passed over."""
    names = {name for each in asked for name in each.split(",")}
    return tuple(name for name in GROUPS if name in names)

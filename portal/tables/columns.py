"""The columns of the leaders' tables, alike at every level: what each says, sorts by and links to."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.db.models import Case, DateField, F, FloatField, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.enums import State
from facilities.enums import BlockReason, Stage
from portal.domain.standing import CONNECTED, RULE_CODES, STAGES, Standing, part
from portal.models import Figures
from portal.queries.sources import Rows
from portal.tables.figures import Cell, count, linked, named, number, percent, share
from portal.tables.filters import TROUBLES
from portal.tables.rule_words import RESULTS, result_of
from portal.tables.words import CONTRADICTIONS, RULE_NAMES, UNNAMED, until
from portal.templatetags.icons import icon_again

if TYPE_CHECKING:
    from portal.tables.compliance import ComplianceTable

Text = str | Promise
Record = Any  # a UnitRow, or a row of Figures
Written = Callable[[Standing, Record, "ComplianceTable"], Cell]
Linked = Callable[[Record, "ComplianceTable"], str]


class Figure(tables.Column):  # type: ignore[misc] # django-tables2 is untyped
    """A column of figures. Its foot is the total over all pages.

    `by` is what units are sorted by, an attribute of their standing; `order_of` the same of a facility's row, in SQL.
    """

    def __init__(
        self,
        counted: str,
        header: Text,
        css: str = "",
        *,
        by: str = "",
        order_of: Combinable | None = None,
        write: Written | None = None,
        tip: Text = "",
        **kwargs: Any,
    ) -> None:
        self.counted = counted
        self.order_of = order_of or F(counted)
        self.write = write
        css = f"number {css}".strip()
        label = {"data-label": header} if "rest" in css else {}
        cell = {"class": css}
        attrs = {"th": {**cell, "scope": "col", **({"title": tip} if tip else {})}, "td": {**cell, **label}, "tf": cell}
        order: dict[str, Any] = {"order_by": (f"standing__{by or counted}", "order"), "initial_sort_descending": True}
        super().__init__(empty_values=(), accessor="pk", verbose_name=header, attrs=attrs, **order | kwargs)

    def render(self, record: Record, table: "ComplianceTable") -> Cell:
        return self._written(table.standing(record), record, table)

    def footer(self, bound_column: Any, table: "ComplianceTable") -> Cell:  # noqa: ANN401 - untyped
        del bound_column
        return self._written(table.total, None, table)

    def order(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as django-tables2 calls it
        """In the database, always in one and the same order."""
        return sorted_by(queryset, self.order_of, descending=is_descending), True

    def _written(self, standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
        if self.write is not None:
            return self.write(standing, record, table)
        value = getattr(standing, self.counted)
        css = f"fig-{self.counted}" if self.counted in TROUBLES else ""
        return count(value, table.link(self.counted, record), css)


def sorted_by(rows: Rows, expression: Combinable, *, descending: bool) -> Rows:
    """Rows by an expression, unknown values last either way; equal ones by name, and each at one place."""
    key = OrderBy(expression, descending=descending, nulls_last=True)  # type: ignore[arg-type] # any expression will do
    return rows.order_by(key, "folded", "facility_id")


class Share(Figure):
    """The verified part of what is claimed. Its first click puts the worst on top."""

    def __init__(self) -> None:
        order = ("standing__rank", "-standing__missing", "order")
        super().__init__(
            "share",
            gettext_lazy("Share verified"),
            "share",
            write=lambda standing, _record, _table: share(standing),
            order_by=order,
            initial_sort_descending=False,
        )

    def order(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as above
        key, missing = ratio("verified", "claimed"), F("claimed") - F("verified")
        first, second = (key.desc(), missing.asc()) if is_descending else (key.asc(), missing.desc())
        return queryset.order_by(first, second, "folded", "facility_id"), True


class Name(tables.Column):  # type: ignore[misc] # django-tables2 is untyped
    """Who it is, and the way down. On a phone a tap beside it opens the columns that have no room."""

    def __init__(self, header: Text) -> None:
        cell = {"class": "name"}
        attrs = {"th": {**cell, "scope": "col"}, "td": cell, "tf": cell}
        super().__init__(
            empty_values=(), accessor="pk", verbose_name=header, order_by="order", footer=_("Total"), attrs=attrs
        )

    def render(self, record: Record, table: "ComplianceTable") -> Cell:
        return named(table.record_url(record), table.called(record))

    def order(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as above
        return sorted_by(queryset, F("folded"), descending=is_descending), True


def ratio(some: str, of: str) -> Coalesce:
    """A share as a number to sort by; what has none comes before all that have."""
    share_of = Case(When(**{f"{of}__gt": 0}, then=Cast(some, FloatField()) / Cast(of, FloatField())))
    return Coalesce(share_of, Value(-1.0), output_field=FloatField())


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


def _stage(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    if isinstance(record, Figures):
        return linked(_stage_of(record), table.evidence("rollout", record))
    found = part(standing.connected, standing.facilities)
    tip = ", ".join(
        f"{stage.label}: {number(some)}" for stage, some in zip(STAGES, standing.stages, strict=True) if some
    )
    text = f"{number(standing.connected)}/{number(standing.facilities)}"
    url = table.link("stage", record)
    return format_html('{} <span class="of" title="{}">{}</span>', linked(text, url), tip, percent(found))


def _stage_of(record: Figures) -> Cell:
    marks = [mark for mark, holds in ((_("Paused"), record.paused), (_("Closed"), record.closed)) if holds]
    if record.blocked and record.stage not in CONNECTED and not record.closed:
        marks += [str(BlockReason(reason).label) for reason in record.blocked]
    label = str(Stage(record.stage).label)
    return format_html('{}<small class="marks">{}</small>', label, ", ".join(marks)) if marks else label


def _stages(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """Each stage that some are at, and how many."""
    del record, table
    pairs = [f"{stage.label}: {number(some)}" for stage, some in zip(STAGES, standing.stages, strict=True) if some]
    return format_html('<span class="stages">{}</span>', " · ".join(pairs) or "–")


def _of(*names: str, route: str) -> Written:
    def write(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
        if not getattr(standing, names[-1]):
            return "–"
        text = " / ".join(number(getattr(standing, name)) for name in names)
        return linked(text, table.evidence(route, record) if isinstance(record, Figures) else "")

    return write


def _part(name: str) -> Written:
    def write(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
        found: float | None = getattr(standing, name)
        if found is None:
            return format_html('<span title="{}">–</span>', _("Nothing was measured in this time."))
        return linked(percent(found), table.evidence("facility_uptime", record) if isinstance(record, Figures) else "")

    return write


def _inspected(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    del record
    if standing.inspected_on is None:
        return format_html('<span title="{}">–</span>', _("No inspection is on record."))
    return number((table.on - standing.inspected_on).days)


def _findings(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    if not standing.findings_known:
        return format_html('<span title="{}">–</span>', _("No findings are on record."))
    return count(standing.overdue_findings, table.link("overdue", record))


def _deadline(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """Of a facility how long it has, or had; of several how many are past it."""
    if not isinstance(record, Figures):
        return count(standing.late, table.link("late", record), "fig-late")
    if record.closed:
        return "–"
    if record.stage in CONNECTED:
        return _met(record)
    text = until(record.due_on, table.on)
    css = "fig-late" if standing.late else ""
    return linked(text, table.evidence("rollout", record), css) if record.due_on else text


def _met(record: Figures) -> Cell:
    if record.due_on is None or record.connected_on is None:
        return _("connected")
    if record.connected_on <= record.due_on:
        return _("connected in time")
    return _("connected, %(late)s") % {"late": until(record.due_on, record.connected_on)}


def _contradictions(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    css = "fig-contradicted"
    cell = count(standing.contradictions, table.link("contradicted", record), css)
    if isinstance(record, Figures) and record.contradictions:
        said = "; ".join(str(CONTRADICTIONS.get(code, UNNAMED).against) for code in record.contradictions)
        return format_html('<span title="{}">{}</span>', said, cell)
    return cell


def _trend(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
    """The verified share against a week before, in percentage points, with a sign and an arrow."""
    return difference(standing, table.before(record))


def difference(now: Standing, before: Standing | None) -> Cell:
    """How the verified share has changed."""
    if before is None or before.share is None or now.share is None:
        return format_html('<span class="fig-none" title="{}">–</span>', _("Nothing to compare with a week before."))
    points = round((now.share - before.share) * 100, 1)
    icon, sign = ("minus", "±") if not points else ("arrow-up-right", "+") if points > 0 else ("arrow-down-right", "−")
    css = "same" if not points else "better" if points > 0 else "worse"
    text = f"{sign}{number_with_one(abs(points))}"
    return format_html('<span class="trend trend-{}">{}{}</span>', css, icon_again(icon), text)


def number_with_one(value: float) -> str:
    """With one decimal, as the reader writes it."""
    return percent(value / 100 + 1e-9)[:-1]


def _rule(code: str) -> Written:
    def write(standing: Standing, record: Record, table: "ComplianceTable") -> Cell:
        if not isinstance(record, Figures):
            judged = standing.judged(code)
            if not judged:
                return "–"
            failed = standing.failed.get(code, 0)
            return format_html(
                '{} <span class="of">/ {}</span>', count(failed, table.link(code, record)), number(judged)
            )
        return linked(_result(code, record), table.evidence("facility_rules", record))

    return write


def _result(code: str, record: Figures) -> Cell:
    result = result_of(record, code)
    if result is None:
        return "–"
    word, icon, _hue = RESULTS[result]
    return format_html('<span class="result result-{}">{}{}</span>', result, icon_again(icon), word)


# What the columns draw again and again.
ICONS = ("minus", "arrow-up-right", "arrow-down-right", "circle-x", "circle-check", "help-circle")
_ZONES = gettext_lazy("Required zones: verified by a picture / required")
_SINKS = gettext_lazy("Required connections: confirmed / claimed / required")

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
                write=_stage,
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
                "deadline", gettext_lazy("Past the deadline"), "rest", by="late", order_of=F("due_on"), write=_deadline
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
                write=_contradictions,
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
                write=_trend,
                orderable=False,
                tip=gettext_lazy("Share verified, in percentage points"),
            )
        },
    ),
    "stages": (
        gettext_lazy("Facilities at each stage"),
        lambda: {
            "stages": Figure("stages", gettext_lazy("Facilities at each stage"), "rest", write=_stages, orderable=False)
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
                write=_of("zones_verified", "zones_required", route="facility"),
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
                write=_of("sinks_confirmed", "sinks_claimed", "sinks_required", route="connections_of_facility"),
                tip=_SINKS,
            )
        },
    ),
    "uptime": (
        gettext_lazy("Uptime and time not observed"),
        lambda: {
            "uptime": Figure(
                "uptime", gettext_lazy("Uptime"), "rest", by="uptime_rank", order_of=_uptime(), write=_part("uptime")
            ),
            "unobserved": Figure(
                "unobserved",
                gettext_lazy("Time not observed"),
                "rest",
                by="unobserved_rank",
                order_of=_unobserved(),
                write=_part("unobserved"),
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
                write=_inspected,
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
                write=_findings,
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
                    write=_rule(code),
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

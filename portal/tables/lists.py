"""The tables of facilities that are not connected, and of claims that verification contradicts."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import CharField, F, Func
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from facilities.enums import BlockReason, Stage
from portal.models import Figures
from portal.queries.sources import Rows
from portal.tables.columns import sorted_by
from portal.tables.compliance import rest
from portal.tables.figures import evidence, named
from portal.tables.words import CONTRADICTIONS, UNNAMED, Contradicted, until
from portal.templatetags.icons import icon_again

_NAME = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}}


class NotConnectedTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a facility: where it is stuck, why, and how many days late, the latest first."""

    name = tables.Column(verbose_name=_("Facility"), attrs=_NAME)
    late = tables.Column(accessor="due_on", verbose_name=_("Deadline"), attrs={"th": {"scope": "col"}}, empty_values=())
    reasons = tables.Column(
        accessor="blocked",
        verbose_name=_("Reasons given"),
        attrs={"th": {"scope": "col"}},
        empty_values=(),
        orderable=False,
    )
    stage = tables.Column(verbose_name=_("Stage"), attrs=rest(_("Stage")))
    since = tables.Column(accessor="stage_since", verbose_name=_("Since"), attrs=rest(_("Since")))
    district = tables.Column(accessor="district__full_name", verbose_name=_("District"), attrs=rest(_("District")))
    province = tables.Column(
        accessor="province__full_name", verbose_name=_("Province or city"), attrs=rest(_("Province or city"))
    )

    class Meta:
        attrs = {"class": "table figures said"}
        order_by = "late"

    def __init__(self, rows: Rows, *, on: date) -> None:
        self.on = on
        super().__init__(rows)

    def order_name(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as django-tables2 calls it
        return sorted_by(queryset, F("folded"), descending=is_descending), True

    def order_late(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as django-tables2 calls it
        return sorted_by(queryset, F("due_on"), descending=is_descending), True

    def render_name(self, record: Any) -> SafeString:  # noqa: ANN401 - a row of figures
        return named(evidence("rollout", record.facility_id), record.local_name)

    def render_late(self, record: Figures) -> SafeString:
        css = "fig-late" if record.due_on is not None and record.due_on < self.on else ""
        day = f"{record.due_on:%d/%m/%Y}" if record.due_on else ""
        return format_html('<span class="{}">{}</span> <small>{}</small>', css, until(record.due_on, self.on), day)

    def render_reasons(self, record: Figures) -> str:
        said = [str(BlockReason(reason).label) for reason in record.blocked]
        return ", ".join(said) if said else str(_("none reported"))

    def render_stage(self, record: Figures) -> str:
        return str(Stage(record.stage).label)

    def render_since(self, value: date) -> str:
        return f"{value:%d/%m/%Y}"


class EachOf(Func):
    """One row for each element of an array."""

    function = "unnest"
    set_returning = True
    output_field = CharField()


def each_contradiction(rows: Rows) -> Rows:
    """One row for each claim that is contradicted, its code as `said`."""
    each: Rows = rows.exclude(contradictions=[]).annotate(said=EachOf("contradictions"))
    return each


class ContradictionTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """One row a claim: what is claimed, what verification says, each a way to its evidence."""

    name = tables.Column(verbose_name=_("Facility"), attrs=_NAME)
    claimed = tables.Column(
        accessor="said", verbose_name=_("Claimed"), attrs={"th": {"scope": "col"}}, order_by=("said", "folded")
    )
    verified = tables.Column(
        accessor="said", verbose_name=_("Verified"), attrs={"th": {"scope": "col"}}, orderable=False
    )
    stage = tables.Column(verbose_name=_("Stage"), attrs=rest(_("Stage")), orderable=False)
    district = tables.Column(
        accessor="district__full_name", verbose_name=_("District"), attrs=rest(_("District")), default="–"
    )
    province = tables.Column(
        accessor="province__full_name", verbose_name=_("Province or city"), attrs=rest(_("Province or city"))
    )

    class Meta:
        attrs = {"class": "table figures said"}
        order_by = "name"

    def order_name(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as django-tables2 calls it
        return queryset.order_by("-folded" if is_descending else "folded", "facility_id", "said"), True

    def render_name(self, record: Any) -> SafeString:  # noqa: ANN401 - a row of figures
        return named(evidence("facility", record.facility_id), record.local_name)

    def render_claimed(self, record: Any) -> SafeString:  # noqa: ANN401 - a row of figures
        return format_html('<a href="{}">{}</a>', evidence("rollout", record.facility_id), _words(record).claim)

    def render_verified(self, record: Any) -> SafeString:  # noqa: ANN401 - a row of figures
        words = _words(record)
        url = evidence(words.evidence, record.facility_id) or reverse("facility", args=[record.facility_id])
        return format_html('<a href="{}">{} {}</a>', url, icon_again("alert-triangle"), words.against)

    def render_stage(self, record: Figures) -> str:
        return str(Stage(record.stage).label)


def _words(record: Any) -> Contradicted:  # noqa: ANN401 - a row of figures
    return CONTRADICTIONS.get(record.said, UNNAMED)

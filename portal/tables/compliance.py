"""The compliance tables: what is claimed and what is verified, side by side, the worst first."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.enums import Sector
from facilities.models import AdministrativeUnit
from portal.domain.standing import RULE_CODES, Standing
from portal.models import Figures
from portal.queries.sources import Rows
from portal.queries.standings import UnitRow, of_one
from portal.tables.columns import Figure, Name, Share, sorted_by
from portal.tables.figures import Cell, evidence
from portal.tables.filters import TROUBLES
from portal.tables.groups import GROUPS

Record = UnitRow | Figures


def facilities_url(unit: int | None, **query: str) -> str:
    """The list of the single facilities of a unit, or of all; `query` narrows it."""
    path = reverse("compliance_facilities", args=[unit] if unit else [])
    return f"{path}?{urlencode(query)}" if query else path


class ComplianceTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """The columns that every level has. On a phone those marked `rest` go behind a tap on the name.

    `total` is of all rows on all pages, `befores` the standings of a week before by unit or facility.
    """

    claimed = Figure("claimed", gettext_lazy("Claimed"))
    verified = Figure("verified", gettext_lazy("Verified"))
    share = Share()

    class Meta:
        attrs = {"class": "table figures folding"}
        order_by = "share"

    def __init__(
        self,
        rows: Any,  # noqa: ANN401 - a list of UnitRow, or a queryset of Figures
        *,
        on: date,
        total: Standing,
        groups: Sequence[str],
        carried: Mapping[str, str],
        unit: int | None = None,
        before: Standing | None = None,
        exclude: Sequence[str] = (),
    ) -> None:
        self.on, self.total, self.carried, self.unit = on, total, carried, unit
        self.befores: dict[int, Standing] = {}
        self.standings: dict[int, Standing] = {}
        self.total_before = before
        self.rules = [code for code in groups if code in RULE_CODES]
        extra = [pair for group in groups for pair in GROUPS[group][1]().items()]
        super().__init__(rows, exclude=exclude, extra_columns=extra)

    def standing(self, record: Record) -> Standing:
        """Where a row's facilities stand."""
        raise NotImplementedError

    def before(self, record: Record | None) -> Standing | None:
        """Where they stood a week before; of no row, all of them."""
        return self.total_before if record is None else self.befores.get(self.key(record))

    def key(self, record: Record) -> int:
        """The unit or the facility that a row is about."""
        raise NotImplementedError

    def called(self, record: Record) -> str:
        """What it is called."""
        raise NotImplementedError

    def record_url(self, record: Record) -> str:
        """Where the row's name leads."""
        raise NotImplementedError

    def evidence(self, route: str, record: Record) -> str:
        """The page with the evidence behind a facility's figure."""
        return evidence(route, self.key(record))

    def link(self, counted: str, record: Record | None) -> str:
        """Where a figure leads: to what it counts."""
        raise NotImplementedError


def narrowing(counted: str) -> dict[str, str] | None:
    """The filter that leaves the facilities that a figure of several counts; None where there is none."""
    if counted == "facilities":
        return {}
    if counted in TROUBLES:
        return {"having": counted}
    if counted in ("late", "contradicted", "overdue"):
        return {counted: "yes"}
    if counted in RULE_CODES:
        return {"rule": counted, "result": "fail"}
    return {"stage": "on_line"} if counted == "stage" else None


class UnitTable(ComplianceTable):
    """Provinces, or districts."""

    facilities = Figure("facilities", gettext_lazy("Facilities"), "rest")

    class Meta(ComplianceTable.Meta):
        sequence = ("name", "facilities", "...")

    def standing(self, record: UnitRow) -> Standing:  # type: ignore[override] # rows are of one kind
        return record.standing

    def key(self, record: UnitRow) -> int:  # type: ignore[override] # the same
        return record.pk

    def called(self, record: UnitRow) -> str:  # type: ignore[override] # the same
        return record.name

    def link(self, counted: str, record: UnitRow | None) -> str:  # type: ignore[override] # the same
        """To the facilities that are counted, or have a camera that is."""
        narrowed = narrowing(counted)
        unit = record.pk if record else self.unit
        return "" if narrowed is None else facilities_url(unit, **{**self.carried, **narrowed})

    def record_url(self, record: UnitRow) -> str:  # type: ignore[override] # the same
        """One level down."""
        path = reverse("compliance_unit", args=[record.pk])
        return f"{path}?{urlencode(self.carried)}" if self.carried else path


class ProvinceTable(UnitTable):
    """One row a province."""

    name = Name(gettext_lazy("Province or city"))

    # django-tables2 reads the Meta of the class itself only.
    class Meta(UnitTable.Meta):
        pass


class DistrictTable(UnitTable):
    """One row a district."""

    name = Name(gettext_lazy("District"))

    class Meta(UnitTable.Meta):
        pass


def rest(label: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 - lazy texts
    """Attributes of a column of words that goes behind the tap on a phone."""
    cell = {"class": "rest"}
    return {"th": {**cell, "scope": "col"}, "td": {**cell, "data-label": label}, "tf": cell}


_TICK = {"th": {"class": "tick", "scope": "col"}, "td": {"class": "tick"}, "tf": {"class": "tick"}}


class FacilityTable(ComplianceTable):
    """One row a facility, sorted and cut into pages by the database. `choosing` lets rows be ticked."""

    tick = tables.Column(accessor="pk", verbose_name="", orderable=False, attrs=_TICK)
    name = Name(gettext_lazy("Facility"))
    district = tables.Column(accessor="pk", verbose_name=gettext_lazy("District"), attrs=rest(gettext_lazy("District")))
    sector = tables.Column(verbose_name=gettext_lazy("Sector"), attrs=rest(gettext_lazy("Sector")))

    class Meta(ComplianceTable.Meta):
        sequence = ("tick", "name", "district", "sector", "...")

    # Which facilities' cameras a figure counts.
    _CAMERAS = (*TROUBLES, "claimed", "verified")

    # Whether rows can be ticked, and whether all of them are.
    ticking = False
    ticked = False

    def before_render(self, request: HttpRequest) -> None:
        """Leave the column of ticks out where nobody can do anything with them."""
        del request
        if not self.ticking:
            self.columns.hide("tick")

    def render_tick(self, record: Figures) -> Cell:
        """What is ticked belongs to the form above the table."""
        label = _("Choose %(name)s") % {"name": record.local_name}
        return format_html(
            '<input class="form-check-input" type="checkbox" form="choose" name="facility" value="{}"'
            ' aria-label="{}"{}>',
            str(self.key(record)),
            label,
            SafeString(" checked" if self.ticked else ""),
        )

    def render_district(self, record: Figures) -> str:
        district: AdministrativeUnit | None = record.district
        return district.local_name if district else "–"

    def order_district(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as django-tables2 calls it
        return sorted_by(queryset, F("district__full_name"), descending=is_descending), True

    def render_sector(self, record: Figures) -> str:
        return str(Sector(record.sector).label)

    def order_sector(self, queryset: Rows, is_descending: bool) -> tuple[Rows, bool]:  # noqa: FBT001 - as django-tables2 calls it
        return sorted_by(queryset, F("sector"), descending=is_descending), True

    def standing(self, record: Figures) -> Standing:  # type: ignore[override] # rows are of one kind
        key = self.key(record)
        if key not in self.standings:
            self.standings[key] = of_one(record, self.on, self.rules)
        return self.standings[key]

    def key(self, record: Figures) -> int:  # type: ignore[override] # the same
        return int(record.facility_id)  # type: ignore[attr-defined] # declared by both kinds of figures

    def called(self, record: Figures) -> str:  # type: ignore[override] # the same
        return record.local_name

    def link(self, counted: str, record: Figures | None) -> str:  # type: ignore[override] # the same
        """To the cameras that are counted; the total to the facilities of its kind."""
        if record is None:
            narrowed = narrowing(counted)
            return "" if narrowed is None else facilities_url(self.unit, **{**self.carried, **narrowed})
        if counted == "contradicted":
            return f"{reverse('compliance_contradictions')}?facility={self.key(record)}"
        if counted not in self._CAMERAS:
            return ""
        path = evidence("cameras", self.key(record))
        state = {"claimed": "", "verified": "&state=ok"}.get(counted, f"&state={counted}")
        return f"{path}{state}"

    def record_url(self, record: Figures) -> str:  # type: ignore[override] # the same
        """The facility's own page."""
        return evidence("facility", self.key(record))


def in_order(rows: Rows, asked: Sequence[str]) -> Rows:
    """Facilities' figures in the order that the page's address asks for; what is no column asks for nothing."""
    table = FacilityTable(rows, on=date.min, total=Standing(), groups=list(GROUPS), carried={})
    table.order_by = tuple(asked)
    return table.data.data if table.order_by else rows

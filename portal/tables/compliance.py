"""The compliance tables: what is claimed and what is verified, side by side, the worst first."""

from typing import Any, ClassVar
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from facilities.enums import Sector
from portal.domain.standing import Standing
from portal.queries import FacilityRow, UnitRow
from portal.tables.filters import TROUBLES


def percent(share: float | None) -> str:
    """A share as the reader writes it, cut and not rounded: only all is 100 %."""
    return "–" if share is None else f"{number_format(int(share * 1000) / 10, 1)}%"


def facilities_url(unit: int | None, **query: str) -> str:
    """The list of the single facilities of a unit, or of all; `query` narrows it."""
    path = reverse("compliance_facilities", args=[unit] if unit else [])
    return f"{path}?{urlencode(query)}" if query else path


def figure(name: str, standing: Standing, url: str = "") -> SafeString | str:
    """One figure in the reader's digits; with `url` a link to what it counts, unless that is nothing."""
    value = getattr(standing, name)
    text = number_format(value, force_grouping=True)
    if not value:
        return format_html('<span class="fig-none">{}</span>', text)
    css = f"fig-{name}" if name in TROUBLES else "fig"
    if url:
        return format_html('<a class="{}" href="{}">{}</a>', css, url, text)
    return format_html('<span class="{}">{}</span>', css, text) if name in TROUBLES else text


def share(standing: Standing) -> SafeString | str:
    """The share verified, drawn and written."""
    if standing.share is None:
        return percent(None)
    meter = '<meter value="{}" aria-hidden="true"></meter><span>{}</span>'
    return format_html(meter, f"{standing.share:.3f}", percent(standing.share))


class Figure(tables.Column):  # type: ignore[misc] # django-tables2 is untyped
    """A right-aligned count. Its first click puts the largest on top; its foot is the total over all pages."""

    def __init__(self, name: str, header: str | Promise, css: str = "", **kwargs: Any) -> None:
        self.counted = name
        css = f"number {css}".strip()
        attrs = {"th": {"class": css, "scope": "col"}, "td": {"class": css}, "tf": {"class": css}}
        order: dict[str, Any] = {"order_by": (f"standing__{name}", "order"), "initial_sort_descending": True}
        super().__init__(accessor="standing", verbose_name=header, attrs=attrs, **order | kwargs)

    def render(self, value: Standing, record: Any, table: "ComplianceTable") -> SafeString | str:  # noqa: ANN401 - of either kind
        return figure(self.counted, value, table.link(self.counted, record.pk))

    def footer(self, bound_column: Any, table: "ComplianceTable") -> SafeString | str:  # noqa: ANN401 - untyped
        del bound_column
        return figure(self.counted, table.total)


class Share(Figure):
    """The verified part of what is claimed. Its first click puts the worst on top."""

    def __init__(self, header: str | Promise) -> None:
        order = ("standing__rank", "-standing__missing", "order")
        super().__init__("share", header, "share", order_by=order, initial_sort_descending=False)

    def render(self, value: Standing) -> SafeString | str:  # type: ignore[override] # django-tables2 passes what is named
        return share(value)

    def footer(self, bound_column: Any, table: "ComplianceTable") -> SafeString | str:  # noqa: ANN401 - untyped
        del bound_column
        return share(table.total)


class ComplianceTable(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """The columns that every level has. On a phone those marked `rest` go behind a tap on the name."""

    registered = Figure("registered", _("Claimed"))
    verified = Figure("verified", _("Verified"))
    share = Share(_("Share verified"))
    down = Figure("down", _("Disconnected"), "rest")
    impaired = Figure("impaired", _("Impaired"), "rest")
    unknown = Figure("unknown", _("Not observed"), "rest")
    forbidden = Figure("forbidden", _("In a forbidden zone"), "rest")

    behind_a_tap: ClassVar[tuple[str, ...]] = TROUBLES

    class Meta:
        attrs = {"class": "table figures"}
        order_by = "share"

    def __init__(
        self, rows: list[Any], *, total: Standing, carried: dict[str, str], exclude: tuple[str, ...] = ()
    ) -> None:
        self.total = total
        self.carried = carried
        super().__init__(rows, exclude=exclude)

    def link(self, counted: str, pk: int) -> str:
        """Where a row's figure leads; nowhere unless a level says so."""
        del counted, pk
        return ""

    def record_url(self, record: Any) -> str:  # noqa: ANN401 - of either kind
        """Where the row's name leads."""
        raise NotImplementedError


class Name(tables.Column):  # type: ignore[misc] # django-tables2 is untyped
    """Who it is, and the way down. On a phone a tap beside it opens the columns that have no room."""

    def __init__(self, header: str | Promise) -> None:
        attrs = {"th": {"class": "name", "scope": "col"}, "td": {"class": "name"}, "tf": {"class": "name"}}
        super().__init__(accessor="name", verbose_name=header, order_by="order", footer=_("Total"), attrs=attrs)

    def render(self, value: str, record: Any, table: "ComplianceTable") -> SafeString:  # noqa: ANN401 - of either kind
        more = format_html_join(
            "",
            "<div><dt>{}</dt><dd>{}</dd></div>",
            (
                (table.columns[name].header, figure(name, record.standing, table.link(name, record.pk)))
                for name in table.behind_a_tap
            ),
        )
        return format_html(
            '<a href="{}">{}</a><details class="more"><summary aria-label="{}">…</summary><dl>{}</dl></details>',
            table.record_url(record),
            value,
            _("More about %(name)s") % {"name": value},
            more,
        )


class UnitTable(ComplianceTable):
    """Provinces, or districts."""

    facilities = Figure("facilities", _("Facilities"), "rest")
    behind_a_tap = ("facilities", *TROUBLES)

    class Meta(ComplianceTable.Meta):
        sequence = ("name", "facilities", "...")

    def link(self, counted: str, pk: int) -> str:
        """To the facilities that are counted, or have a camera that is."""
        if counted == "facilities":
            return facilities_url(pk, **self.carried)
        return facilities_url(pk, **self.carried, having=counted) if counted in TROUBLES else ""

    def record_url(self, record: UnitRow) -> str:
        """One level down."""
        path = reverse("compliance_unit", args=[record.pk])
        return f"{path}?{urlencode(self.carried)}" if self.carried else path


class ProvinceTable(UnitTable):
    """One row a province."""

    name = Name(_("Province or city"))

    # django-tables2 reads the Meta of the class itself only.
    class Meta(UnitTable.Meta):
        pass


class DistrictTable(UnitTable):
    """One row a district."""

    name = Name(_("District"))

    class Meta(UnitTable.Meta):
        pass


_REST = {"th": {"class": "rest", "scope": "col"}, "td": {"class": "rest"}, "tf": {"class": "rest"}}


class FacilityTable(ComplianceTable):
    """One row a facility."""

    name = Name(_("Facility"))
    district = tables.Column(verbose_name=_("District"), attrs=_REST)
    sector = tables.Column(verbose_name=_("Sector"), attrs=_REST)

    class Meta(ComplianceTable.Meta):
        sequence = ("name", "district", "sector", "...")

    def render_sector(self, value: str) -> str:
        return str(Sector(value).label)

    def record_url(self, record: FacilityRow) -> str:
        """The facility's own page."""
        return reverse("facility", args=[record.pk])

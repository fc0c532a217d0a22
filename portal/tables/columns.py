"""The columns of the leaders' tables, alike at every level: what each says, sorts by and links to."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.db.models import Case, F, FloatField, Value, When
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.domain.standing import Standing
from portal.queries.sources import Rows
from portal.tables.cells import Record, Written
from portal.tables.figures import Cell, count, named, share
from portal.tables.filters import TROUBLES

if TYPE_CHECKING:
    from portal.tables.compliance import ComplianceTable

Text = str | Promise
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

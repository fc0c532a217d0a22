"""The compliance table: who is behind, and is what they claim true? Country → province → district → facility."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.domain.folding import matches
from facilities.enums import Permission, UnitLevel
from facilities.models import AdministrativeUnit, Facility
from portal.domain.standing import total
from portal.queries import (
    FacilityRow,
    UnitRow,
    compliance_by_district,
    compliance_by_facility,
    compliance_by_province,
    has_districts,
    reached,
    top_unit,
    within,
)
from portal.tables.compliance import DistrictTable, FacilityTable, ProvinceTable, facilities_url, percent
from portal.tables.filters import PAGE_SIZES, TROUBLES, ComplianceFilter

ROWS_REMEMBERED = "rows_per_page"


class Compliance(Page):
    """One level of the table. Without a unit the provinces; `by_facility` leaves the levels between out.

    Who reaches one province alone, or one district, has that for the top.
    """

    permissions = {"GET": Permission.VIEW_FIGURES}
    by_facility = False

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        top = top_unit(self.person)
        if pk is None and top is not None:
            route = "compliance_facilities" if self.by_facility else "compliance_unit"
            return HttpResponseRedirect(reverse(route, args=[top], query=request.GET))
        unit, divided = self._unit(pk)
        by_facility = self.by_facility or not divided
        chosen = ComplianceFilter(request.GET, by_facility=by_facility)
        facilities = within(
            reached(self.person, sector=chosen.chosen("sector"), premises=chosen.chosen("premises")), unit
        )
        rows = self._rows(facilities, chosen, unit, by_facility=by_facility)
        standing = total(row.standing for row in rows)
        kind = FacilityTable if by_facility else DistrictTable if unit else ProvinceTable
        # Within a district its name would stand in every row; where there are none the column would be empty.
        repeated = () if divided else ("district",)
        table = kind(rows, total=standing, carried=chosen.carried, exclude=repeated)
        size = self._page_size(request)
        RequestConfig(request, paginate={"per_page": size, "silent": True}).configure(table)
        context = {
            "unit": unit,
            "top": top,
            "by_facility": by_facility,
            "divided": divided,
            "filter": chosen,
            "table": table,
            "total": standing,
            "percent": percent(standing.share),
            "size": size,
            "sizes": PAGE_SIZES,
            "links": _links(pk, chosen),
            "here": request.path,
            "export_table": "facilities" if by_facility else "units",
            "export_unit": pk,
            # What stays chosen on the way up.
            "kept": f"?{urlencode(chosen.carried)}" if chosen.carried else "",
        }
        return render(request, "portal/compliance.html", context)

    def _unit(self, pk: int | None) -> tuple[AdministrativeUnit | None, bool]:
        """The province or district, and whether it has smaller units to go down to.

        404 where none of its facilities is in the person's reach.
        """
        if pk is None:
            return None, True
        unit = get_object_or_404(AdministrativeUnit.objects.select_related("province"), pk=pk)
        divided = has_districts(within(reached(self.person), unit))
        if divided is None:
            raise Http404
        return unit, divided and unit.level == UnitLevel.PROVINCE

    def _rows(
        self,
        facilities: QuerySet[Facility],
        chosen: ComplianceFilter,
        unit: AdministrativeUnit | None,
        *,
        by_facility: bool,
    ) -> list[Any]:
        """The rows that the filter leaves. The names are searched here: PostgreSQL alone cannot ignore accents."""
        rows: list[FacilityRow] | list[UnitRow]
        if by_facility:
            rows = compliance_by_facility(facilities)
        else:
            rows = compliance_by_district(facilities) if unit else compliance_by_province(facilities)
        query, having = chosen.chosen("q"), chosen.chosen("having")
        return [
            row
            for row in rows
            if matches(query, row.name, row.code if isinstance(row, FacilityRow) else "")
            and (not having or getattr(row.standing, having))
        ]

    @staticmethod
    def _page_size(request: HttpRequest) -> int:
        """Rows a page: as asked now, as asked before, or the smallest."""
        asked = request.GET.get("rows", "")
        sizes = {str(size): size for size in PAGE_SIZES}
        if asked in sizes and request.session.get(ROWS_REMEMBERED) != sizes[asked]:
            request.session[ROWS_REMEMBERED] = sizes[asked]
        return int(request.session.get(ROWS_REMEMBERED, PAGE_SIZES[0]))


def _links(unit: int | None, chosen: ComplianceFilter) -> dict[str, str]:
    """Where the figures above the table lead: to the facilities that they count."""
    troubles = {name: facilities_url(unit, **chosen.carried, having=name) for name in TROUBLES}
    return troubles | {"facilities": facilities_url(unit, **chosen.carried)}

"""Lists beside the compliance table: who is not connected and why, whose claims are contradicted, and all cameras."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.domain.keys import key_of
from facilities.enums import Permission
from facilities.models import AdministrativeUnit, Facility
from portal.figures.refreshing import refresh
from portal.queries import reached, top_unit, within
from portal.queries.cameras import cameras_of
from portal.queries.sources import Rows, live
from portal.queries.standings import not_connected
from portal.tables.cameras import CameraFilter, CameraTable
from portal.tables.filters import PAGE_SIZES, StandingFilter
from portal.tables.lists import ContradictionTable, NotConnectedTable, each_contradiction
from portal.views.compliance import MADE_BEFORE_READING, page_size


def _number(text: str) -> int:
    """A number of the database; 404 where it cannot be one."""
    key = key_of(text)
    if key is None:
        raise Http404
    return key


class OfUnit(Page):
    """A list over the country, or over the unit that `?unit=` names; 404 where nothing of it is in reach."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def unit(self, number: str) -> AdministrativeUnit | None:
        """The unit of that number."""
        if not number:
            return None
        unit = get_object_or_404(AdministrativeUnit.objects.select_related("province"), pk=_number(number))
        if not within(reached(self.person), unit).exists():
            raise Http404
        return unit

    def facility(self, number: str) -> Facility | None:
        """The one facility to which `?facility=` narrows the list."""
        if not number:
            return None
        facilities = self.visible(Facility.objects.select_related("organisation"))
        return get_object_or_404(facilities, pk=_number(number))

    def standings(self, unit: AdministrativeUnit | None) -> tuple[Rows, date]:
        """Figures as they stand now of the facilities there, and the day."""
        now = timezone.now()
        refresh(now=now, limit=MADE_BEFORE_READING)
        source = live(self.person, now)
        return within(source.rows, unit), source.on

    def frame(self, request: HttpRequest, unit: AdministrativeUnit | None) -> dict[str, Any]:
        """What all of these pages show."""
        return {
            "unit": unit,
            "top": top_unit(self.person),
            "here": request.path,
            "size": page_size(request),
            "sizes": PAGE_SIZES,
        }


class NotConnected(OfUnit):
    """Facilities that are not connected, why, and how many days late; the latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        unit = self.unit(request.GET.get("unit", ""))
        rows, on = self.standings(unit)
        chosen = StandingFilter(request.GET, rows.filter(not_connected()), on=on)
        table = NotConnectedTable(chosen.narrowed.select_related("district", "province"), on=on)
        RequestConfig(request, paginate={"per_page": page_size(request), "silent": True}).configure(table)
        context = {**self.frame(request, unit), "table": table, "filter": chosen, "export_table": "not_connected"}
        return render(request, "portal/not_connected.html", {**context, "export_unit": unit.pk if unit else None})


class Contradictions(OfUnit):
    """Claims that verification contradicts: what is claimed, what is seen, and where the evidence is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        unit = self.unit(request.GET.get("unit", ""))
        facility = self.facility(request.GET.get("facility", ""))
        rows, on = self.standings(unit)
        if facility is not None:
            rows = rows.filter(facility=facility)
        chosen = StandingFilter(request.GET, rows.exclude(contradictions=[]), on=on)
        table = ContradictionTable(each_contradiction(chosen.narrowed).select_related("district", "province"))
        RequestConfig(request, paginate={"per_page": page_size(request), "silent": True}).configure(table)
        context = {
            **self.frame(request, unit),
            "filter": chosen,
            "table": table,
            "facilities": chosen.narrowed.count(),
            "export_table": "contradictions",
            "export_unit": unit.pk if unit else None,
        }
        return render(request, "portal/contradictions.html", context)


class Cameras(OfUnit):
    """Every camera in reach, one row each."""

    def get(self, request: HttpRequest) -> HttpResponse:
        unit = self.unit(request.GET.get("unit", ""))
        chosen = CameraFilter(request.GET, cameras_of(self.person, unit))
        rows = chosen.qs
        if facility := self.facility(request.GET.get("facility", "")):
            rows = rows.filter(zone__facility=facility)
        table = CameraTable(rows, order_by=request.GET.get("sort", "trouble"))
        RequestConfig(request, paginate={"per_page": page_size(request), "silent": True}).configure(table)
        context = {
            **self.frame(request, unit),
            "facility": facility,
            "filter": chosen,
            "table": table,
            "narrows": any(request.GET.get(name) for name in chosen.filters),
            "export_table": "cameras",
            "export_unit": unit.pk if unit else None,
        }
        return render(request, "portal/cameras.html", context)

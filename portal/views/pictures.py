"""Pictures of the compliance tables: where, how far, and whether day and night. Each with the table behind it."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cameras.domain.uptime import Seconds
from facilities.access.doors.page import Page
from facilities.enums import Permission, UnitLevel
from facilities.models import AdministrativeUnit
from portal.models import FacilityStanding, Snapshot
from portal.pictures.curve import curve
from portal.pictures.progress import progress
from portal.pictures.scope import asked_unit, lying_in
from portal.pictures.strips import finding
from portal.pictures.tile_map import RULES, MapFigure, tile_map
from portal.pictures.unit_strips import drawn, last_days, ranked

ROWS_A_PAGE = 25


class ProvinceMap(Page):
    """The provinces as squares. `figure` chooses what they show; anything unknown shows cameras verified."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("figure", "")
        rule = asked if asked in RULES else ""
        figure = MapFigure(asked) if asked in MapFigure.values else MapFigure.VERIFIED
        if rule or figure is MapFigure.RULE:
            figure, rule = MapFigure.RULE, rule or RULES[0]
        rows = self.visible(FacilityStanding.objects.all())
        context = {
            "map": tile_map(rows, figure=figure, rule=rule, today=timezone.localdate()),
            "figures": [each for each in MapFigure if each is not MapFigure.RULE],
            "rules": RULES,
        }
        return render(request, "portal/pictures/map.html", context)


class Strips(Page):
    """The last 31 days: provinces, below them districts, below them facilities. `by=facility` goes there at once."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate()
        standings = self.visible(FacilityStanding.objects.all())
        unit = asked_unit(self.person, standings, request.GET.get("unit", ""))
        snapshots = self.visible(Snapshot.objects.in_force())
        if unit is not None:
            # Of the facilities that lie there now, wherever they lay then.
            snapshots = snapshots.filter(facility__in=lying_in(standings, unit).values("pk"))
        level = self._level(unit, request.GET.get("by", ""), divided=_divided(standings, unit))
        rows = ranked(snapshots, level=level, today=today)
        page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        days = last_days(today)
        context = {
            "unit": unit,
            "level": level,
            "strips": drawn(snapshots, list(page), level=level, today=today),
            "page": page,
            "days": days,
            "ticks": [days[0], days[len(days) // 2], days[-1]],
            "finding": finding(sum((row.week for row in rows), Seconds())),
        }
        return render(request, "portal/pictures/strips.html", context)

    @staticmethod
    def _level(unit: AdministrativeUnit | None, by: str, *, divided: bool) -> str:
        if by == "facility" or (unit is not None and not divided):
            return "facility"
        return "province" if unit is None else "district"


class ProgressCurve(Page):
    """Facilities connected by day, claimed against verified, towards the deadline."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        standings = self.visible(FacilityStanding.objects.all())
        unit = asked_unit(self.person, standings, request.GET.get("unit", ""))
        snapshots = self.visible(Snapshot.objects.in_force())
        found = progress(lying_in(standings, unit), snapshots, today=timezone.localdate())
        context = {"unit": unit, "progress": found, "curve": curve(found)}
        return render(request, "portal/pictures/progress.html", context)


def _divided(standings: QuerySet[FacilityStanding], unit: AdministrativeUnit | None) -> bool:
    """Whether it is a province each of whose facilities lies in a district; since 2025 there are none."""
    if unit is None or unit.level != UnitLevel.PROVINCE:
        return False
    return not lying_in(standings, unit).filter(district=None).exists()

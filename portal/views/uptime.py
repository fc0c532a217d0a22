"""Whether a facility delivers pictures 24/7: its last 31 days by hours, and one day by minutes."""

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from cameras.domain.uptime import Seconds, by_bucket
from cameras.domain.uptime_reading import counted, day_starts, histories
from cameras.models import Camera, Transition
from cameras.strips import day_strips
from facilities.access.doors.page import Page
from facilities.domain.deadlines import day_ends
from facilities.enums import Permission
from facilities.models import Facility
from portal.pictures.strips import HOURS, finding, sentence, strip
from portal.pictures.unit_strips import DAYS, WEEK

TRANSITIONS_A_PAGE = 100
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# Before there were cameras to ask about; and a day of which the one before exists.
EARLIEST = date(2000, 1, 1)


class FacilityUptime(Page):
    """By hours, the newest day first; with `?day=` that day by minutes, camera by camera."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Facility.objects.select_related("organisation", "district", "province")
        facility = get_object_or_404(self.visible(rows), pk=pk)
        cameras = counted(Camera.objects.filter(zone__facility=facility))
        day = asked_day(request.GET.get("day", ""))
        if day is None:
            return self._month(request, facility, cameras)
        return self._day(request, facility, cameras, day)

    def _month(self, request: HttpRequest, facility: Facility, cameras: QuerySet[Camera]) -> HttpResponse:
        now = timezone.now()
        today = timezone.localdate(now)
        start = day_starts(today - (DAYS - 1) * DAY)
        hours: list[Seconds] = []
        for each in histories(cameras, start=start, end=now):
            found = by_bucket(each.history, start=start, end=now, bucket=HOUR)
            hours = [one + other for one, other in zip(hours, found, strict=True)] if hours else found
        page = reverse("facility_uptime", args=[facility.pk])
        strips = [
            strip(
                f"{today - ago * DAY:%d/%m}",
                f"{page}?day={today - ago * DAY:%Y-%m-%d}",
                hours[(DAYS - 1 - ago) * 24 : (DAYS - ago) * 24],
                HOURS,
            )
            for ago in range(DAYS)
        ]
        week = sum((each.total for each in strips[1 : 1 + WEEK]), Seconds())
        context = {
            "facility": facility,
            "strips": strips,
            "finding": finding(week),
            "hours": [name for name, _ in HOURS],
        }
        return render(request, "portal/pictures/uptime.html", context)

    def _day(self, request: HttpRequest, facility: Facility, cameras: QuerySet[Camera], day: date) -> HttpResponse:
        now = timezone.now()
        changes = (
            Transition.objects.filter(camera__in=cameras, at__gte=day_starts(day), at__lt=day_ends(day))
            .select_related("camera__zone")
            .order_by("at", "pk")
        )
        strips = day_strips(cameras, day=day, now=now)
        said = sentence(sum((each.seconds for each in strips), Seconds()))
        tomorrow = day + DAY
        context = {
            "facility": facility,
            "day": day,
            "before": f"{day - DAY:%Y-%m-%d}",
            "after": f"{tomorrow:%Y-%m-%d}" if tomorrow <= timezone.localdate(now) else "",
            "strips": strips,
            "finding": said[:1].upper() + said[1:] + ".",
            "changes": Paginator(changes, TRANSITIONS_A_PAGE).get_page(request.GET.get("page")),
        }
        return render(request, "portal/pictures/uptime_day.html", context)


def asked_day(text: str) -> date | None:
    """A day of the past, or today; None for anything else."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and EARLIEST <= day <= timezone.localdate() else None

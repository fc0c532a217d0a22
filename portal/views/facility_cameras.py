"""All cameras of a facility on one page: register one after the other, and see of each whether it delivers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cameras.domain.registration import register_camera
from cameras.domain.stream_entry import RegistrationRefused
from cameras.forms import QuickCameraForm
from cameras.live.census import STANDING
from cameras.models import Camera
from cameras.views.cameras import secret_fields, standing
from cameras.views.wall import wall_words
from facilities.access.doors.page import Page
from facilities.domain.rollout import standing_of
from facilities.enums import Permission, Stage
from facilities.models import Facility
from portal.domain.coverage import coverage
from portal.views.facility import covered_zones
from portal.views.rollout.steps import STEPS, step_url


@secret_fields
class FacilityCameras(Page):
    """One short form, and under it the live test of each camera, the newest first."""

    permissions = {"GET": Permission.REGISTER_CAMERAS, "POST": Permission.REGISTER_CAMERAS}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility = self._facility(pk)
        if "HX-Request" in request.headers:
            return render(request, "portal/facility_cameras_news.html", self._tests(facility))
        return self._show(
            request, QuickCameraForm(facility=facility, initial={"zone": request.GET.get("zone")}), facility
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility = self._facility(pk)
        form = QuickCameraForm(request.POST, facility=facility)
        if form.is_valid():
            given = form.cleaned_data
            try:
                register_camera(
                    zone=given["zone"],
                    name=given["name"],
                    streams=form.streams(),
                    interval=given["interval"],
                    actor=self.person,
                    now=timezone.now(),
                )
            except RegistrationRefused as refused:
                form.add_problems(refused.problems)
            else:
                return redirect("facility_cameras", facility.pk)
        return self._show(request, form, facility)

    def _facility(self, pk: int) -> Facility:
        rows = Facility.objects.select_related("organisation", "district", "province")
        return get_object_or_404(self.visible(rows), pk=pk)

    def _tests(self, facility: Facility) -> dict[str, Any]:
        rows = self.visible(Camera.objects.for_tiles().annotate(standing=STANDING))
        cameras = rows.filter(zone__facility=facility).order_by("-registered_at", "-pk")
        tests = [standing(camera, self.request) for camera in cameras]
        covered, following = coverage(covered_zones(facility)), self._following(facility)
        return {
            "facility": facility,
            "tests": tests,
            "waiting": any(test["waiting"] for test in tests),
            "coverage": covered,
            "following": following,
            "complete": bool(following and tests and covered.claimed == covered.required),
        }

    def _following(self, facility: Facility) -> dict[str, Any] | None:
        """The report that comes next, where this person may send it and cameras are what it is about."""
        reports = Facility.objects.visible_to(self.person, Permission.REPORT_PROGRESS).filter(pk=facility.pk)
        if not reports.exists() or Stage.ACCEPTED not in standing_of(facility).next_steps[:1]:
            return None
        return {"title": STEPS[Stage.ACCEPTED].title, "url": step_url(facility.pk, Stage.ACCEPTED)}

    def _show(self, request: HttpRequest, form: QuickCameraForm, facility: Facility) -> HttpResponse:
        watches = Facility.objects.visible_to(self.person, Permission.VIEW_PICTURES).filter(pk=facility.pk)
        context = self._tests(facility) | {
            "form": form,
            "shows_pictures": watches.exists(),
            "words": wall_words(),
        }
        return render(request, "portal/facility_cameras.html", context)

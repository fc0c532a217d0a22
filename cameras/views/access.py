"""Who can see a camera, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cameras.models import Camera
from facilities.access.doors.page import Page
from facilities.enums import Permission, Requirement
from facilities.views.access import onlookers


class CameraAccess(Page):
    """Everybody who reaches the camera, with the grant or mandate behind each line."""

    permissions = {"GET": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Camera.objects.select_related(
            "zone__facility__organisation", "zone__facility__district", "zone__facility__province"
        )
        camera = get_object_or_404(self.visible(rows), pk=pk)
        facility = camera.zone.facility
        context = onlookers(self.person, facility.organisation, request, timezone.now()) | {
            "camera": camera,
            "facility": facility,
            "forbidden": camera.zone.requirement is Requirement.FORBIDDEN,
        }
        return render(request, "cameras/camera_access.html", context)

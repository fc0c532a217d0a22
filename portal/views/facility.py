"""A facility: what it owes, what covers its zones, and what to do next."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cameras.domain.advice import ADVICE
from cameras.enums import Reason
from cameras.models import Camera
from facilities.access.doors.page import Page
from facilities.enums import Permission, Requirement
from facilities.models import Facility, Zone
from portal.domain.coverage import CoveredZone, Verdict, next_step, required_covered

GROUPS: tuple[tuple[Requirement, str | Promise], ...] = (
    (Requirement.REQUIRED, _("Zones that must have a camera")),
    (Requirement.OTHER, _("Other zones")),
    (Requirement.FORBIDDEN, _("Zones where cameras are forbidden")),
)
# Trouble first, so that the first screenful shows what is owed.
ORDER = (Verdict.FORBIDDEN, Verdict.MISSING, Verdict.REGISTERED, Verdict.VERIFIED, Verdict.FREE, Verdict.CLEAR)


class FacilityPage(Page):
    """The first page of a facility officer."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Facility.objects.select_related("organisation", "district", "province")
        facility = get_object_or_404(self.visible(rows), pk=pk)
        zones = covered_zones(facility)
        may_register = self._may(Permission.REGISTER_CAMERAS, facility)
        step = next_step(zones) if may_register else None
        verified, required = required_covered(zones)
        context = {
            "facility": facility,
            "groups": [(title, _of(requirement, zones)) for requirement, title in GROUPS if _of(requirement, zones)],
            "verified": verified,
            "required": required,
            "may_register": may_register,
            "may_watch": self._may(Permission.VIEW_PICTURES, facility),
            "may_administer": self._may(Permission.ADMINISTER, facility),
            "step": step,
            "advice": ADVICE[Reason(step.camera.state.reason)] if step and step.camera else "",
        }
        return render(request, "portal/facility.html", context)

    def _may(self, permission: Permission, facility: Facility) -> bool:
        return Facility.objects.visible_to(self.person, permission).filter(pk=facility.pk).exists()


def covered_zones(facility: Facility) -> list[CoveredZone]:
    """The facility's zones with their cameras, trouble first; two queries."""
    cameras = Prefetch("cameras", Camera.objects.select_related("state", "zone").order_by("name"))
    zones = [
        CoveredZone(zone, tuple(zone.cameras.all()))
        for zone in Zone.objects.filter(facility=facility).prefetch_related(cameras).order_by("name")
    ]
    return sorted(zones, key=lambda covered: ORDER.index(covered.verdict))


def _of(requirement: Requirement, zones: list[CoveredZone]) -> list[CoveredZone]:
    return [covered for covered in zones if covered.zone.requirement is requirement]

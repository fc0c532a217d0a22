"""A facility: what it owes, what covers its zones, and what to do next."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cameras.domain.advice import ADVICE
from cameras.enums import Reason, State
from cameras.models import Camera
from facilities.access.doors.page import Page
from facilities.domain.deadlines import binding
from facilities.domain.reminders_told import unseen_reminders
from facilities.enums import Permission, Requirement, Stage
from facilities.models import Facility, Zone
from portal.domain.coverage import CoveredZone, Verdict, before_reports, next_step, required_covered
from portal.figures.loading import present_facts
from portal.tables.words import until
from portal.views.rollout.steps import STEPS, step_url

GROUPS: tuple[tuple[Requirement, str | Promise], ...] = (
    (Requirement.REQUIRED, _("Zones that must have a camera")),
    (Requirement.OTHER, _("Other zones")),
    (Requirement.FORBIDDEN, _("Zones where cameras are forbidden")),
)
STAGES = tuple(Stage)[1:]
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
        now = timezone.now()
        facts = present_facts([facility.pk], now=now)[facility.pk]
        rollout = facts.rollout
        deadline = binding(facts.deadlines, Stage.CONNECTED, as_of=facts.as_of)
        following = facts.rollout.next_steps[:1] if self._may(Permission.REPORT_PROGRESS, facility) else ()
        reports_first = bool(following) and not (step and before_reports(step, rollout.stage))
        context = {
            "facility": facility,
            "rollout": rollout,
            "steps": [
                (stage, facts.rollout.reached.get(stage), stage in facts.rollout.next_steps[:1]) for stage in STAGES
            ],
            "due": deadline,
            "until": until(deadline.last_day, facts.day) if deadline else "",
            "met": facts.rollout.connected_on is not None,
            "report": (STEPS[following[0]], step_url(facility.pk, following[0])) if reports_first else None,
            "may_report": bool(following),
            "contact": facts.contact,
            "sinks": list(facts.sinks.values()),
            "cameras": len(facts.cameras),
            "verified_cameras": sum(camera.state == State.OK for camera in facts.permitted),
            "groups": [(title, _of(requirement, zones)) for requirement, title in GROUPS if _of(requirement, zones)],
            "verified": verified,
            "required": required,
            "may_register": may_register,
            "may_watch": self._may(Permission.VIEW_PICTURES, facility),
            "may_administer": self._may(Permission.ADMINISTER, facility),
            "step": step,
            **unseen_reminders(facility, self.person, now),
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

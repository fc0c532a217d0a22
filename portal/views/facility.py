"""A facility: what it owes and by when, what covers its zones, and what to do next."""

from typing import Any

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
from facilities.domain.deadlines import in_force
from facilities.domain.reminders_told import unseen_reminders
from facilities.enums import Permission, Requirement, Stage
from facilities.models import Deadline, Document, Facility, User, Zone
from portal.domain.coverage import CoveredZone, Verdict, by_kind, coverage
from portal.domain.facts import Facts
from portal.domain.next_step import NextStep, Task, owed
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
    """The first page of a facility officer; leaders read it too."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Facility.objects.select_related("organisation", "district", "province")
        facility = get_object_or_404(self.visible(rows), pk=pk)
        zones = covered_zones(facility)
        now = timezone.now()
        facts = present_facts([facility.pk], now=now)[facility.pk]
        held = self._held(facility)
        context = {
            "facility": facility,
            "zones": zones,
            "kinds": by_kind(zones),
            "groups": [(title, _of(requirement, zones)) for requirement, title in GROUPS if _of(requirement, zones)],
            "coverage": coverage(zones),
            "cameras": len(facts.cameras),
            "verified_cameras": sum(camera.state == State.OK for camera in facts.permitted),
            "sinks": list(facts.sinks.values()),
            "contact": facts.contact,
            "due": _due(facts, self.person),
            "may_register": Permission.REGISTER_CAMERAS in held,
            "may_report": Permission.REPORT_PROGRESS in held,
            "may_watch": Permission.VIEW_PICTURES in held,
            "may_administer": Permission.ADMINISTER in held,
            **unseen_reminders(facility, self.person, now),
            **_line(facts),
            **_steps(facility, zones, facts, held),
        }
        return render(request, "portal/facility.html", context)

    def _held(self, facility: Facility) -> set[Permission]:
        asked = (
            Permission.REGISTER_CAMERAS,
            Permission.REPORT_PROGRESS,
            Permission.VIEW_PICTURES,
            Permission.ADMINISTER,
        )
        rows = Facility.objects.filter(pk=facility.pk)
        return {each for each in asked if rows.visible_to(self.person, each).exists()}


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


def _due(facts: Facts, person: User) -> list[dict[str, Any]]:
    """The deadlines that bind the facility, the earliest first: those not kept yet by how long is left.

    Whom a deadline binds reads it; its document opens only for those to whom it was sent.
    """
    binding = in_force(facts.deadlines, as_of=facts.as_of)
    documents = {
        deadline.pk: deadline.document
        for deadline in Deadline.objects.filter(pk__in=[each.pk for each in binding]).select_related("document")
    }
    papers = [document.pk for document in documents.values()]
    opened = set(
        Document.objects.visible_to(person, Permission.VIEW_FIGURES).filter(pk__in=papers).values_list("pk", flat=True)
    )
    return [
        {
            "milestone": each.milestone,
            "last_day": each.last_day,
            "reached": (reached := facts.rollout.reached.get(each.milestone)),
            "in_time": reached is not None and reached <= each.last_day,
            "past": reached is None and facts.day > each.last_day,
            "until": until(each.last_day, reached or facts.day),
            "document": documents[each.pk],
            "opens": documents[each.pk].pk in opened,
        }
        for each in binding
    ]


def _line(facts: Facts) -> dict[str, Any]:
    """The rollout as one line."""
    reached, following = facts.rollout.reached, facts.rollout.next_steps[:1]
    return {
        "rollout": facts.rollout,
        "blocked": [reason.label for reason in facts.rollout.blocked],
        "steps": [(stage, reached.get(stage), stage in following) for stage in STAGES],
    }


def _steps(
    facility: Facility, zones: list[CoveredZone], facts: Facts, held: set[Permission]
) -> dict[str, NextStep | list[dict[str, Any]] | Any]:
    """The next step, with its words, and what else is missing; nothing for who only reads."""
    may_register, may_report = Permission.REGISTER_CAMERAS in held, Permission.REPORT_PROGRESS in held
    if not (may_register or may_report):
        return {"step": None, "missing": []}
    first, *rest = owed(
        zones=zones,
        rollout=facts.rollout,
        has_contact=facts.contact is not None,
        may_register=may_register,
        may_report=may_report,
    )
    return {
        "step": first,
        "advice": ADVICE[Reason(first.camera.state.reason)] if first.camera else "",
        "report": _report(facility, first),
        "missing": [{"step": each, "report": _report(facility, each)} for each in rest],
    }


def _report(facility: Facility, step: NextStep) -> dict[str, Any] | None:
    if step.task is not Task.REPORT or step.stage is None:
        return None
    words = STEPS[step.stage]
    return {"title": words.title, "lead": words.lead, "url": step_url(facility.pk, step.stage)}

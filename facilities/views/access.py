"""Who can see a facility or a camera, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from facilities.access.doors.page import Page
from facilities.access.reasons import Reason, who_reaches
from facilities.domain.people import people_administered
from facilities.enums import Permission
from facilities.models import Facility, Organisation, User


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Somebody who reaches the node, with all the reasons."""

    person: User
    permissions: frozenset[Permission]
    reasons: list[Reason]
    # Whether the reader administers one of their roles, and so may open their page.
    known: bool


class FacilityAccess(Page):
    """Everybody who reaches the facility, with the grant or mandate behind each line."""

    permissions = {"GET": Permission.ADMINISTER}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Facility.objects.select_related("organisation", "district", "province")
        facility = get_object_or_404(self.visible(rows), pk=pk)
        context = onlookers(self.person, facility.organisation, request, timezone.now())
        return render(request, "facilities/access_facility.html", {"facility": facility, **context})


def onlookers(reader: User, node: Organisation, request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What the template says about who reaches the node: all of them, or those with one permission (`?may=`)."""
    reasons: dict[int, list[Reason]] = {}
    for reason in who_reaches(node, now):
        reasons.setdefault(reason.person.pk, []).append(reason)
    known = set(people_administered(reader, now).filter(pk__in=reasons).values_list("pk", flat=True))
    everybody = [
        Onlooker(each[0].person, frozenset().union(*(line.permissions for line in each)), each, pk in known)
        for pk, each in reasons.items()
    ]
    may = request.GET.get("may", "")
    counts = [
        (permission, sum(permission in each.permissions for each in everybody))
        for permission in (Permission.VIEW_PICTURES, Permission.REGISTER_CAMERAS, Permission.ADMINISTER)
    ]
    return {
        "onlookers": [each for each in everybody if may not in Permission.values or may in each.permissions],
        "total": len(everybody),
        "counts": counts,
        "may": may,
        "here": request.path,
    }

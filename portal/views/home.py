"""The first page after logging in: where this person's work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from facilities.access.doors.page import PersonalPage
from facilities.enums import Permission
from facilities.models import Facility, Organisation
from portal.queries import top_unit


class Home(PersonalPage):
    """Sends who has one facility to it, who has more to the table of all of them, and tells the others whom to ask."""

    def get(self, request: HttpRequest) -> HttpResponse:
        organisations = Organisation.objects.visible_to(self.person, Permission.VIEW_FIGURES)
        if not organisations.exists():
            return render(request, "portal/no_grants.html")
        facilities = Facility.objects.visible_to(self.person, Permission.VIEW_FIGURES)
        first = list(facilities.values_list("pk", flat=True)[:2])
        if len(first) == 1:
            return redirect("facility", first[0])
        top = top_unit(self.person)
        return redirect("compliance") if top is None else redirect("compliance_unit", top)

"""The first page after logging in: where this person's work is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from facilities.access.doors.page import PersonalPage
from facilities.access.roles import BUNDLES
from facilities.enums import Permission, Role
from facilities.models import Facility, Organisation
from portal.queries import top_unit


class Home(PersonalPage):
    """Sends who has one facility to it, and who has more to the table of all of them; tells the others whom to ask.

    Who administers and has no other duty starts with people and their roles.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        organisations = Organisation.objects.visible_to(self.person, Permission.VIEW_FIGURES)
        if not organisations.exists():
            return render(request, "portal/no_grants.html")
        if self._only_administers():
            return redirect("people")
        facilities = Facility.objects.visible_to(self.person, Permission.VIEW_FIGURES)
        first = list(facilities.values_list("pk", flat=True)[:2])
        if len(first) == 1:
            return redirect("facility", first[0])
        top = top_unit(self.person)
        return redirect("compliance") if top is None else redirect("compliance_unit", top)

    def _only_administers(self) -> bool:
        def somewhere(permission: Permission) -> bool:
            return bool(Organisation.objects.visible_to(self.person, permission).exists())

        duties = set(Permission) - BUNDLES[Role.ADMINISTRATOR]
        return somewhere(Permission.ADMINISTER) and not any(map(somewhere, sorted(duties)))

"""The reminders that a facility got, and marking them as seen."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from facilities.access.doors.page import Page
from facilities.domain.reminders_told import reminders_of
from facilities.domain.reminding import mark_seen, may_answer
from facilities.enums import Permission
from facilities.models import Facility
from facilities.views.reminders import numbers


class FacilityReminders(Page):
    """Unseen ones first. Whoever reaches the facility reads them; who reports or keeps watch marks them as seen."""

    # Either of two permissions lets somebody mark them: asked below, and 404 without.
    permissions = {"GET": Permission.VIEW_FIGURES, "POST": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility = self._facility(pk)
        found = reminders_of(facility)
        context = {
            "facility": facility,
            "unseen": [each for each in found if each[0].seen_at is None],
            "seen": [each for each in found if each[0].seen_at is not None],
            "may_answer": may_answer(self.person, facility, timezone.now()),
            "may_report": Facility.objects.visible_to(self.person, Permission.REPORT_PROGRESS).filter(pk=pk).exists(),
        }
        return render(request, "facilities/facility_reminders.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        # Who may not mark them is answered as if the facility were not there, in the same time.
        now, everybody = timezone.now(), Facility.objects.all()
        reports, watches = (
            everybody.visible_to(self.person, permission, now)
            for permission in (Permission.REPORT_PROGRESS, Permission.KEEP_WATCH)
        )
        facility = get_object_or_404(reports | watches, pk=pk)
        chosen = numbers(request.POST.getlist("reminder"))
        try:
            count = mark_seen(facility=facility, reminders=chosen, actor=self.person, now=timezone.now())
        except ValidationError:
            raise Http404 from None
        if count:
            text = ngettext("%(count)d reminder is marked as seen.", "%(count)d reminders are marked as seen.", count)
            messages.success(request, text % {"count": count})
        return redirect("facility" if "home" in request.POST else "reminders_of_facility", pk)

    def _facility(self, pk: int) -> Facility:
        rows = Facility.objects.select_related("organisation", "province", "district")
        return get_object_or_404(self.visible(rows), pk=pk)

"""Frozen figures of one facility: its days, one day set against what is made of it anew, and amending it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.enums import Permission
from facilities.models import Facility
from portal.figures.freezing import FIGURES, amend, as_it_was
from portal.forms.frozen import AmendmentForm
from portal.models import Snapshot
from portal.tables.frozen_words import rows_of

DAYS_A_PAGE = 31


class FacilityFrozen(Page):
    """The days of a facility that are frozen, the newest first, amended ones with what replaced them."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Facility.objects.select_related("organisation", "district", "province")
        facility = get_object_or_404(self.visible(rows), pk=pk)
        kept = Snapshot.objects.filter(facility=facility).select_related("amended_by_row").order_by("-day", "-version")
        page = Paginator(kept, DAYS_A_PAGE).get_page(request.GET.get("page"))
        return render(request, "portal/frozen/facility.html", {"facility": facility, "page": page})


class FrozenRow(Page):
    """One frozen row: each figure as frozen, as made anew with what was known then, and with what is known now."""

    permissions = {"GET": Permission.VIEW_FIGURES, "POST": Permission.DIRECT}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(request, self._row(pk), AmendmentForm(None))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, form = self._row(pk), AmendmentForm(request.POST)
        if form.is_valid():
            try:
                amended = amend(row, reason=form.cleaned_data["reason"], actor=self.person, now=timezone.now())
            except ValidationError as refusal:
                form.tell(refusal)
            else:
                messages.success(request, _("Amended. What was frozen before stays readable beside it."))
                return redirect("frozen_row", amended.pk)
        return self._show(request, row, form)

    def _row(self, pk: int) -> Snapshot:
        rows = Snapshot.objects.select_related(
            "facility__organisation", "province", "district", "amended_by", "amends", "amended_by_row"
        )
        return get_object_or_404(self.visible(rows), pk=pk)

    def _show(self, request: HttpRequest, row: Snapshot, form: AmendmentForm) -> HttpResponse:
        frozen = {name: getattr(row, name) for name in FIGURES}
        then = as_it_was([row.facility_id], row.day, known_at=row.taken_at).get(row.facility_id, {})
        now = as_it_was([row.facility_id], row.day, known_at=timezone.now()).get(row.facility_id, {})
        may_direct = Snapshot.objects.visible_to(self.person, Permission.DIRECT).filter(pk=row.pk).exists()
        context = {
            "row": row,
            "figures": rows_of(frozen, then, now),
            "equal": frozen == then,
            "outdated": frozen != now,
            "newest": not hasattr(row, "amended_by_row"),
            "form": form,
            "may_amend": may_direct and frozen != now and not hasattr(row, "amended_by_row"),
        }
        return render(request, "portal/frozen/row.html", context)

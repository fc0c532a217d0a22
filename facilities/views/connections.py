"""Connections to sinks: what a facility claims, what waits for an answer, and answering."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.domain.connections import Claim, answer_claim, confirm_all, report_connection, waiting
from facilities.domain.connections_told import sides_of
from facilities.domain.folding import matches
from facilities.domain.keys import key_of
from facilities.enums import Permission, Sink, SinkSays
from facilities.forms.connections import AnswerForm, ClaimsFilter, ConnectionForm
from facilities.models import Facility, Organisation
from facilities.tables.connections import ClaimsTable

ROWS_A_PAGE = 100


class FacilityConnections(Page):
    """Each sink, claimed beside confirmed, with what was said; and the form that reports."""

    permissions = {"GET": Permission.VIEW_FIGURES, "POST": Permission.REPORT_PROGRESS}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(request, facility_within(self, pk), None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility, form = facility_within(self, pk), ConnectionForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                report_connection(
                    facility=facility,
                    sink=Sink(given["sink"]),
                    says=SinkSays(given["says"]),
                    on=given["on"],
                    note=given["note"],
                    actor=self.person,
                    now=timezone.now(),
                )
            except ValidationError as refusal:
                form.tell(refusal)
            else:
                messages.success(request, _("The connection is reported."))
                return redirect("connections_of_facility", pk)
        return self._show(request, facility, form)

    def _show(self, request: HttpRequest, facility: Facility, form: ConnectionForm | None) -> HttpResponse:
        may = {
            permission: Facility.objects.visible_to(self.person, permission).filter(pk=facility.pk).exists()
            for permission in (Permission.REPORT_PROGRESS, Permission.OPERATE)
        }
        if form is None and may[Permission.REPORT_PROGRESS]:
            form = ConnectionForm(initial={"sink": request.GET.get("sink", "")})
        context: dict[str, Any] = {
            "facility": facility,
            **sides_of(facility),
            "said": facility.sink_reports.select_related("recorded_by").order_by("-recorded_at", "-pk"),
            "form": form,
            "may_operate": may[Permission.OPERATE],
        }
        return render(request, "facilities/facility_connections.html", context)


class ConnectionAnswer(Page):
    """Confirms or denies one claim."""

    permissions = {"GET": Permission.OPERATE, "POST": Permission.OPERATE}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        first = {"sink": request.GET.get("sink", ""), "says": SinkSays.CONFIRMED.value}
        return self._show(request, facility_within(self, pk), AnswerForm(initial=first))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        facility, form = facility_within(self, pk), AnswerForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                answer_claim(
                    facility=facility,
                    sink=Sink(given["sink"]),
                    says=SinkSays(given["says"]),
                    on=given["on"],
                    note=given["note"],
                    actor=self.person,
                    now=timezone.now(),
                )
            except ValidationError as refusal:
                form.tell(refusal)
            else:
                messages.success(request, _("The answer is saved; the facility reads it on its page."))
                return redirect("connections")
        return self._show(request, facility, form)

    @staticmethod
    def _show(request: HttpRequest, facility: Facility, form: AnswerForm) -> HttpResponse:
        context = {"facility": facility, "form": form, **sides_of(facility)}
        return render(request, "facilities/connection_answer.html", context)


class Connections(Page):
    """The claims that wait for an answer where the person operates; those that are ticked are confirmed together.

    A claim is named by its facility's id and its sink: `claim=12:central`.
    """

    permissions = {"GET": Permission.OPERATE, "POST": Permission.OPERATE}

    def get(self, request: HttpRequest, status: int = 200) -> HttpResponse:
        claims = waiting(self.person, timezone.now())
        provinces = {(each.facility.province_id, str(each.facility.province)) for each in claims}
        chosen = ClaimsFilter(request.GET, provinces=provinces)
        rows = [each for each in claims if _fits(each, chosen)]
        table = ClaimsTable(rows)
        RequestConfig(request, paginate={"per_page": ROWS_A_PAGE, "silent": True}).configure(table)
        context = {
            "table": table,
            "filter": chosen,
            "found": len(rows),
            "waiting": len(claims),
            "facilities": len({each.facility.pk for each in rows}),
            "oldest": max((each.days for each in rows), default=0),
            "operates": bool(claims) or Organisation.objects.visible_to(self.person, Permission.OPERATE).exists(),
        }
        return render(request, "facilities/connections_waiting.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        claims = [claim for claim in map(_claim, request.POST.getlist("claim")) if claim is not None]
        within = self.visible(Facility.objects.all()).filter(pk__in={pk for pk, _sink in claims})
        if not within.exists():
            messages.error(request, _("Choose at least one claim of a facility whose connection you operate."))
            return self.get(request, status=400)
        count = confirm_all(claims, actor=self.person, now=timezone.now())
        text = ngettext("%(count)d connection is confirmed.", "%(count)d connections are confirmed.", count)
        messages.success(request, text % {"count": count})
        return redirect("connections")


def facility_within(page: Page, pk: int) -> Facility:
    """The facility within reach with what the present method takes, or 404."""
    rows = Facility.objects.select_related("organisation", "province", "district")
    return get_object_or_404(page.visible(rows), pk=pk)


def _claim(value: str) -> tuple[int, Sink] | None:
    number, _colon, sink = value.partition(":")
    key = key_of(number)
    return (key, Sink(sink)) if key is not None and sink in Sink.values else None


def _fits(claim: Claim, chosen: ClaimsFilter) -> bool:
    sink, province, age = (chosen.chosen(name) for name in ("sink", "province", "age"))
    return (
        matches(chosen.chosen("q"), str(claim.facility), claim.facility.code)
        and sink in ("", claim.sink)
        and province in ("", str(claim.facility.province_id))
        and claim.days >= int(age or 0)
    )

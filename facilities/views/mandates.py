"""Mandates: who oversees whose facilities; given and ended."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.domain.folding import matches
from facilities.domain.keys import key_of
from facilities.domain.mandate_authority import lacking_for_mandate
from facilities.domain.mandates import end_mandate, give_mandate, withdraw_mandate
from facilities.domain.placing import area_around
from facilities.domain.surroundings import units_for
from facilities.enums import MandateFunction, Permission, Sector
from facilities.forms.acts import ActForm, LastDayForm
from facilities.forms.mandates import MandateFilter, MandateForm
from facilities.models import AdministrativeUnit, Facility, Mandate, Organisation, RoleGrant
from facilities.tables.mandates import MandateTable
from facilities.views.act import Act, Consequences, Text
from facilities.views.organisation_choice import organisation_chooser

MANDATES_A_PAGE = 50


class Mandates(Page):
    """The mandates of the bodies that the person reaches."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = MandateFilter(request.GET)
        mandates = self.visible(Mandate.objects.select_related("organisation", "area"))
        rows = _narrowed(mandates.order_by("organisation__path", "function", "valid_from"), chosen)
        own = Mandate.objects.visible_to(self.person, Permission.ADMINISTER).values_list("pk", flat=True)
        table = MandateTable(rows, own=set(own))
        RequestConfig(request, paginate={"per_page": MANDATES_A_PAGE, "silent": True}).configure(table)
        administers = Organisation.objects.visible_to(self.person, Permission.ADMINISTER).exists()
        context = {"table": table, "filter": chosen, "found": len(rows), "administers": administers}
        return render(request, "facilities/mandates.html", context)


class MandateChoice(Page):
    """To which body a mandate shall be given."""

    permissions = {"GET": Permission.ADMINISTER}

    def get(self, request: HttpRequest) -> HttpResponse:
        named = key_of(request.GET.get("organisation", ""))
        if named is not None:
            return redirect("mandate_new", named)
        return render(request, "facilities/mandate_choice.html", organisation_chooser(self, request))


class MandateNew(Act):
    """Gives a mandate to a body."""

    asks = True
    icon = "arrows-cross"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        around = area_around(self.node)
        first: dict[str, Any] = {"area": around.pk if around else None}
        if around is not None and around.valid_to is not None and around.valid_to < timezone.localdate():
            # In a tree of the past a mandate of today would lie after all of its units.
            first["valid_from"] = around.valid_to
        return MandateForm(sent, units=units_for(self.node), bounded=around is not None, initial=first)

    def words(self) -> dict[str, Text]:
        lead = _("Its people see and do over these facilities what their roles and the function both allow.")
        return {
            "title": _("Give %(name)s a mandate") % {"name": self.node},
            "button": _("Give the mandate"),
            "lead": lead,
        }

    def do(self, form: ActForm) -> object:
        given = form.cleaned_data
        function, sectors = MandateFunction(given["function"]), [Sector(sector) for sector in given["sectors"]]
        if lacking := lacking_for_mandate(self.person, function=function, area=given["area"], sectors=sectors):
            missing = ", ".join(str(permission.label) for permission in lacking)
            text = _("You would give more than you hold yourself over this area and its facilities: %(permissions)s.")
            raise ValidationError({"function": text % {"permissions": missing}})
        return give_mandate(
            organisation=self.node,
            function=function,
            area=given["area"],
            sectors=sectors,
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            basis=given["basis"],
            actor=self.person,
            now=timezone.now(),
        )

    def done(self, form: ActForm) -> HttpResponse:
        self.do(form)
        messages.success(self.request, _("The mandate was given to %(name)s.") % {"name": self.node})
        return redirect("mandates")

    def consequences(self, form: ActForm) -> Consequences:
        given = form.cleaned_data
        return [
            (_("Function"), MandateFunction(given["function"]).label),
            (_("Area"), given["area"] or _("The whole country")),
            (_("Sectors"), _sectors(given["sectors"])),
            (_("Facilities overseen now"), _overseen(given["area"], given["sectors"])),
            (_("People with a role at this body or above it"), _people_at(self.node)),
        ]


class MandateEnd(Act):
    """Ends a mandate; one that has not been in force before today may be withdrawn at once."""

    asks = True
    icon = "calendar-off"

    def load(self, pk: int) -> None:
        rows = Mandate.objects.select_related("organisation__area", "area")
        self.mandate: Mandate = get_object_or_404(self.visible(rows), pk=pk)
        self.node = self.mandate.organisation

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        return ActForm(sent) if self._is_new() else LastDayForm(sent)

    def words(self) -> dict[str, Text]:
        mandate = {"function": self.mandate.get_function_display(), "name": self.node}
        if self._is_new():
            lead = _("It was not in force before today, so it is withdrawn at once. It can be given again.")
            return {
                "title": _("Withdraw %(function)s from %(name)s?") % mandate,
                "button": _("Withdraw the mandate"),
                "lead": lead,
            }
        return {
            "title": _("End %(function)s of %(name)s?") % mandate,
            "button": _("End the mandate"),
            "lead": _("It is in force to the end of that day. It can be given again."),
        }

    def barred(self) -> Text:
        return ""

    def do(self, form: ActForm) -> object:
        if self._is_new():
            withdraw_mandate(mandate=self.mandate, actor=self.person, now=timezone.now())
            return None
        return end_mandate(mandate=self.mandate, on=form.cleaned_data["on"], actor=self.person, now=timezone.now())

    def done(self, form: ActForm) -> HttpResponse:
        self.do(form)
        messages.success(self.request, _("Saved."))
        return redirect("mandates")

    def consequences(self, form: ActForm) -> Consequences:
        del form
        return [
            (_("Area"), self.mandate.area or _("The whole country")),
            (_("Sectors"), _sectors(self.mandate.sectors)),
            (_("Facilities that are overseen by it no more"), _overseen(self.mandate.area, self.mandate.sectors)),
            (_("People with a role at this body or above it"), _people_at(self.node)),
        ]

    def _is_new(self) -> bool:
        return self.mandate.valid_from >= timezone.localdate()


def _narrowed(mandates: Any, chosen: MandateFilter) -> list[Mandate]:  # noqa: ANN401 - a queryset of the door
    """Those that the filter leaves. Names are searched here: PostgreSQL alone cannot ignore accents."""
    today = timezone.localdate()
    if function := chosen.chosen("function"):
        mandates = mandates.filter(function=function)
    states = {"coming": Q(valid_from__gt=today), "ended": Q(valid_to__lt=today), "all": Q(), "": _in_force(today)}
    mandates, query = mandates.filter(states[chosen.chosen("state")]), chosen.chosen("q")
    return [
        mandate
        for mandate in mandates
        if matches(
            query,
            mandate.organisation.name,
            mandate.organisation.name_en,
            mandate.area.full_name if mandate.area else "",
        )
    ]


def _in_force(today: date) -> Q:
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))


def _sectors(sectors: list[str]) -> str:
    return ", ".join(str(Sector(sector).label) for sector in sectors)


def _overseen(area: AdministrativeUnit | None, sectors: list[str]) -> int:
    rows = Facility.objects.filter(sector__in=sectors, organisation__valid_to=None)
    return rows.count() if area is None else rows.filter(Q(province=area) | Q(district=area)).count()


def _people_at(node: Organisation) -> int:
    step = Organisation.steplen
    line = [node.path[:end] for end in range(step, len(node.path) + 1, step)]
    return RoleGrant.objects.filter(organisation__path__in=line).values("user").distinct().count()

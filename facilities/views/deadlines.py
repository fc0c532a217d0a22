"""Deadlines: which are in force for whom, which were superseded; set from documents, and revised."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.domain.deadline_setting import deadlines_known, revise_deadline, set_deadline
from facilities.domain.deadlines import last_good_day
from facilities.domain.distribution import senders
from facilities.domain.folding import matches
from facilities.domain.placing import area_around, shown
from facilities.domain.surroundings import units_for
from facilities.enums import Bound, Permission, Sector, Stage
from facilities.forms.acts import ActForm
from facilities.forms.deadlines import DeadlineFilter, DeadlineForm, RevisionForm
from facilities.models import AdministrativeUnit, Deadline, Document, Facility
from facilities.tables.deadlines import DeadlineTable, days_left, in_words, worded
from facilities.views.act import Act, Consequences, Text

ROWS_A_PAGE = 50


class Deadlines(Page):
    """Those that bind what the person reaches, and those of bodies that they reach."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen, known = DeadlineFilter(request.GET), deadlines_known(self.person, now=timezone.now())
        later = {
            earlier: last
            for earlier, last in Deadline.objects.filter(supersedes__in=[each.pk for each in known]).values_list(
                "supersedes", "last_day"
            )
            if earlier is not None
        }
        rows = [deadline for deadline in known if _fits(deadline, chosen, superseded=deadline.pk in later)]
        own = Deadline.objects.visible_to(self.person, Permission.DIRECT).values_list("pk", flat=True)
        readable = self.visible(Document.objects.filter(pk__in={each.document_id for each in known}))
        table = DeadlineTable(
            rows,
            own=set(own),
            readable=set(readable.values_list("pk", flat=True)),
            later=later,
            today=timezone.localdate(),
        )
        RequestConfig(request, paginate={"per_page": ROWS_A_PAGE, "silent": True}).configure(table)
        context = {"table": table, "filter": chosen, "found": len(rows)}
        return render(request, "facilities/deadlines.html", context)


class DeadlineAct(Act):
    """What setting and revising share: the last good day is shown before it is set."""

    permissions = {"GET": Permission.DIRECT, "POST": Permission.DIRECT}
    template = "facilities/deadline_form.html"
    asks = True
    icon = "calendar-due"
    document: Document | None = None

    def barred(self) -> Text:
        return ""

    def done(self, form: ActForm) -> HttpResponse:
        deadline = self.do(form)
        assert isinstance(deadline, Deadline)  # noqa: S101 - both kinds do
        text = _("The deadline stands: the last good day is %(day)s.") % {"day": shown(deadline.last_day)}
        messages.success(self.request, text)
        return redirect("document", deadline.document_id)

    def days(self, form: ActForm) -> Consequences:
        given = form.cleaned_data
        return [(_("The document says"), worded(given["day"], given["bound"]))]

    def consequences(self, form: ActForm) -> Consequences:
        given = form.cleaned_data
        area, sectors, milestone = self.bound_by(given)
        last = last_good_day(given["day"], Bound(given["bound"]))
        facilities = Facility.objects.filter(organisation__valid_to=None, sector__in=sectors or list(Sector))
        if area is not None:
            facilities = facilities.filter(Q(province=area) | Q(district=area))
        return [
            (_("To be reached"), milestone.label),
            (_("Last good day"), f"{shown(last)} ({days_left(last, timezone.localdate())})"),
            (_("Area"), area or _("The whole country")),
            (_("Sectors"), in_words(sectors)),
            (_("Facilities bound by it now"), facilities.count()),
        ]

    def bound_by(self, given: dict[str, Any]) -> tuple[AdministrativeUnit | None, list[Sector], Stage]:
        """Where, of which sectors, and what."""
        raise NotImplementedError

    def show(self, request: HttpRequest, form: ActForm | None, **context: Any) -> HttpResponse:
        return super().show(request, form, document=self.document, **context)


class DeadlineNew(DeadlineAct):
    """Takes a deadline from a document."""

    def load(self, pk: int) -> None:
        self.document = get_object_or_404(self.visible(Document.objects.all()), pk=pk)
        self.node = senders(self.document, self.person, now=timezone.now())[0]

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        around = area_around(self.node)
        first: dict[str, Any] = {"area": around.pk if around else None}
        if self.document is not None and self.document.due_on is not None:
            first |= {"day": self.document.due_on, "bound": Bound.BY}
        return DeadlineForm(sent, units=units_for(self.node), bounded=around is not None, initial=first)

    def words(self) -> dict[str, Text]:
        return {
            "title": _("Set a deadline from %(document)s") % {"document": self.document},
            "button": _("Set the deadline"),
        }

    def do(self, form: ActForm) -> object:
        given = form.cleaned_data
        area, sectors, milestone = self.bound_by(given)
        assert self.document is not None  # noqa: S101 - loaded
        return set_deadline(
            document=self.document,
            milestone=milestone,
            area=area,
            sectors=sectors,
            day=given["day"],
            bound=Bound(given["bound"]),
            note=given["note"],
            actor=self.person,
            now=timezone.now(),
        )

    def bound_by(self, given: dict[str, Any]) -> tuple[AdministrativeUnit | None, list[Sector], Stage]:
        return given["area"], [Sector(sector) for sector in given["sectors"]], Stage(given["milestone"])


class DeadlineRevise(DeadlineAct):
    """Lets a new deadline take the place of one; both stay."""

    def load(self, pk: int) -> None:
        rows = Deadline.objects.select_related("organisation__area", "area", "document")
        self.deadline: Deadline = get_object_or_404(self.visible(rows), pk=pk)
        self.node = self.deadline.organisation

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        first = {"document": self.deadline.document_id, "day": self.deadline.day, "bound": self.deadline.bound}
        documents = self.visible(Document.objects.filter(issued_on__gte=self.deadline.document.issued_on))
        return RevisionForm(sent, documents=documents, initial=first)

    def words(self) -> dict[str, Text]:
        told = {
            "milestone": self.deadline.get_milestone_display(),
            "worded": worded(self.deadline.day, self.deadline.bound),
            "area": self.deadline.area or _("The whole country"),
            "sectors": in_words(self.deadline.sectors),
        }
        lead = _("Now: %(milestone)s %(worded)s. %(area)s. %(sectors)s. The earlier deadline stays readable.")
        return {"title": _("Revise a deadline"), "button": _("Revise the deadline"), "lead": lead % told}

    def do(self, form: ActForm) -> object:
        given = form.cleaned_data
        return revise_deadline(
            deadline=self.deadline,
            document=given["document"],
            day=given["day"],
            bound=Bound(given["bound"]),
            note=given["note"],
            actor=self.person,
            now=timezone.now(),
        )

    def bound_by(self, given: dict[str, Any]) -> tuple[AdministrativeUnit | None, list[Sector], Stage]:
        del given
        sectors = [Sector(sector) for sector in self.deadline.sectors]
        return self.deadline.area, sectors, Stage(self.deadline.milestone)


def _fits(deadline: Deadline, chosen: DeadlineFilter, *, superseded: bool) -> bool:
    state, milestone = chosen.chosen("state"), chosen.chosen("milestone")
    if state != "all" and superseded != (state == "superseded"):
        return False
    if milestone and deadline.milestone != milestone:
        return False
    area = deadline.area.full_name if deadline.area else str(_("The whole country"))
    return matches(chosen.chosen("q"), area, deadline.document.written)

"""Published tables: the list, publishing one, and reading one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.enums import OrganisationKind, Permission, Sector
from facilities.models import AdministrativeUnit, Facility, Organisation
from portal.figures.publishing import publish, reproduce
from portal.forms.frozen import PublicationForm
from portal.models import Publication, Snapshot

ROWS_A_PAGE = 50


class Publications(Page):
    """The tables that bodies in the person's reach have published."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.visible(Publication.objects.select_related("organisation", "unit", "published_by"))
        page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        may_publish = Organisation.objects.visible_to(self.person, Permission.DIRECT).exists()
        return render(request, "portal/frozen/publications.html", {"page": page, "may_publish": may_publish})


class PublicationNew(Page):
    """Publishes the figures of a frozen day."""

    permissions = {"GET": Permission.DIRECT, "POST": Permission.DIRECT}

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {
            "day": request.GET.get("as_of"),
            "unit": request.GET.get("unit"),
            "sectors": request.GET.getlist("sector"),
        }
        return self._show(request, self._form(None, initial=asked))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                published = publish(
                    organisation=given["organisation"],
                    title=given["title"],
                    day=parse_date(given["day"]) or timezone.localdate(),
                    unit=given["unit"],
                    sectors=[Sector(sector) for sector in given["sectors"]],
                    actor=self.person,
                    now=timezone.now(),
                )
            except ValidationError as refusal:
                form.tell(refusal)
            else:
                messages.success(request, _("Published. It can be made again at any time and will be equal."))
                return redirect("publication", published.pk)
        return self._show(request, form)

    def _form(self, sent: Any, **options: Any) -> PublicationForm:  # noqa: ANN401 - what Django's forms take
        return PublicationForm(sent, units=self._units(), bodies=self._bodies(), **options)

    def _units(self) -> QuerySet[AdministrativeUnit]:
        facilities = Facility.objects.visible_to(self.person, Permission.VIEW_FIGURES)
        ids = Q(pk__in=facilities.values("province")) | Q(pk__in=facilities.values("district"))
        return AdministrativeUnit.objects.filter(ids).order_by("-level", "full_name")

    def _bodies(self) -> QuerySet[Organisation]:
        """Those in whose name the person may publish; 404 for who directs none."""
        bodies: QuerySet[Organisation] = self.visible(
            Organisation.objects.filter(valid_to=None).exclude(kind=OrganisationKind.FACILITY)
        )
        if not bodies.exists():
            raise Http404
        return bodies

    def _show(self, request: HttpRequest, form: PublicationForm) -> HttpResponse:
        return render(request, "portal/frozen/publication_new.html", {"form": form})


class PublicationPage(Page):
    """A published table: its moment, its hash, whether it can be made again, and the rows that the reader may see."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Publication.objects.select_related("organisation", "unit", "published_by")
        published = get_object_or_404(self.visible(rows), pk=pk)
        kept = self.visible(Snapshot.objects.filter(pk__in=published.snapshots))
        page = Paginator(kept.select_related("amended_by_row", "district").order_by("folded"), ROWS_A_PAGE)
        context = {
            "published": published,
            "sectors": ", ".join(str(Sector(sector).label) for sector in published.sectors),
            "reproduced": reproduce(published),
            "page": page.get_page(request.GET.get("page")),
        }
        return render(request, "portal/frozen/publication.html", context)

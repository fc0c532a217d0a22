"""Views of tables that a person keeps under names of their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.doors.page import PersonalPage
from portal.models import SavedView

MOST = 50
# Tables whose views can be kept; an address of anything else is not.
TABLES = (
    "compliance",
    "compliance_unit",
    "compliance_facilities",
    "compliance_cameras",
    "not_connected",
    "compliance_contradictions",
)


class SavedViews(PersonalPage):
    """Lists them, and keeps the view of the address that was sent."""

    methods = ("GET", "POST")

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "portal/saved_views.html", {"views": SavedView.objects.of(self.person)})

    def post(self, request: HttpRequest) -> HttpResponse:
        name, path = request.POST.get("name", "").strip()[:60], request.POST.get("path", "")[:200]
        query = QueryDict(request.POST.get("query", "")[:1000], mutable=True)
        query.pop("page", None)
        kept = SavedView.objects.of(self.person)
        if not name:
            messages.error(request, _("Give the view a name."))
        elif not _is_table(path):
            messages.error(request, _("Only views of tables can be kept."))
            return redirect("saved_views")
        elif kept.count() >= MOST and not kept.filter(name=name).exists():
            messages.error(request, _("You keep %(most)s views already. Delete one first.") % {"most": MOST})
        else:
            values = {"path": path, "query": query.urlencode(), "saved_at": timezone.now()}
            kept.update_or_create(person=self.person, name=name, defaults=values)
            messages.success(request, _("“%(name)s” is kept among your views.") % {"name": name})
        asked = query.urlencode()
        return redirect(f"{path}?{asked}" if asked else path)


class SavedViewDelete(PersonalPage):
    """Deletes one, and offers to keep it again."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(SavedView.objects.of(self.person), pk=pk)
        view.delete()
        messages.success(request, _("“%(name)s” was deleted from your views.") % {"name": view.name})
        return redirect("saved_views")


def _is_table(path: str) -> bool:
    try:
        return resolve(path).url_name in TABLES
    except Resolver404:
        return False

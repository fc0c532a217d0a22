"""Views of tables that a person keeps under names of their own."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.doors.page import PersonalPage
from facilities.models import User
from portal.models import SavedView

MOST = 50
LONGEST_NAME, LONGEST_PATH, LONGEST_QUERY = 60, 200, 1000
# Tables whose views can be kept; an address of anything else is not.
TABLES = (
    "compliance",
    "compliance_unit",
    "compliance_facilities",
    "compliance_cameras",
    "not_connected",
    "compliance_contradictions",
)
# Where a session keeps what was deleted last, for as long as it can be taken back.
_DELETED = "deleted_view"


class SavedViews(PersonalPage):
    """Lists them, and keeps the view of the address that was sent."""

    methods = ("GET", "POST")

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"views": SavedView.objects.of(self.person), "deleted": request.session.get(_DELETED)}
        return render(request, "portal/saved_views.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        path, query = request.POST.get("path", ""), QueryDict(request.POST.get("query", ""), mutable=True)
        # A view is a table from its first row on, with nothing ticked.
        for passing in ("page", "choose"):
            query.pop(passing, None)
        asked = query.urlencode()
        if not _is_table(path):
            messages.error(request, _("Only views of tables can be kept."))
            return redirect("saved_views")
        try:
            view = keep(self.person, name=request.POST.get("name", ""), path=path, query=asked)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("“%(name)s” is kept among your views.") % {"name": view.name})
        return redirect(f"{path}?{asked}" if asked else path)


class SavedViewRename(PersonalPage):
    """Gives one another name."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(SavedView.objects.of(self.person), pk=pk)
        try:
            rename(view, request.POST.get("name", ""))
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("The view is called “%(name)s” now.") % {"name": view.name})
        return redirect("saved_views")


class SavedViewDelete(PersonalPage):
    """Deletes one; the list offers to take that back."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(SavedView.objects.of(self.person), pk=pk)
        request.session[_DELETED] = {"name": view.name, "path": view.path, "query": view.query}
        view.delete()
        messages.success(request, _("“%(name)s” was deleted from your views.") % {"name": view.name})
        return redirect("saved_views")


class SavedViewUndo(PersonalPage):
    """Keeps the one again that was deleted last in this session."""

    methods = ("POST",)

    def post(self, request: HttpRequest) -> HttpResponse:
        deleted: dict[str, Any] | None = request.session.pop(_DELETED, None)
        if deleted is None:
            messages.info(request, _("There is nothing to undo any more."))
            return redirect("saved_views")
        try:
            view = keep(self.person, **deleted)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("“%(name)s” is kept among your views.") % {"name": view.name})
        return redirect("saved_views")


def keep(person: User, *, name: str, path: str, query: str) -> SavedView:
    """Keep a view; one of the same name is replaced. Raises ValidationError."""
    name = _good_name(name)
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        # Cut short it would show something else.
        raise ValidationError(_("This view is too long to be kept: choose less."))
    kept = SavedView.objects.of(person)
    if not kept.filter(name=name).exists() and kept.count() >= MOST:
        raise ValidationError(_("You keep %(most)s views already. Delete one first.") % {"most": MOST})
    values = {"path": path, "query": query, "saved_at": timezone.now()}
    view, _made = kept.update_or_create(person=person, name=name, defaults=values)
    return view


def rename(view: SavedView, name: str) -> None:
    """Give it another name. Raises ValidationError."""
    name = _good_name(name)
    if SavedView.objects.filter(person=view.person_id, name=name).exclude(pk=view.pk).exists():
        raise ValidationError(_("You keep a view of this name already."))
    view.name = name
    view.save(update_fields=["name"])


def _good_name(name: str) -> str:
    """A name that can be kept. Raises ValidationError."""
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("Give the view a name."))
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise ValidationError(_("A name has at most %(most)s characters.") % {"most": LONGEST_NAME})
    return name


def _is_table(path: str) -> bool:
    try:
        return resolve(path).url_name in TABLES
    except Resolver404:
        return False

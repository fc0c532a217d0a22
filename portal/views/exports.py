"""Pages of exports: taking a table away, the files one has asked for, and one of them on its way."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.handlers.asgi import ASGIRequest
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page, PersonalPage
from facilities.enums import Permission
from facilities.models import Organisation
from portal.exports import making, orders
from portal.exports.progress import percent_done
from portal.exports.registry import TABLES
from portal.exports.scope import unit_in_reach
from portal.models.export import Export, ExportFormat, ExportState

A_PAGE = 20
_PIECE = 256 * 1024


class ExportNew(Page):
    """Takes a table away with the filters of the page that asks: at once if it is small, else in the background."""

    permissions = {"POST": Permission.VIEW_FIGURES}

    def post(self, request: HttpRequest) -> HttpResponseBase:
        table, wanted = request.POST.get("table", ""), request.POST.get("format", "")
        if table not in TABLES or wanted not in ExportFormat or not self.visible(Organisation.objects.all()).exists():
            raise Http404
        query, format_, now = orders.filters_of(request.POST.get("query", "")), ExportFormat(wanted), timezone.now()
        if request.POST.get("unit"):
            query["unit"] = request.POST["unit"]
        if not unit_in_reach(self.person, query):
            raise Http404
        try:
            sheet = making.described(person=self.person, table=table, query=query, format=format_, now=now)
            if sheet.count <= making.MOST_AT_ONCE and format_ is not ExportFormat.PDF:
                content = making.at_once(sheet, person=self.person, query=query, format=format_, now=now)
                answer = HttpResponse(content, content_type=making.MEDIA_TYPES[format_])
                return _attached(answer, making.file_name(table, format_, now))
            new = orders.order(person=self.person, table=table, query=query, format=format_, now=now)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("exports")
        return redirect("export", new.pk)


class Exports(PersonalPage):
    """The files that the person has asked for, the newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(Export.objects.of(self.person), A_PAGE).get_page(request.GET.get("page"))
        listed = [(each, _label(each)) for each in page]
        return render(request, "portal/exports/list.html", {"page": page, "listed": listed})


class OwnExport(PersonalPage):
    """The door of pages about one export: other people's are not there."""

    def export_of(self, pk: int) -> Export:
        """The person's own export of that number; 404 otherwise."""
        return get_object_or_404(Export.objects.of(self.person).select_related("person"), pk=pk)


class ExportPage(OwnExport):
    """How far one export is, and the way to its file."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found, now = self.export_of(pk), timezone.now()
        if found.working and orders.mend(now, found.pk):
            found.refresh_from_db()
        context = {
            "export": found,
            "label": _label(found),
            "percent": percent_done(found.pk) if found.working else None,
            "refusal": making.refusal(found, now) if found.state == ExportState.DONE else None,
        }
        return render(request, "portal/exports/export.html", context)


class ExportFile(OwnExport):
    """The file itself, as an attachment, while its asker still reaches all that is in it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        found, now = self.export_of(pk), timezone.now()
        with transaction.atomic():
            refusal = making.refusal(found, now)
            path = making.hand_out(found, now) if refusal is None else None
        if path is None:
            messages.error(request, str(refusal))
            return redirect("export", pk)
        kind = making.MEDIA_TYPES[ExportFormat(found.format)]
        answer: HttpResponseBase
        if isinstance(request, ASGIRequest):
            answer = StreamingHttpResponse(_pieces(path), content_type=kind)
            answer.headers["Content-Length"] = str(found.size)
        else:
            answer = FileResponse(path.open("rb"), content_type=kind)
        return _attached(answer, found.file_name)


class ExportAgain(OwnExport):
    """Has a file made anew, in the scope that the person has now."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            if not orders.again(self.export_of(pk), person=self.person, now=timezone.now()):
                messages.info(request, _("This file is being made already."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("export", pk)


class ExportRemove(OwnExport):
    """Removes a file before its time, or forgets an order."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.export_of(pk)
        orders.remove(found)
        messages.success(request, _("%(table)s was removed from your exported files.") % {"table": _label(found)})
        return redirect("exports")


def _label(found: Export) -> str:
    return str(TABLES[found.table].label) if found.table in TABLES else found.table


def _attached(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    """The file, piece by piece, read in a thread: under ASGI nothing else is held up, and little is in memory."""
    file: BinaryIO = await sync_to_async(lambda: path.open("rb"))()
    try:
        while piece := await sync_to_async(file.read)(_PIECE):
            yield piece
    finally:
        await sync_to_async(file.close)()

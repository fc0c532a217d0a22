"""What is on record in the part of the tree that the person administers: acts, and edits; and both to take away."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.domain.acts import Act, acts, after, told
from facilities.domain.change import Edit, Telling
from facilities.domain.export import csv_lines
from facilities.domain.history import edits, labels, place_of
from facilities.domain.records import record
from facilities.domain.sought import Place, Sought
from facilities.enums import Permission, RecordedAction
from facilities.forms.records import DAYS, RecordsFilter
from facilities.models import Organisation

ROWS = 50
# Of an export, rows fetched at once and sent as one piece.
PIECE = 500


class Records(Page):
    """Acts: logins, grants, views of pictures, exports, imports, changes of the tree; the newest first."""

    permissions = {"GET": Permission.ADMINISTER}
    tab = "acts"

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        chosen = self.filter(request, now)
        rows, older = self.page(chosen.sought, Place.read(request.GET.get("older", "")), now, ROWS)
        context = {
            "tab": self.tab,
            "filter": chosen,
            "sought": chosen.sought,
            "rows": rows,
            "days": DAYS,
            "administers": self.visible(Organisation.objects.all()).exists(),
            "here": request.path,
            "query": chosen.query,
            "begun": "older" in request.GET,
            "older": urlencode({"older": older}) if older else "",
        }
        return render(request, "facilities/records.html", context)

    def filter(self, request: HttpRequest, now: datetime) -> RecordsFilter:
        """What is chosen in the address."""
        kinds = RecordedAction.choices
        return RecordsFilter(request.GET, kinds=kinds, called=gettext_lazy("Act"), today=timezone.localdate(now))

    def page(self, sought: Sought, place: Place | None, now: datetime, count: int) -> tuple[list[Any], str]:
        """The rows of one page in words, and where the next begins; "" after the last."""
        found = list(after(acts(self.person, sought, now), place)[: count + 1])
        rows = told(found[:count])
        last = found[count - 1] if len(found) > count else None
        return list(rows), str(Place(last.at, last.pk)) if last else ""


class Edits(Records):
    """Edits: every version of what people enter, with what changed; the newest first."""

    permissions = {"GET": Permission.ADMINISTER}
    tab = "edits"

    def filter(self, request: HttpRequest, now: datetime) -> RecordsFilter:
        return RecordsFilter(
            request.GET, kinds=labels(), called=gettext_lazy("What was edited"), today=timezone.localdate(now)
        )

    def page(self, sought: Sought, place: Place | None, now: datetime, count: int) -> tuple[list[Any], str]:
        found = edits(self.person, sought, place, now, count=count + 1)
        rows = Telling(found[:count], self.person).edits()
        return rows, str(place_of(found[count - 1])) if len(found) > count else ""


class RecordsExport(Records):
    """The acts that are looked for, all of them, as CSV. Taking them away is on record itself."""

    permissions = {"GET": Permission.ADMINISTER}
    name = "records"

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:  # type: ignore[override] # a file
        now = timezone.now()
        chosen = self.filter(request, now)
        sought = chosen.sought
        with transaction.atomic():
            record(
                RecordedAction.EXPORTED,
                actor=self.person,
                now=now,
                subject=f"{self.name}.csv",
                detail={"what": self.name, "query": chosen.query[:500]},
            )
        pieces = self._pieces(sought, now, get_language() or settings.LANGUAGE_CODE)
        # Under ASGI it is asked from a thread, so that reading holds up nobody else.
        content = _asked_from_a_thread(pieces) if isinstance(request, ASGIRequest) else pieces
        name = f"{self.name}-{timezone.localtime(now):%Y%m%d-%H%M}.csv"
        return StreamingHttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
        )

    def _pieces(self, sought: Sought, now: datetime, language: str) -> Iterator[str]:
        """What is sent, a few hundred rows at a time, in the language of the page that asked."""
        lines = csv_lines(self.lines(sought, now))
        while True:
            with translation.override(language):
                piece = "".join(islice(lines, PIECE))
            if not piece:
                return
            yield piece

    def lines(self, sought: Sought, now: datetime) -> Iterator[list[str]]:
        """The heads, and then row after row, fetched a piece at a time."""
        yield self.heads()
        place: Place | None = None
        while True:
            rows, older = self.page(sought, place, now, PIECE)
            for row in rows:
                yield self.cells(row)
            place = Place.read(older)
            if place is None:
                return

    def heads(self) -> list[str]:
        """What stands above the columns."""
        return [
            _("Time"),
            _("Act"),
            _("Person"),
            _("Subject"),
            _("Organisation"),
            _("Details"),
            _("Address"),
            _("Request"),
        ]

    def cells(self, row: Any) -> list[str]:  # noqa: ANN401 - of the page's kind
        """One row."""
        act: Act = row
        at = f"{timezone.localtime(act.at):%d/%m/%Y %H:%M:%S}"
        return [at, act.act, act.person, act.subject, act.organisation, act.detail, act.address, act.request]


class EditsExport(RecordsExport, Edits):
    """The edits that are looked for, a line for each field."""

    permissions = {"GET": Permission.ADMINISTER}
    name = "edits"

    def heads(self) -> list[str]:
        return [
            *(_("Time"), _("What was done"), _("Person"), _("What was edited"), _("Name"), _("Organisation")),
            *(_("Changes"), _("Address"), _("Request")),
        ]

    def cells(self, row: Any) -> list[str]:  # noqa: ANN401 - as above
        edit: Edit = row
        at = f"{timezone.localtime(edit.at):%d/%m/%Y %H:%M:%S}"
        changes = "; ".join(f"{each.field}: {each.before} → {each.after}" for each in edit.changes)
        named = [edit.act, edit.person, edit.kind, edit.name, edit.organisation]
        return [at, *named, changes, edit.address, edit.request]


async def _asked_from_a_thread(pieces: Iterator[str]) -> AsyncIterator[str]:
    ask = sync_to_async(lambda: next(pieces, ""))
    while piece := await ask():
        yield piece

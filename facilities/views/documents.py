"""The register of documents, and each of them: who has it, and who has read it."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from facilities.access.doors.page import Page
from facilities.domain.distribution import acknowledge, answered_by, awaiting
from facilities.domain.folding import matches
from facilities.domain.records import record
from facilities.domain.stored_files import hand_out
from facilities.enums import Direction, Permission, RecordedAction
from facilities.forms.documents import DocumentFilter, RecipientFilter
from facilities.letters import letter
from facilities.models import Document, Organisation, Recipient
from facilities.models.document import DocumentQuerySet, RecipientQuerySet
from facilities.tables.documents import DocumentTable, RecipientTable, urgency_mark

ROWS_A_PAGE = 50


class Documents(Page):
    """What the bodies that the person reaches have entered, issued or been sent."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        documents: Any = self.visible(Document.objects.defer("body"))
        years = [day.year for day in documents.dates("issued_on", "year", order="DESC")]
        chosen = DocumentFilter(request.GET, years=years)
        waiting = awaiting(self.person, now=now)
        table = DocumentTable(_narrowed(documents, chosen, waiting, self.visible(Recipient.objects.all())))
        RequestConfig(request, paginate={"per_page": ROWS_A_PAGE, "silent": True}).configure(table)
        shown = [row.record.pk for row in table.paginated_rows]
        waiting_here = waiting.filter(document__in=shown).values_list("document", flat=True)
        table.tell(waiting=set(waiting_here), counts=self._counts(shown))
        context = {
            "table": table,
            "filter": chosen,
            "found": bool(shown),
            "directs": Organisation.objects.visible_to(self.person, Permission.DIRECT).exists(),
        }
        return render(request, "facilities/documents.html", context)

    def _counts(self, documents: list[int]) -> dict[int, tuple[int, int]]:
        """Of each: how many of the recipients in the person's reach have read it, of how many."""
        sent = self.visible(Recipient.objects.filter(document__in=documents)).order_by()
        counted = sent.values_list("document").annotate(Count("acknowledged_at"), Count("pk"))
        return {document: (read, number) for document, read, number in counted}


class DocumentPage(Page):
    """One document: what stands on it, what follows from it, and who has not read it."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Document.objects.select_related("organisation", "file")
        document = get_object_or_404(self.visible(rows), pk=pk)
        now, sent = timezone.now(), self.visible(Recipient.objects.filter(document=document))
        mine = list(answered_by(self.person, now=now).filter(document=document).select_related("organisation"))
        counts = sent.aggregate(all=Count("pk"), read=Count("acknowledged_at"))
        context: dict[str, Any] = {
            "document": document,
            "urgency": urgency_mark(document.urgency),
            "mine": mine,
            "unread_here": [recipient for recipient in mine if recipient.acknowledged_at is None],
            "known_keeper": self.visible(Organisation.objects.filter(pk=document.organisation_id)).exists(),
            "deadlines": document.deadlines.select_related("area").prefetch_related("superseded_by"),
            "directs": Document.objects.visible_to(self.person, Permission.DIRECT).filter(pk=document.pk).exists(),
            "counts": counts | {"unread": counts["all"] - counts["read"]},
            # Whoever sees none but their own has nobody to look after.
            "others": counts["all"] > len(mine),
        }
        if context["others"]:
            chosen = RecipientFilter(request.GET)
            table = self._table(_recipients(sent, chosen))
            RequestConfig(request, paginate={"per_page": ROWS_A_PAGE, "silent": True}).configure(table)
            context |= {"filter": chosen, "table": table, "found": len(table.rows)}
        return render(request, "facilities/document.html", context)

    def _table(self, rows: Any) -> RecipientTable:  # noqa: ANN401 - a queryset or a list
        administered = Organisation.objects.visible_to(self.person, Permission.ADMINISTER)
        passed_on = self.visible(Organisation.objects.filter(pk__in=[row.sent_from_id for row in rows]))
        return RecipientTable(
            rows,
            named=set(administered.filter(pk__in=[row.organisation_id for row in rows]).values_list("pk", flat=True)),
            reached=set(passed_on.values_list("pk", flat=True)),
        )


class DocumentFile(Page):
    """The file of a document, for whoever may read the document."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        del request
        document = get_object_or_404(self.visible(Document.objects.select_related("file")), pk=pk)
        if document.file is None:
            raise Http404
        return hand_out(document.file, actor=self.person, now=timezone.now())


class DocumentLetter(Page):
    """An issued document that was written here, as a letter to print and sign."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        del request
        written = Document.objects.select_related("organisation").filter(direction=Direction.ISSUED).exclude(body="")
        document = get_object_or_404(self.visible(written), pk=pk)
        name = document.written.replace("/", "-") + ".pdf"
        record(
            RecordedAction.FILE_OPENED,
            actor=self.person,
            now=timezone.now(),
            organisation=document.organisation_id,
            subject=name,
            detail={"document": document.pk},
        )
        disposition = content_disposition_header(as_attachment=True, filename=name)
        headers = {"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(letter(document), content_type="application/pdf", headers=headers)


class DocumentAcknowledge(Page):
    """Says that it was read, for the bodies for which the person answers."""

    permissions = {"POST": Permission.VIEW_FIGURES}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        now = timezone.now()
        theirs = Document.objects.filter(pk__in=answered_by(self.person, now=now).values("document"))
        document = get_object_or_404(self.visible(theirs), pk=pk)
        # A second tap, or a colleague's: it is read, and that is all they want.
        acknowledge(document=document, actor=self.person, now=now)
        messages.success(request, _("It is on record that %(document)s was read.") % {"document": document})
        return redirect("document", document.pk)


def _narrowed(
    documents: DocumentQuerySet,
    chosen: DocumentFilter,
    waiting: RecipientQuerySet,
    sent: Any,  # noqa: ANN401 - a queryset
) -> Any:  # noqa: ANN401 - a queryset, or a list of its rows
    """Those that the filter leaves. Words are searched here: PostgreSQL alone cannot ignore accents."""
    for name in ("direction", "urgency"):
        if value := chosen.chosen(name):
            documents = documents.filter(**{name: value})
    if year := chosen.chosen("year"):
        documents = documents.filter(issued_on__year=int(year))
    unread = {"waiting": waiting, "unread": sent.filter(acknowledged_at=None)}.get(chosen.chosen("read"))
    if unread is not None:
        documents = documents.filter(pk__in=unread.values("document"))
    query = chosen.chosen("q")
    if not query:
        return documents
    return [each for each in documents if matches(query, each.written, each.subject, each.agency)]


def _recipients(sent: Any, chosen: RecipientFilter) -> list[Recipient]:  # noqa: ANN401 - a queryset of the door
    """The recipients that the filter leaves, those who have not read it first."""
    state = {"unread": Q(acknowledged_at=None), "read": Q(acknowledged_at__isnull=False)}
    rows = sent.filter(state.get(chosen.chosen("state"), Q()))
    if kind := chosen.chosen("kind"):
        rows = rows.filter(organisation__kind=kind)
    rows = rows.select_related("organisation", "sent_from", "acknowledged_by")
    found = [
        row
        for row in rows.order_by("organisation__path")
        if matches(chosen.chosen("q"), row.organisation.name, row.organisation.name_en)
    ]
    return sorted(found, key=lambda row: row.acknowledged_at is not None)

"""Documents are entered, issued and sent on."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from facilities.access.doors.page import Page
from facilities.domain.distribution import GROUPS, distribute, may_receive, senders
from facilities.domain.documents import (
    Letterhead,
    duplicates,
    enter_incoming,
    issue,
    last_symbol,
    next_arrival_number,
    next_number,
)
from facilities.domain.folding import matches
from facilities.domain.keys import key_of
from facilities.enums import OrganisationKind, Permission, Urgency
from facilities.forms.acts import ActForm
from facilities.forms.attachments import sent_bytes
from facilities.forms.documents import DistributionForm, DocumentForm, IncomingForm, IssueForm
from facilities.models import Document, Organisation
from facilities.views.act import Act, Text
from facilities.views.organisation_choice import organisation_chooser

# Enough to choose from; agencies that write often are among the newest.
AGENCIES_OFFERED = 40
FOUND_SHOWN = 40
_WAYS = {"receive": "document_enter", "issue": "document_issue"}


class DocumentChoice(Page):
    """In whose register it is entered, or in whose name it is issued; whoever directs one body alone is led on."""

    permissions = {"GET": Permission.DIRECT}

    def get(self, request: HttpRequest, way: str) -> HttpResponse:
        named = key_of(request.GET.get("organisation", ""))
        bodies = self.visible(Organisation.objects.filter(valid_to=None)).exclude(kind=OrganisationKind.FACILITY)
        some = list(bodies.values_list("pk", flat=True)[:2])
        if not some:
            raise Http404
        if named is not None:
            return redirect(_WAYS[way], named)
        if len(some) == 1:
            return redirect(_WAYS[way], some[0])
        return render(request, "facilities/document_choice.html", {"way": way, **organisation_chooser(self, request)})


class DocumentEntry(Act):
    """What entering and issuing share."""

    permissions = {"GET": Permission.DIRECT, "POST": Permission.DIRECT}
    template = "facilities/document_form.html"
    icon = "file-plus"

    def form(self, sent: Any) -> ActForm:  # noqa: ANN401 - what Django's forms take
        files = self.request.FILES if sent is not None else None
        return self.kind(sent, files, sent_bytes=sent_bytes(self.request), initial=self.first())

    # The form that it is written in.
    kind: type[DocumentForm]

    def first(self) -> dict[str, Any]:
        """What stands in the form at first."""
        raise NotImplementedError

    def done(self, form: ActForm) -> HttpResponse:
        document = self.do(form)
        assert isinstance(document, Document)  # noqa: S101 - both kinds do
        messages.success(
            self.request, _("%(document)s was entered. Send it to whom it concerns.") % {"document": document}
        )
        return redirect("document", document.pk)


class DocumentEnter(DocumentEntry):
    """Enters a document that came in."""

    kind = IncomingForm

    def first(self) -> dict[str, Any]:
        return {"arrival_number": next_arrival_number(self.node, timezone.localdate().year)}

    def words(self) -> dict[str, Text]:
        return {"title": _("Enter a document that came in"), "button": _("Enter the document")}

    def do(self, form: ActForm) -> object:
        given = form.cleaned_data
        known = Document.objects.visible_to(self.person, Permission.VIEW_FIGURES)
        same = duplicates(known, written=given["written"], agency=given["agency"], issued_on=given["issued_on"])
        self.same = [] if given["another"] else same
        if self.same:
            text = _("A document with this number, symbol and agency is there already.")
            raise ValidationError({"another": text})
        return enter_incoming(
            organisation=self.node,
            written=given["written"],
            agency=given["agency"],
            head=_head(given),
            arrived_on=given["arrived_on"],
            arrival_number=given["arrival_number"],
            file=given["file"],
            actor=self.person,
            now=timezone.now(),
        )

    def show(self, request: HttpRequest, form: ActForm | None, **context: Any) -> HttpResponse:
        known = Document.objects.visible_to(self.person, Permission.VIEW_FIGURES).order_by("-pk")
        agencies = list(dict.fromkeys(known.values_list("agency", flat=True)[:500]))[:AGENCIES_OFFERED]
        return super().show(request, form, same=getattr(self, "same", []), agencies=agencies, **context)


class DocumentIssue(DocumentEntry):
    """Issues a document in the name of a body."""

    kind = IssueForm

    def first(self) -> dict[str, Any]:
        return {"number": next_number(self.node, timezone.localdate().year), "symbol": last_symbol(self.node)}

    def words(self) -> dict[str, Text]:
        return {"title": _("Issue a document"), "button": _("Issue the document")}

    def do(self, form: ActForm) -> object:
        given = form.cleaned_data
        return issue(
            organisation=self.node,
            number=given["number"],
            symbol=given["symbol"],
            head=_head(given),
            body=given["body"],
            file=given["file"],
            actor=self.person,
            now=timezone.now(),
        )


class DocumentDistribute(Page):
    """Sends a document to bodies and facilities below: groups, and single ones found by name."""

    permissions = {"GET": Permission.DIRECT, "POST": Permission.DIRECT}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._load(pk)
        return self._show(request, self._form(None))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._load(pk)
        form = self._form(request.POST)
        if not form.is_valid() or "look" in request.POST:
            return self._show(request, form)
        groups = self.allowed.filter(kind__in=form.cleaned_data["groups"])
        chosen = list({node.pk: node for node in (*groups, *form.cleaned_data["to"])}.values())
        try:
            if "confirmed" in request.POST or not chosen:
                sent = distribute(document=self.document, to=chosen, actor=self.person, now=timezone.now())
                text = ngettext(
                    "It was sent to %(count)d recipient.", "It was sent to %(count)d recipients.", len(sent)
                )
                messages.success(request, text % {"count": len(sent)})
                return redirect("document", self.document.pk)
        except ValidationError as refusal:
            form.tell(refusal)
            return self._show(request, form)
        kinds = Counter(OrganisationKind(node.kind).label for node in chosen)
        return self._show(request, form, confirm=True, number=len(chosen), kinds=list(kinds.items()))

    def _load(self, pk: int) -> None:
        self.document = get_object_or_404(self.visible(Document.objects.select_related("organisation")), pk=pk)
        now = timezone.now()
        self.senders = senders(self.document, self.person, now=now)
        self.allowed = may_receive(self.document, self.person, now=now)

    def _form(self, sent: Any) -> DistributionForm:  # noqa: ANN401 - what Django's forms take
        kinds = Counter(self.allowed.order_by().values_list("kind", flat=True))
        groups = [(kind.value, f"{kind.label} ({kinds[kind]})") for kind in GROUPS if kinds[kind]]
        return DistributionForm(sent, allowed=self.allowed, groups=groups)

    def _show(self, request: HttpRequest, form: DistributionForm, **context: Any) -> HttpResponse:
        query = request.POST.get("q", "").strip()[:100]
        ids = {key_of(number) for number in request.POST.getlist("to")}
        rows = list(self.allowed.select_related("facility").order_by("depth", "path"))
        chosen = [node for node in rows if node.pk in ids]
        fitting = [node for node in rows if node.pk not in ids and matches(query, node.name, node.name_en)]
        context = {
            "document": self.document,
            "form": form,
            "query": query,
            "chosen": chosen,
            "found": fitting[:FOUND_SHOWN],
            "more": len(fitting) > FOUND_SHOWN,
            "anybody": bool(rows),
            "groups_chosen": request.POST.getlist("groups"),
            **context,
        }
        return render(request, "facilities/document_distribute.html", context)


def _head(given: dict[str, Any]) -> Letterhead:
    return Letterhead(
        subject=given["subject"],
        issued_on=given["issued_on"],
        urgency=Urgency(given["urgency"]),
        signer_title=given["signer_title"],
        signer_name=given["signer_name"],
        due_on=given["due_on"],
    )

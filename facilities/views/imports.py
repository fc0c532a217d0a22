"""Pages of spreadsheets: what I uploaded, a new one, and one on its way from upload to taken in or back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from facilities.access.doors.page import PersonalPage
from facilities.enums import ImportMode, ImportState, Permission, RowFate
from facilities.forms.imports import UploadForm
from facilities.intake import exports, orders
from facilities.intake.progress import progress_of
from facilities.intake.registry import KINDS, Kind
from facilities.models import Import, ImportRow, Organisation, User

ROWS_A_PAGE = 50
IMPORTS_A_PAGE = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportsPage(PersonalPage):
    """The person's own imports, and what they may take in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        imports = Paginator(Import.objects.of(self.person), IMPORTS_A_PAGE).get_page(request.GET.get("page"))
        listed = [(each, _label(each)) for each in imports]
        kinds = kinds_for(self.person)
        context = {"imports": imports, "listed": listed, "kinds": kinds, "administers": administers(self.person)}
        return render(request, "facilities/imports.html", context)


@method_decorator(sensitive_post_parameters(), "dispatch")
class ImportUpload(PersonalPage):
    """Takes a file and has it checked."""

    methods = ("GET", "POST")

    def get(self, request: HttpRequest) -> HttpResponse:
        kinds = kinds_for(self.person)
        return self._show(UploadForm(kinds=kinds, initial={"kind": request.GET.get("kind")}), kinds)

    def post(self, request: HttpRequest) -> HttpResponse:
        kinds = kinds_for(self.person)
        sent = int(request.headers.get("Content-Length") or 0)
        form = UploadForm(request.POST, request.FILES, kinds=kinds, sent_bytes=sent)
        if not form.is_valid():
            return self._show(form, kinds)
        file, kind = form.cleaned_data["file"], KINDS[form.cleaned_data["kind"]]
        new = orders.upload(kind=kind, file=file, person=self.person, now=timezone.now())
        return redirect("import", new.pk)

    def _show(self, form: UploadForm, kinds: list[Kind]) -> HttpResponse:
        context = {"form": form, "kinds": kinds, "administers": administers(self.person)}
        return render(self.request, "facilities/import_form.html", context)


class ImportTemplate(PersonalPage):
    """A spreadsheet of a kind to fill in, as XLSX or CSV."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = KINDS.get(request.GET.get("kind", ""))
        if kind is None:
            return redirect("imports")
        if request.GET.get("format") == "csv":
            return _download(exports.template_csv(kind), f"{kind.key}.csv", "text/csv; charset=utf-8")
        return _download(exports.template_xlsx(kind), f"{kind.key}.xlsx", XLSX)


class OwnImport(PersonalPage):
    """The door of pages about one import: other people's are not there."""

    def import_of(self, pk: int) -> Import:
        """The person's own import of that number; 404 otherwise."""
        return get_object_or_404(Import.objects.of(self.person), pk=pk)

    def to_its_page(self, pk: int, *, done: bool) -> HttpResponse:
        """Back to the import, with a word if somebody, or another window, was quicker."""
        if not done:
            messages.info(self.request, _("This has been done already, or is under way; below is how it stands."))
        return redirect("import", pk)


class ImportPage(OwnImport):
    """How far one import is, what becomes of each row, and what can be done next."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.import_of(pk)
        if found.working and orders.mend(timezone.now(), found.pk):
            found.refresh_from_db()
        kind = _kind(found)
        fate = request.GET.get("fate", "")
        rows = found.rows.filter(fate=fate) if fate in RowFate.values else found.rows.all()
        page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "import": found,
            "kind": kind,
            "fate": fate,
            "rows": page,
            "described": [_described(row, kind) for row in page],
            "progress": progress_of(found.pk) if found.working else None,
            "twin": _twin(found),
            "administers": administers(self.person),
        }
        return render(request, "facilities/import.html", context)


class ImportConfirm(OwnImport):
    """Orders that a checked file be taken in: all of it or nothing, or the good rows."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.import_of(pk)
        mode = ImportMode.GOOD if request.POST.get("mode") == ImportMode.GOOD else ImportMode.ALL
        done = orders.order(
            found,
            was=ImportState.CHECKED,
            to=ImportState.IMPORTING,
            mode=mode,
            now=timezone.now(),
            portal=request.build_absolute_uri("/"),
        )
        return self.to_its_page(pk, done=done)


class ImportCheck(OwnImport):
    """Orders that the file be checked again, as others may have changed what it refers to."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        del request
        found = self.import_of(pk)
        was = ImportState.FAILED if found.state == ImportState.FAILED else ImportState.CHECKED
        done = bool(found.stored_as) and orders.order(found, was=was, to=ImportState.CHECKING, now=timezone.now())
        return self.to_its_page(pk, done=done)


class ImportCancel(OwnImport):
    """Forgets an upload of which nothing was taken in."""

    methods = ("POST",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.import_of(pk)
        if not orders.cancel(found):
            return self.to_its_page(pk, done=False)
        messages.success(request, _("%(file)s was removed; nothing of it was taken in.") % {"file": found})
        return redirect("imports")


class ImportUndo(OwnImport):
    """Asks, then orders that all of an import be taken back."""

    methods = ("GET", "POST")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.import_of(pk)
        context = {"import": found, "kind": _kind(found), "administers": administers(self.person)}
        return render(request, "facilities/import_undo.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        del request
        found = self.import_of(pk)
        done = orders.order(found, was=ImportState.DONE, to=ImportState.UNDOING, now=timezone.now())
        return self.to_its_page(pk, done=done)


class ImportErrors(OwnImport):
    """The rows with errors as a spreadsheet, with a column that says what is wrong."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        found = self.import_of(pk)
        kind = _kind(found)
        if request.GET.get("format") == "csv":
            lines = exports.errors_csv(found, kind)
            return _attached(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), "errors.csv")
        return _download(exports.errors_xlsx(found, kind), "errors.xlsx", XLSX)


def kinds_for(person: User) -> list[Kind]:
    """The kinds of files from which the person may take in anything anywhere; a query for each permission."""
    needed = {kind.permission for kind in KINDS.values()}
    held = {each for each in needed if Organisation.objects.visible_to(person, each).exists()}
    return [kind for kind in KINDS.values() if kind.permission in held]


def administers(person: User) -> bool:
    """Whether the pages of administration are the person's."""
    return bool(Organisation.objects.visible_to(person, Permission.ADMINISTER).exists())


def _kind(found: Import) -> Kind:
    if found.kind not in KINDS:
        raise Http404
    return KINDS[found.kind]


def _label(found: Import) -> str:
    return str(KINDS[found.kind].label) if found.kind in KINDS else found.kind


def _described(row: ImportRow, kind: Kind) -> dict[str, Any]:
    """What a row shows: its decisive values first, the others behind a tap."""
    filled = [(column, row.values.get(column.key, "")) for column in kind.columns]
    decisive = [value for column, value in filled if column.required and value]
    return {
        "row": row,
        "title": " · ".join(decisive) or _("(nothing readable)"),
        "values": [(str(column.heading), value) for column, value in filled if value],
        "wrong": exports.what_is_wrong(kind, row.errors),
    }


def _twin(found: Import) -> Import | None:
    """The same file, taken in by the same person before."""
    others = Import.objects.filter(uploaded_by=found.uploaded_by_id, kind=found.kind, sha256=found.sha256)
    before = others.filter(state=ImportState.DONE, pk__lt=found.pk)
    return before.first() if found.state in (ImportState.CHECKING, ImportState.CHECKED) else None


def _download(content: bytes | str, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    _attached(answer, name)
    return answer


def _attached(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

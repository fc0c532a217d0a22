"""What the pages of the rollout share: the facility and how far it is, and a form that sends a report."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.domain.rollout import standing_of
from facilities.domain.rollout_standing import RolloutStanding
from facilities.enums import Permission, Stage
from facilities.forms.acts import ActForm
from facilities.forms.attachments import AttachingForm, sent_bytes
from facilities.forms.rollout import ReportForm
from facilities.forms.rows import Rows
from facilities.models import Facility, ProgressReport
from portal.views.rollout.steps import STEPS, rest_of, step_url

Text = str | Promise


class OfRollout(Page):
    """A page about the rollout of one facility."""

    facility: Facility
    stands: RolloutStanding

    def load(self, pk: int) -> None:
        """Fetch the facility and how far it is, or answer 404."""
        rows = Facility.objects.select_related("organisation", "district", "province")
        self.facility = get_object_or_404(self.visible(rows), pk=pk)
        self.stands = standing_of(self.facility)

    def may(self, permission: Permission) -> bool:
        """Whether the person has that permission here."""
        return Facility.objects.visible_to(self.person, permission).filter(pk=self.facility.pk).exists()


class Reporting(OfRollout):
    """A form that sends one report. What was typed stays when it is refused; files have to be chosen again."""

    permissions = {"GET": Permission.REPORT_PROGRESS, "POST": Permission.REPORT_PROGRESS}
    template = "portal/rollout_report.html"
    icon: ClassVar[str] = "send"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.load(pk)
        return self.show(request, self.form(None, self.initial()), self.rows())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.load(pk)
        sent = request.POST
        if "more" in sent:
            # More rows are asked for; nothing is checked or sent yet.
            return self.show(request, self.form(None, _typed(sent)), self.rows(draft=sent))
        form, rows = self.form(sent, self.initial()), self.rows(sent=sent)
        if all([form.is_valid(), rows is None or rows.are_valid()]):
            try:
                return self.sent(self.report(form, rows))
            except ValidationError as refusal:
                _tell(form, rows, refusal)
                # Somebody else may have been first.
                self.stands = standing_of(self.facility)
        return self.show(request, form, rows)

    def form(self, sent: QueryDict | None, initial: dict[str, Any]) -> ActForm:
        """The form, bound to what was sent."""
        raise NotImplementedError

    def filled(self, kind: type[AttachingForm], sent: QueryDict | None, **more: Any) -> AttachingForm:
        """A form of that kind, bound to what was sent and to its files."""
        files = self.request.FILES if sent is not None else None
        return kind(sent, files, sent_bytes=sent_bytes(self.request), **more)

    def initial(self) -> dict[str, Any]:
        """What is filled in to begin with."""
        return {}

    def rows(self, *, sent: QueryDict | None = None, draft: QueryDict | None = None) -> Rows | None:
        """The rows within the form, if it has any."""
        del sent, draft
        return None

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - each page knows its own form
        """Send it. Raises ValidationError by field."""
        raise NotImplementedError

    def words(self) -> dict[str, Text]:
        """`title`, `button` and, if there is more to say, `lead`."""
        raise NotImplementedError

    def barred(self) -> Text:
        """Why there is nothing to be sent here now, or nothing."""
        return ""

    def sent(self, report: ProgressReport) -> HttpResponse:
        """Say that it has been sent, and lead on."""
        link = reverse("facility", args=[self.facility.pk])
        text = _("Sent the report “%(report)s”.") % {"report": report}
        messages.success(
            self.request, format_html('{} <a class="alert-link" href="{}">{}</a>', text, link, _("To the facility"))
        )
        return redirect(self.onward(report))

    def onward(self, report: ProgressReport) -> str:
        """Where the person goes on."""
        del report
        return reverse("rollout", args=[self.facility.pk])

    def show(self, request: HttpRequest, form: ActForm, rows: Rows | None, **context: Any) -> HttpResponse:
        """The page as it stands."""
        expected = self.stands.next_steps[:1]
        context = {
            "facility": self.facility,
            "form": form,
            "rows": rows,
            # What stands in the fields is what was sent, not what this device kept of an earlier visit.
            "answered": request.method == "POST",
            "wrong": bool(form.is_bound and (form.errors or (rows is not None and rows.wrong))),
            "files_again": bool(form.is_bound and request.FILES),
            "barred": "" if form.is_bound else self.barred(),
            "expected": STEPS[expected[0]] if expected else None,
            "expected_url": step_url(self.facility.pk, expected[0]) if expected else "",
            "also": [(STEPS[stage].title, step_url(self.facility.pk, stage)) for stage in self.stands.next_steps[1:]],
            "rest": rest_of(self.stands),
            "icon": self.icon,
            **self.words(),
            **context,
        }
        return render(request, self.template, context)


class StepReport(Reporting):
    """The report of one step."""

    stage: ClassVar[Stage]
    form_class: ClassVar[type[ReportForm]] = ReportForm

    def form(self, sent: QueryDict | None, initial: dict[str, Any]) -> ActForm:
        return self.filled(self.form_class, sent, initial=initial)

    def words(self) -> dict[str, Text]:
        step = STEPS[self.stage]
        return {"title": step.title, "button": step.button, "lead": step.lead}

    def barred(self) -> Text:
        if self.stage in self.stands.next_steps:
            return ""
        if self.stands.closed:
            return _("This facility was reported closed. Report first that it has reopened.")
        if self.stands.paused:
            return _("This facility was reported paused. Report first that it has resumed.")
        if self.stage in self.stands.reached:
            return _("This step has been reported already.")
        return _("This step comes later.")

    def onward(self, report: ProgressReport) -> str:
        del report
        following = standing_of(self.facility).next_steps
        if self.stage in (Stage.CONNECTED, Stage.WATCHING) or not following:
            return reverse("rollout", args=[self.facility.pk])
        return step_url(self.facility.pk, following[0])


def _typed(sent: QueryDict) -> dict[str, Any]:
    """What was typed so far, for a form that is not checked yet."""
    return {name: sent.getlist(name) if name in ("sinks", "cameras", "reasons") else sent[name] for name in sent}


def _tell(form: ActForm, rows: Rows | None, refusal: ValidationError) -> None:
    """Show the reasons at the fields and rows that they are about, others above the form."""
    reasons = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
    rest = {name: texts for name, texts in reasons.items() if rows is None or not rows.tell(name, texts)}
    if rest:
        form.tell(ValidationError(rest) if "" not in rest else ValidationError(rest[""]))

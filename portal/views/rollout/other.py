"""What is reported beside the steps, and taking a report back."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.domain.rollout import report_other, standing_of, withdraw
from facilities.enums import BlockReason, ReportKind
from facilities.forms.acts import ActForm
from facilities.forms.rollout import OtherReportForm, WithdrawalForm
from facilities.models import ProgressReport
from portal.views.rollout.base import Reporting, Text


class OtherReport(Reporting):
    """Blocked and why, paused, closed, receiving people, notice posted, and the end of these."""

    def form(self, sent: QueryDict | None, initial: dict[str, Any]) -> ActForm:
        return self.filled(OtherReportForm, sent, initial=initial, kinds=self.stands.kinds)

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("kind", "")
        return {"kind": asked} if asked in self.stands.kinds else {}

    def words(self) -> dict[str, Text]:
        return {
            "title": _("Report something else"),
            "button": _("Send the report"),
            "lead": _("A block and its reasons, a pause, a closing, or what the rules ask for beside the steps."),
        }

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - as in the base
        del rows
        given = form.cleaned_data
        return report_other(
            facility=self.facility,
            kind=ReportKind(given["kind"]),
            reasons=[BlockReason(reason) for reason in given.get("reasons", ())],
            account=form.account(),
            actor=self.person,
            now=timezone.now(),
        )


class Withdrawal(Reporting):
    """Takes the last report back. It stays readable, struck through, with who withdrew it and why."""

    template = "portal/rollout_withdraw.html"
    icon = "arrow-back-up"

    def load(self, pk: int) -> None:
        rows = ProgressReport.objects.select_related(
            "facility__organisation", "facility__district", "facility__province", "recorded_by"
        )
        self.reported: ProgressReport = get_object_or_404(self.visible(rows), pk=pk)
        self.facility = self.reported.facility
        self.stands = standing_of(self.facility)

    def form(self, sent: QueryDict | None, initial: dict[str, Any]) -> ActForm:
        return WithdrawalForm(sent, initial=initial)

    def words(self) -> dict[str, Text]:
        return {
            "title": _("Withdraw “%(report)s”?") % {"report": self.reported},
            "button": _("Withdraw the report"),
            "lead": _("It stays readable, struck through, with your name and reason. Report it anew to correct it."),
        }

    def barred(self) -> Text:
        if self.stands.last == self.reported.pk:
            return ""
        if ProgressReport.objects.filter(withdraws=self.reported).exists():
            return _("This report has been withdrawn already.")
        if self.reported.kind == ReportKind.WITHDRAWAL:
            return _("A withdrawal cannot be withdrawn. Report anew what holds.")
        return _("Only the last report that stands can be withdrawn. Begin with that one.")

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - as in the base
        del rows
        return withdraw(report=self.reported, why=form.cleaned_data["note"], actor=self.person, now=timezone.now())

    def show(self, request: HttpRequest, form: ActForm, rows: Any, **context: Any) -> HttpResponse:  # noqa: ANN401 - as in the base
        return super().show(request, form, rows, reported=self.reported, **context)

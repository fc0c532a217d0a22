"""The rollout of a facility as it was reported: the evidence behind its figures."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise

from cameras.models import Acceptance
from facilities.domain.estimates import costs
from facilities.domain.rollout_standing import connections
from facilities.domain.sinks_said import facts_of_sinks
from facilities.enums import BlockReason, Permission, ReportKind, Stage
from facilities.models import ProgressReport
from portal.views.rollout.base import OfRollout
from portal.views.rollout.steps import STEPS, rest_of, step_url


@dataclass(frozen=True, slots=True)
class Entry:
    """One report on the timeline, and the later one that withdrew it."""

    report: ProgressReport
    withdrawal: ProgressReport | None
    reasons: tuple[str | Promise, ...]
    # Whether it is the one that may be withdrawn now.
    last: bool

    @property
    def acceptances(self) -> list[Acceptance]:
        """The cameras that it accepted."""
        return list(self.report.acceptances.all())


class Rollout(OfRollout):
    """All reports, the newest first; withdrawn ones struck through."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.load(pk)
        reports = self._reports()
        entries = self._entries(reports)
        stands, following = self.stands, self.stands.next_steps
        standing = [entry.report for entry in reversed(entries) if entry.withdrawal is None]
        context = {
            "facility": self.facility,
            "stands": stands,
            "blocked": [BlockReason(reason).label for reason in stands.blocked],
            "entries": entries,
            "steps": [(stage, stands.reached.get(stage), stage in following) for stage in list(Stage)[1:]],
            "costs": costs(standing),
            "sinks": [(sink.label, fact) for sink, fact in connections(facts_of_sinks(self.facility)).items()],
            "may_report": self.may(Permission.REPORT_PROGRESS),
            "may_see_pictures": self.may(Permission.VIEW_PICTURES),
            "next": [(STEPS[stage], step_url(self.facility.pk, stage)) for stage in following],
            "rest": rest_of(stands),
            "as_of": timezone.now(),
        }
        return render(request, "portal/rollout.html", context)

    def _reports(self) -> list[ProgressReport]:
        accepted = Acceptance.objects.select_related("camera__zone", "conformance", "picture").order_by("camera__name")
        rows = self.facility.reports.select_related("recorded_by", "estimate", "actual_cost")
        rows = rows.prefetch_related(
            "files", "surveyed_zones", "estimate__lines", Prefetch("acceptances", queryset=accepted)
        )
        return list(rows.order_by("-recorded_at", "-pk"))

    def _entries(self, reports: list[ProgressReport]) -> list[Entry]:
        withdrawals = {report.withdraws_id: report for report in reports if report.withdraws_id is not None}
        return [
            Entry(
                report,
                withdrawals.get(report.pk),
                tuple(BlockReason(reason).label for reason in report.reasons),
                report.pk == self.stands.last,
            )
            for report in reports
            if report.kind != ReportKind.WITHDRAWAL
        ]

"""The report of the survey, zone by zone."""

from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone

from cameras.enums import State
from facilities.domain.survey import report_survey
from facilities.enums import Requirement, Stage
from facilities.forms.rollout import SurveyRow
from facilities.forms.rows import Rows
from facilities.models import ProgressReport
from portal.views.rollout.base import StepReport


class Survey(StepReport):
    """Zones on record are filled in, with the cameras that are registered there; new ones are entered by it."""

    stage = Stage.SURVEYED
    template = "portal/rollout_survey.html"

    def rows(self, *, sent: QueryDict | None = None, draft: QueryDict | None = None) -> Rows:
        known = self._known()
        return Rows(SurveyRow, "zones", sent=sent, draft=draft, known=known, spare=2 if known else 4)

    def _known(self) -> list[dict[str, Any]]:
        delivering = Count("cameras", filter=Q(cameras__state__state=State.OK))
        zones = self.facility.zones.annotate(registered=Count("cameras"), delivering=delivering).order_by("name")
        return [
            {
                "zone": zone.pk,
                "kind": zone.kind,
                "name": zone.name,
                "existing": zone.registered,
                "usable": 0 if zone.requirement is Requirement.FORBIDDEN else zone.delivering,
                "needed": 1 if zone.requirement is Requirement.REQUIRED else 0,
            }
            for zone in zones
        ]

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - as in the base
        return report_survey(
            facility=self.facility,
            zones=[row.found() for row in rows.filled],
            account=form.account(),
            actor=self.person,
            now=timezone.now(),
        )

"""Steps that need no more than their day: approval, procurement, installation, watching."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from facilities.domain.rollout import report_step
from facilities.enums import Permission, Stage
from facilities.forms.rollout import CostedForm
from facilities.models import ProgressReport
from portal.views.rollout.base import StepReport


class PlainStep(StepReport):
    """Reports the step that the route names."""

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - as in the base
        del rows
        return report_step(
            facility=self.facility,
            stage=self.stage,
            account=form.account(),
            actual_cost=form.cleaned_data.get("actual_cost"),
            actor=self.person,
            now=timezone.now(),
        )


class Approval(PlainStep):
    """The estimate was approved."""

    stage = Stage.APPROVED


class Procurement(PlainStep):
    """Buying has begun."""

    stage = Stage.PROCURING


class Installation(PlainStep):
    """Installing has begun: cameras are registered next, by whoever may."""

    stage = Stage.INSTALLING

    def onward(self, report: ProgressReport) -> str:
        if self.may(Permission.REGISTER_CAMERAS):
            return reverse("facility_cameras", args=[self.facility.pk])
        return super().onward(report)


class Watching(PlainStep):
    """People watch around the clock."""

    stage = Stage.WATCHING
    form_class = CostedForm

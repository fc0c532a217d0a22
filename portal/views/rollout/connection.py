"""The report of the connection, and with it of each system that the pictures arrive at."""

from typing import Any

from django.utils import timezone

from facilities.domain.connection_step import report_connection
from facilities.domain.rollout_standing import connections
from facilities.domain.sinks_said import facts_of_sinks
from facilities.enums import Stage
from facilities.forms.rollout import ConnectionForm
from facilities.models import ProgressReport
from portal.views.rollout.base import StepReport


class Connection(StepReport):
    """Systems that are claimed already are ticked to begin with."""

    stage = Stage.CONNECTED
    form_class = ConnectionForm

    def initial(self) -> dict[str, Any]:
        claimed = connections(facts_of_sinks(self.facility))
        return {"sinks": [sink for sink, fact in claimed.items() if fact.claimed_on is not None]}

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - as in the base
        del rows
        return report_connection(
            facility=self.facility,
            sinks=form.chosen(),
            account=form.account(),
            actual_cost=form.cleaned_data["actual_cost"],
            actor=self.person,
            now=timezone.now(),
        )

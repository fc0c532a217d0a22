"""The report of the cost estimate, line by line."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from facilities.domain.estimates import EstimateTemplate, report_estimate, templates
from facilities.enums import Payer, Sector, Stage
from facilities.forms.acts import ActForm
from facilities.forms.rollout import EstimateForm, EstimateRow
from facilities.forms.rows import Rows
from facilities.models import ProgressReport
from portal.views.rollout.base import StepReport

# Without a template.
EMPTY = "empty"
# Who pays as a rule (domain: a paid hotel pays for its own cameras and line).
PAYERS = {Sector.ARMY: Payer.ARMY, Sector.CIVIL: Payer.PROVINCE, Sector.PAID_HOTEL: Payer.FACILITY}


class EstimateReport(StepReport):
    """Begins with the kit of a template; prices are typed."""

    stage = Stage.ESTIMATED
    form_class = EstimateForm
    template = "portal/rollout_estimate.html"

    def initial(self) -> dict[str, Any]:
        chosen = self._chosen()
        return {"payer": PAYERS[Sector(self.facility.sector)], "template": chosen.code if chosen else ""}

    def rows(self, *, sent: QueryDict | None = None, draft: QueryDict | None = None) -> Rows:
        chosen = self._chosen()
        lines = chosen.lines if chosen else ()
        known = [{"item": line.item, "unit": line.unit, "quantity": line.quantity} for line in lines]
        return Rows(EstimateRow, "lines", sent=sent, draft=draft, known=known, spare=2 if known else 4)

    def _chosen(self) -> EstimateTemplate | None:
        """The template that the address names; the first one where it names none."""
        asked, there = self.request.GET.get("template", ""), templates()
        return next((each for each in there if each.code == asked), None if asked else there[0])

    def report(self, form: Any, rows: Any) -> ProgressReport:  # noqa: ANN401 - as in the base
        given = form.cleaned_data
        return report_estimate(
            facility=self.facility,
            payer=Payer(given["payer"]),
            lines=[row.entry() for row in rows.filled],
            total=given["total"],
            template=given["template"],
            account=form.account(),
            actor=self.person,
            now=timezone.now(),
        )

    def show(self, request: HttpRequest, form: ActForm, rows: Rows | None, **context: Any) -> HttpResponse:
        chosen = self._chosen()
        there = [(each.code, each.name, each == chosen) for each in templates()]
        return super().show(request, form, rows, templates=there, empty=EMPTY, chosen=chosen, **context)

"""The step of being connected, and with it the claim of each sink that the streams arrive at."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from facilities.domain.records import record
from facilities.domain.rollout import Account, report_step
from facilities.domain.rollout_standing import connections
from facilities.domain.sinks_said import facts_of_sinks
from facilities.enums import RecordedAction, Sink, SinkSays, Stage
from facilities.models import Facility, ProgressReport, SinkReport, User


@transaction.atomic
def report_connection(
    *,
    facility: Facility,
    sinks: Collection[Sink],
    account: Account,
    actual_cost: int | None = None,
    actor: User | None,
    now: datetime,
) -> ProgressReport:
    """Report the facility connected, to these sinks. What was claimed before stays claimed since then.

    Raises ValidationError at sinks, and as `report_step`.
    """
    if not sinks:
        raise ValidationError({"sinks": _("Choose at least one system that the pictures arrive at.")})
    report = report_step(
        facility=facility, stage=Stage.CONNECTED, account=account, actual_cost=actual_cost, actor=actor, now=now
    )
    claimed = connections(facts_of_sinks(facility))
    for sink in Sink:
        if sink in sinks and claimed[sink].claimed_on is None:
            _claim(report, sink, actor=actor, now=now)
    return report


def _claim(report: ProgressReport, sink: Sink, *, actor: User | None, now: datetime) -> None:
    facility = report.facility
    # At the moment of the report: by that it is known which claims fall if the report is withdrawn.
    SinkReport.objects.create(
        facility=facility,
        sink=sink,
        says=SinkSays.CLAIMED,
        on=report.on,
        recorded_at=report.recorded_at,
        recorded_by=actor,
    )
    record(
        RecordedAction.CONNECTION_REPORTED,
        actor=actor,
        now=now,
        organisation=facility.organisation_id,
        subject=str(facility),
        detail={"sink": sink, "says": SinkSays.CLAIMED, "report": report.pk},
    )

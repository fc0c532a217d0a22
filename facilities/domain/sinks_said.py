"""What was said of a facility's connections, as the pure core reads it."""

from facilities.domain.rollout_standing import SinkReportFact
from facilities.enums import Sink, SinkSays
from facilities.models import Facility


def facts_of_sinks(facility: Facility) -> list[SinkReportFact]:
    """All reports of connections of the facility."""
    return [
        SinkReportFact(said.pk, Sink(said.sink), SinkSays(said.says), said.on, said.recorded_at)
        for said in facility.sink_reports.all()
    ]

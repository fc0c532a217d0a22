"""A facility's connections as they are read: claimed beside confirmed, sink by sink."""

from dataclasses import dataclass
from typing import Any

from facilities.domain.rollout_standing import SinkFact, SinkReportFact, connections
from facilities.enums import Sink, SinkSays
from facilities.models import Facility, SinkReport


@dataclass(frozen=True, slots=True)
class Side:
    """What both sides say of one sink; `reason` is why the sink denies it."""

    fact: SinkFact
    reason: str = ""

    @property
    def sink(self) -> Sink:
        return self.fact.sink


def sides_of(facility: Facility) -> dict[str, Any]:
    """What facilities/connections.html needs beside the facility: `sides`, one for each sink. One query."""
    said = list(SinkReport.objects.filter(facility=facility).order_by("recorded_at", "pk"))
    facts = connections(
        SinkReportFact(each.pk, Sink(each.sink), SinkSays(each.says), each.on, each.recorded_at) for each in said
    )
    denials = {Sink(each.sink): each.note for each in said if each.says == SinkSays.DENIED}
    return {
        "sides": [
            Side(fact, denials.get(sink, "") if fact.denied_on is not None else "") for sink, fact in facts.items()
        ]
    }

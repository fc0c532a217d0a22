"""Codes of figures in words: contradictions, rules, days."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Contradicted:
    """What is claimed, what verification says, and the route on which the evidence stands."""

    claim: Text
    against: Text
    evidence: str


# By the codes of portal.domain.contradictions.
CONTRADICTIONS: dict[str, Contradicted] = {
    "connected_without_camera": Contradicted(
        gettext_lazy("Reported as connected"),
        gettext_lazy("No camera is registered where one may be."),
        "facility",
    ),
    "connected_without_picture": Contradicted(
        gettext_lazy("Reported as connected"), gettext_lazy("No camera delivers a good picture."), "cameras"
    ),
    "watched_without_picture": Contradicted(
        gettext_lazy("Reported as watched 24/7"), gettext_lazy("No camera delivers a good picture."), "cameras"
    ),
    "accepted_without_camera": Contradicted(
        gettext_lazy("Reported as accepted"), gettext_lazy("No camera is registered where one may be."), "facility"
    ),
    "zone_without_picture": Contradicted(
        gettext_lazy("Zones reported as covered"),
        gettext_lazy("In at least one zone no camera delivers a good picture."),
        "facility",
    ),
    "camera_in_forbidden_zone": Contradicted(
        gettext_lazy("Cameras registered as permitted"),
        gettext_lazy("At least one is in a zone where cameras are forbidden."),
        "cameras",
    ),
    "sink_denied": Contradicted(
        gettext_lazy("A connection claimed"),
        gettext_lazy("Whoever runs the receiving system says that nothing arrives."),
        "connections_of_facility",
    ),
}
UNNAMED = Contradicted(gettext_lazy("A claim"), gettext_lazy("Verification contradicts it."), "facility")

RULE_NAMES: dict[str, Text] = {
    "R1": gettext_lazy("Required zones covered"),
    "R2": gettext_lazy("No camera in a forbidden zone"),
    "R3": gettext_lazy("Connected to the required systems"),
    "R4": gettext_lazy("Connected before receiving people"),
    "R5": gettext_lazy("Inspected recently"),
    "R6": gettext_lazy("Connected before the deadline"),
    "R7": gettext_lazy("Contact named"),
    "R8": gettext_lazy("Watch roster without gaps"),
    "R9": gettext_lazy("Picture 24/7"),
    "R10": gettext_lazy("Technical conditions met"),
    "R11": gettext_lazy("Notice of cameras posted"),
    "R12": gettext_lazy("No overdue finding"),
}


def until(day: date | None, on: date) -> str:
    """How long a deadline is away, or how long it has passed."""
    if day is None:
        return "–"
    days = (day - on).days
    if days == 0:
        return _("today is the last day")
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    return ngettext("%(days)d day late", "%(days)d days late", -days) % {"days": -days}

"""The steps of the rollout as pages: where each is reported, and in which words."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.domain.rollout_standing import RolloutStanding
from facilities.enums import ReportKind, Stage


@dataclass(frozen=True, slots=True)
class Step:
    """`route` is the name of the page; `title` stands above its form, `button` on it."""

    route: str
    title: str | Promise
    button: str | Promise
    lead: str | Promise = ""


STEPS: dict[Stage, Step] = {
    Stage.SURVEYED: Step(
        "rollout_survey",
        _("Report the survey"),
        _("Send the survey report"),
        _("Which zones are there, which cameras stand there already, and how many does it take?"),
    ),
    Stage.ESTIMATED: Step("rollout_estimate", _("Report the cost estimate"), _("Send the cost estimate")),
    Stage.APPROVED: Step(
        "rollout_approval",
        _("Report the approval"),
        _("Send the approval report"),
        _("Attach the decision, and write its number into the note."),
    ),
    Stage.PROCURING: Step(
        "rollout_procurement",
        _("Report the procurement"),
        _("Send the procurement report"),
        _("From the day on which buying began."),
    ),
    Stage.INSTALLING: Step(
        "rollout_installation",
        _("Report the installation"),
        _("Send the installation report"),
        _("From the day on which installing began. Register each camera once it hangs."),
    ),
    Stage.ACCEPTED: Step(
        "rollout_acceptance",
        _("Report the acceptance"),
        _("Send the acceptance report"),
        _("Each camera is accepted with what was measured of it and a picture of the last minutes."),
    ),
    Stage.CONNECTED: Step("rollout_connection", _("Report the connection"), _("Send the connection report")),
    Stage.WATCHING: Step(
        "rollout_watching",
        _("Report the watch around the clock"),
        _("Send the report of the watch"),
        _("From the day on which people watch the pictures around the clock."),
    ),
}


# What ends a pause and a closing, as the button says that leads to its report.
_GOES_ON = {
    ReportKind.RESUMED: _("Report that it has resumed"),
    ReportKind.REOPENED: _("Report that it has reopened"),
}


def rest_of(stands: RolloutStanding) -> tuple[ReportKind, str | Promise] | None:
    """What alone can be reported of a facility that is paused or closed, and the button's words; None for others."""
    if not (stands.closed or stands.paused):
        return None
    kind = stands.kinds[0]
    return kind, _GOES_ON.get(kind, kind.label)


def step_url(facility: int, stage: Stage) -> str:
    """Where that step of the facility is reported."""
    return reverse(STEPS[stage].route, args=[facility])

"""Rules in words: what each demands, what counts as evidence, and the sentence for each piece of evidence."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Choices
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.domain.rules.outcome import Evidence, Outcome, Result
from portal.domain.rules.parameters import Kind, Parameter, parameters_of, read
from portal.domain.rules.says import Says
from portal.models import Figures

Text = str | Promise

RESULTS: dict[Result, tuple[Text, str, str]] = {
    # Word, icon, and the state whose hue it has.
    Result.PASS: (_("Met"), "circle-check", "ok"),
    Result.FAIL: (_("Not met"), "circle-x", "down"),
    Result.UNKNOWN: (_("Not known"), "help-circle", "unknown"),
}
# By the column of a row of figures that holds the rules with that result.
COLUMNS = {Result.FAIL: "failed", Result.UNKNOWN: "undecided", Result.PASS: "passed"}
# Trouble first.
ORDER = (Result.FAIL, Result.UNKNOWN, Result.PASS)


def result_of(figures: Figures, code: str) -> Result | None:
    """What a row of figures holds of a rule; None where the rule was not asked."""
    return next((result for result, column in COLUMNS.items() if code in getattr(figures, column)), None)


@dataclass(frozen=True, slots=True)
class InWords:
    """A rule: its short name, what it demands, and what it is judged by."""

    name: Text
    demand: Text
    judged_by: Text


RULES_IN_WORDS: dict[str, InWords] = {
    "R1": InWords(
        _("Cameras in every required zone"),
        _(
            "At least one camera that verifiably delivers a picture in every required kind of zone on site: "
            "corridors, floor lobbies, yard, sampling, reception, medical check and hand-over, outside shared "
            "bathrooms, gates, other public areas."
        ),
        _("The zones entered, and whether a picture was decoded there. Cameras not observed leave it unknown."),
    ),
    "R2": InWords(
        _("No camera in a forbidden zone"),
        _("No camera inside isolation rooms, toilets and bathrooms."),
        _("The zones for which cameras are registered, whether they work or not. Pictures from there are never shown."),
    ),
    "R3": InWords(
        _("Connected to every required system"),
        _("The streams arrive at every system that must receive them."),
        _("What whoever runs the system confirmed or denied. What is claimed and not confirmed yet is unknown."),
    ),
    "R4": InWords(
        _("Connected before receiving people"),
        _("A facility that is not open yet is connected before it receives people."),
        _("The reports of the connection and of the first day on which people were received."),
    ),
    "R5": InWords(
        _("Inspected lately"),
        _("Inspected within the last days, as many as the rule says."),
        _("The day of the last inspection that is kept in the portal."),
    ),
    "R6": InWords(
        _("Connected in time"),
        _("Connected on or before the last good day of the deadline: “before 12/06/2021” leaves 11/06/2021."),
        _("The report of the connection, and the earliest deadline in force. Before that has passed it is unknown."),
    ),
    "R7": InWords(
        _("A named contact"),
        _("A contact with full name, title, phone and e-mail."),
        _("The contact entered for the facility."),
    ),
    "R8": InWords(
        _("No gap in the watch"),
        _("The roster of watch shifts has no gap, and no shift is longer than people can watch."),
        _("The roster that is kept in the portal."),
    ),
    "R9": InWords(
        _("A picture around the clock"),
        _("The cameras deliver a good picture 24/7, for at least the share of the time that the rule says."),
        _("The states of the cameras, second by second. Time that was not observed is left out, and named apart."),
    ),
    "R10": InWords(
        _("Pictures that are good enough"),
        _("Each camera delivers what is asked for: size, pictures a second, format, clock, brightness."),
        _("The newest measurement of each camera in a permitted zone. What was not measured is unknown."),
    ),
    "R11": InWords(
        _("The notice is posted"),
        _("A notice on site says that cameras are in use."),
        _("The report that it was posted."),
    ),
    "R12": InWords(
        _("No overdue finding"),
        _("No finding of an inspection is past its due date."),
        _("The findings that are kept in the portal, and their due dates."),
    ),
}

_PARTS: dict[str, Text] = {
    "full_name": _("full name"),
    "title": _("title"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "frame_rate": _("pictures a second"),
    "luma": _("brightness"),
    "contrast": _("contrast"),
    "clock_offset": _("clock"),
}

SENTENCES: dict[Says, Text] = {
    Says.CLOSED: _("The facility is reported as closed; there is nothing to keep or break."),
    Says.NO_ZONES: _("No required zone has been entered for this facility yet."),
    Says.KIND_DELIVERS: _("%(kind)s: “%(camera)s” delivers a picture, since %(since)s."),
    Says.KIND_UNOBSERVED: _("%(kind)s: “%(camera)s” is not observed, since %(since)s."),
    Says.KIND_WITHOUT_PICTURE: _("%(kind)s: no good picture; “%(camera)s”: %(state)s, since %(since)s."),
    Says.KIND_WITHOUT_CAMERA: _("%(kind)s: no camera is registered, for example in %(zone)s."),
    Says.NO_CAMERAS: _("No camera is registered yet."),
    Says.CAMERA_FORBIDDEN: _("“%(camera)s” is in %(zone)s, where cameras are forbidden."),
    Says.NONE_FORBIDDEN: ngettext_lazy(
        "The one camera registered is in a zone where it may be.",
        "None of the %(cameras)s cameras registered is in a forbidden zone.",
        "cameras",
    ),
    Says.SINK_CONFIRMED: _("%(sink)s: confirmed on %(day)s."),
    Says.SINK_CLAIMED: _("%(sink)s: claimed since %(day)s, not confirmed yet."),
    Says.SINK_DENIED: _("%(sink)s: denied on %(day)s."),
    Says.SINK_NOT_CLAIMED: _("%(sink)s: no connection is claimed."),
    Says.RECEIVING_SINCE: _("People have been received since %(day)s, as reported."),
    Says.NOT_RECEIVING: _("Nothing is reported of people being received yet."),
    Says.OPEN_BEFORE: _("People were received from %(day)s on, before %(since)s: the rule does not bind it."),
    Says.CONNECTED_ON: _("Connected on %(day)s, as reported."),
    Says.NOT_CONNECTED: _("No connection is reported."),
    Says.NO_DEADLINE: _("No deadline for being connected is set for this facility."),
    Says.DEADLINE: _("The last good day of the deadline is %(day)s."),
    Says.NOT_DUE_YET: ngettext_lazy("One day is left.", "%(days)s days are left.", "days"),
    Says.LATE: ngettext_lazy("One day late.", "%(days)s days late.", "days"),
    Says.INSPECTIONS_NOT_KEPT: _("No inspections are kept in the portal yet."),
    Says.NEVER_INSPECTED: ngettext_lazy(
        "No inspection is on record; one a day is asked for.",
        "No inspection is on record; one every %(days)s days is asked for.",
        "days",
    ),
    Says.INSPECTED_ON: _("Last inspected on %(day)s, %(age)s days before; at most %(days)s may pass."),
    Says.FINDINGS_NOT_KEPT: _("No findings are kept in the portal yet."),
    Says.FINDINGS_OVERDUE: ngettext_lazy(
        "One finding is past its due date.", "%(findings)s findings are past their due date.", "findings"
    ),
    Says.NONE_OVERDUE: _("No finding is past its due date."),
    Says.CONTACT: _("%(full_name)s, %(title)s, %(phone)s, %(email)s."),
    Says.NO_CONTACT: _("No contact has been entered."),
    Says.CONTACT_LACKS: _("The contact lacks this: %(part)s."),
    Says.ROSTER_NOT_KEPT: _("No roster is kept in the portal yet."),
    Says.ROSTER_GAPS: ngettext_lazy(
        "One gap in the roster; a shift lasts at most %(hours)s hours.",
        "%(gaps)s gaps in the roster; a shift lasts at most %(hours)s hours.",
        "gaps",
    ),
    Says.NO_ROSTER_GAPS: _("The roster has no gap; a shift lasts at most %(hours)s hours."),
    Says.NOTHING_MEASURED: ngettext_lazy(
        "Nothing was observed on %(last)s.", "Nothing was observed in %(days)s days up to %(last)s.", "days"
    ),
    Says.UPTIME: ngettext_lazy(
        "A good picture for %(uptime)s of the time observed on %(last)s; the rule asks for %(threshold)s.",
        "A good picture for %(uptime)s of the time observed in %(days)s days up to %(last)s; "
        "the rule asks for %(threshold)s.",
        "days",
    ),
    Says.NOT_OBSERVED_FOR: _("Not observed for %(unobserved)s of the time, which is left out."),
    Says.OBSERVED_TOO_LITTLE: ngettext_lazy(
        "Only %(observed)s of the time was observed on %(last)s; it takes %(least)s to answer.",
        "Only %(observed)s of the time was observed in %(days)s days up to %(last)s; it takes %(least)s to answer.",
        "days",
    ),
    Says.WORST_DAY: _("The worst day was %(day)s, with %(uptime)s."),
    Says.CAMERA_CONFORMS: _("“%(camera)s” meets the conditions, as measured on %(day)s."),
    Says.CAMERA_NOT_MEASURED: _("“%(camera)s” was not measured yet."),
    Says.PART_NOT_MEASURED: _("“%(camera)s”: not measured on %(day)s: %(part)s."),
    Says.PICTURE_SMALL: _("“%(camera)s”: %(width)s × %(height)s pixels on %(day)s, at least %(least)s is asked for."),
    Says.RATE_LOW: _("“%(camera)s”: %(value)s pictures a second on %(day)s, at least %(least)s is asked for."),
    Says.CODEC_OTHER: _("“%(camera)s”: format %(codec)s on %(day)s, asked for is %(codecs)s."),
    Says.CLOCK_OFF: _("“%(camera)s”: clock wrong by %(value)s seconds on %(day)s, at most %(most)s is allowed."),
    Says.PICTURE_BLACK: _("“%(camera)s”: black picture on %(day)s, brightness %(value)s of at least %(least)s."),
    Says.PICTURE_FLAT: _("“%(camera)s”: empty picture on %(day)s, contrast %(value)s of at least %(least)s."),
    Says.NOTICE_POSTED: _("Posted on %(day)s, as reported."),
    Says.NO_NOTICE: _("Nobody has reported that the notice is posted."),
}
_SHARES = {"uptime", "threshold", "unobserved", "observed"}


def sentence(evidence: Evidence) -> str:
    """The evidence as a sentence in the reader's language."""
    says = Says(evidence.says)
    if says is Says.LATE and evidence.values["days"] == 0:
        # At 24:00 of the last good day.
        return str(_("The last good day is over."))
    if says is Says.NOT_DUE_YET and evidence.values["days"] == 0:
        return str(_("It is the last good day."))
    shares = _SHARES | ({"least"} if says is Says.OBSERVED_TOO_LITTLE else set())
    values = {name: _in_words(name, value, shares) for name, value in evidence.values.items()}
    return str(SENTENCES[says] % values)


def address(evidence: Evidence, *, facility: int) -> str:
    """Where what the evidence is about is shown, or what it was read from; "" where nothing is kept of it."""
    if evidence.about is not None:
        kind, pk = evidence.about
        return _ADDRESSES[kind](pk, facility)
    route = _READ_FROM.get(Says(evidence.says))
    return reverse(route, args=[facility]) if route else ""


def parameters_in_words(code: str, stored: Mapping[str, Any]) -> list[tuple[Text, str]]:
    """Each parameter's label, and its value with its unit."""
    values = read(code, stored)
    return [(each.label, value_in_words(each, values[each.name])) for each in parameters_of(code)]


def value_in_words(parameter: Parameter, value: Any) -> str:  # noqa: ANN401 - of any kind
    """A value of the parameter with its unit."""
    shares = {parameter.name} if parameter.kind is Kind.SHARE else set()
    return " ".join(str(each) for each in (_in_words(parameter.name, value, shares), parameter.unit) if str(each))


def by_trouble(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What is broken first, then what is unknown; within these in the order of the rules' numbers."""
    return sorted(outcomes, key=lambda each: (ORDER.index(each.result), int(each.code[1:])))


def _in_words(name: str, value: Any, shares: Iterable[str]) -> str | int:  # noqa: ANN401, PLR0911 - of any kind
    """The value as people read it. Whole numbers stay what they are: they decide between one and many."""
    match value:
        case Choices():
            return str(value.label)
        case datetime():
            return date_format(timezone.localtime(value), "H:i d/m/Y")
        case date():
            return date_format(value, "d/m/Y")
        case tuple():
            return (" × " if name == "least" else ", ").join(str(_in_words(name, each, shares)) for each in value)
        case int() | float() if name in shares:
            return _percent(value)
        case float():
            return number_format(_rounded(value), use_l10n=True)
        case int():
            return value
    return str(_PARTS[value] if name == "part" else value)


def _percent(share: float) -> str:
    """Rounded down to a tenth, so that 98.96 % is never shown as the 99 % that it falls short of."""
    return f"{number_format(_rounded(int(round(share * 1000, 6)) / 10), use_l10n=True)} %"


def _rounded(value: float) -> float:
    """To a tenth, and without one where it is whole."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


_ADDRESSES: dict[str, Callable[[int, int], str]] = {
    "camera": lambda pk, _facility: reverse("camera", args=[pk]),
    "zone": lambda pk, facility: f"{reverse('facility', args=[facility])}#zone-{pk}",
    "report": lambda pk, facility: f"{reverse('rollout', args=[facility])}#report-{pk}",
    "deadline": lambda _pk, _facility: reverse("deadlines"),
}
# Pages of the facility on which that stands from which it was read, or on which it is missing.
_READ_FROM: dict[Says, str] = {
    **dict.fromkeys((Says.NO_ZONES, Says.NO_CAMERAS, Says.NONE_FORBIDDEN), "facility"),
    **dict.fromkeys((Says.CONTACT, Says.NO_CONTACT, Says.CONTACT_LACKS), "facility"),
    **dict.fromkeys((Says.SINK_CONFIRMED, Says.SINK_CLAIMED, Says.SINK_DENIED, Says.SINK_NOT_CLAIMED), "rollout"),
    **dict.fromkeys((Says.CLOSED, Says.CONNECTED_ON, Says.NOT_CONNECTED), "rollout"),
    **dict.fromkeys((Says.RECEIVING_SINCE, Says.NOT_RECEIVING, Says.OPEN_BEFORE), "rollout"),
    **dict.fromkeys((Says.NOTICE_POSTED, Says.NO_NOTICE), "rollout"),
    **dict.fromkeys((Says.UPTIME, Says.WORST_DAY, Says.NOT_OBSERVED_FOR), "facility_uptime"),
    **dict.fromkeys((Says.NOTHING_MEASURED, Says.OBSERVED_TOO_LITTLE), "facility_uptime"),
}

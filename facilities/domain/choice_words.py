"""What a table was narrowed to, in words, from the filters in its address."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.enums import BlockReason, Premises, Sector, Stage

Text = str | Promise
# Where a filter is only set or not.
_SET: Mapping[str, Text] = {"yes": _("Only these")}
# Filters of the tables of compliance and their choices; what is not named here (the order, the page, the columns)
# chooses no facility. Words of cameras and rules are written out: those apps build on this one.
_FILTERS: Mapping[str, tuple[Text, Mapping[str, Text]]] = {
    "q": (_("Name"), {}),
    "sector": (_("Sector"), dict(Sector.choices)),
    "premises": (_("Premises"), dict(Premises.choices)),
    "stage": (
        _("Stage"),
        {**dict(Stage.choices), "on_line": _("Connected or watched"), "unconnected": _("Not connected")},
    ),
    "having": (
        _("With a camera"),
        {
            "down": _("Disconnected"),
            "impaired": _("Impaired"),
            "unknown": _("Not observed"),
            "forbidden": _("In a forbidden zone"),
        },
    ),
    "late": (_("Past the deadline"), _SET),
    "contradicted": (_("Claims contradicted"), _SET),
    "overdue": (_("Overdue findings"), _SET),
    "blocked": (_("Reason given"), dict(BlockReason.choices)),
    "condition": (
        _("Running"),
        {"open": _("Neither paused nor closed"), "paused": _("Paused"), "closed": _("Closed")},
    ),
    "rule": (_("Rule"), {}),
    "result": (_("Result"), {"pass": _("Met"), "fail": _("Not met"), "unknown": _("Not known")}),
}


def chosen_words(chosen_by: str) -> str:
    """The filters of the table that a round was sent from: "Sector: Civil · Past the deadline"."""
    return " · ".join(filter(None, (_word(name, value) for name, value in parse_qsl(chosen_by))))


def _word(name: str, value: str) -> str:
    """Nothing for what narrows nothing."""
    label, choices = _FILTERS.get(name, ("", _SET))
    if choices and value not in choices:
        return ""
    return str(label) if choices is _SET else f"{label}: {choices.get(value, value)}"

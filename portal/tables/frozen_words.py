"""Figures by their names and values in words, for pages that set frozen ones beside others."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.enums import BlockReason, Premises, Sector, Stage
from portal.models import Figures

# What only a search reads, and where it lay (told by name above the table).
_UNTOLD = ("searched", "folded", "province_id", "district_id", "day", "code", "name", "name_en")
_LABELS: dict[str, str | Promise] = {
    "blocked": gettext_lazy("Blocked by"),
    "ok_seconds": gettext_lazy("Camera-seconds with a good picture"),
    "impaired_seconds": gettext_lazy("Camera-seconds impaired"),
    "down_seconds": gettext_lazy("Camera-seconds disconnected"),
    "unknown_seconds": gettext_lazy("Camera-seconds not observed"),
    "day_ok_seconds": gettext_lazy("On the last day: camera-seconds with a good picture"),
    "day_impaired_seconds": gettext_lazy("On the last day: camera-seconds impaired"),
    "day_down_seconds": gettext_lazy("On the last day: camera-seconds disconnected"),
    "day_unknown_seconds": gettext_lazy("On the last day: camera-seconds not observed"),
    "contradictions": gettext_lazy("Contradicted claims"),
    "passed": gettext_lazy("Rules kept"),
    "failed": gettext_lazy("Rules broken"),
    "undecided": gettext_lazy("Rules undecided"),
}
_NAMED: dict[str, Callable[[str], Any]] = {"stage": Stage, "sector": Sector, "premises": Premises}


def told() -> list[tuple[str, str]]:
    """The columns of figures that are told one by one, with what they are called."""
    fields = [field for field in Figures._meta.concrete_fields if field.attname not in _UNTOLD]
    return [(f.attname, str(_LABELS.get(f.attname, f.verbose_name)).capitalize()) for f in fields]


def in_words(name: str, value: Any) -> str:  # noqa: ANN401 - a column's value
    """A figure's value as people read it."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _NAMED:
        return str(_NAMED[name](value).label)
    if isinstance(value, list):
        return ", ".join(str(BlockReason(each).label) if name == "blocked" else str(each) for each in value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return number_format(value, force_grouping=True)


def rows_of(*kept: Mapping[str, Any]) -> list[tuple[str, list[str], bool]]:
    """Each figure's name, its value in each of the mappings, and whether they differ."""
    return [
        (
            label,
            [in_words(name, each.get(name)) for each in kept],
            any(each.get(name) != kept[0].get(name) for each in kept),
        )
        for name, label in told()
    ]

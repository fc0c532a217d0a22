"""What can be set of each rule: for the function, which reads it, and for the form, which asks for it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cameras.domain.verdict import BLACK_LUMA
from cameras.enums import Codec
from facilities.enums import Sink

Text = str | Promise


class Kind(StrEnum):
    """What sort of value a parameter has: a whole number, a number, a share from 0 to 1, a day, several of a choice."""

    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"
    CHOICES = "choices"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that belongs to a rule. `default` is what counts where nothing fit is stored."""

    name: str
    kind: Kind
    label: Text
    default: Any
    help: Text = ""
    unit: Text = ""
    minimum: float = 0
    maximum: float = 1_000_000
    choices: type[models.TextChoices] | None = None

    def value(self, stored: Any) -> Any:  # noqa: ANN401 - JSON
        """The value that is stored as this JSON: int, float, date or a tuple of the choices. Raises ValueError."""
        match self.kind:
            case Kind.COUNT | Kind.NUMBER | Kind.SHARE:
                return self._number(stored)
            case Kind.DAY:
                return date.fromisoformat(_text(stored))
            case Kind.CHOICES:
                return self._chosen(stored)

    def json(self, value: Any) -> Any:  # noqa: ANN401 - JSON
        """The value as it is stored."""
        if self.kind is Kind.DAY:
            return value.isoformat()
        return [str(each) for each in value] if self.kind is Kind.CHOICES else value

    def _number(self, stored: Any) -> int | float:  # noqa: ANN401 - JSON
        whole = self.kind is Kind.COUNT
        if isinstance(stored, bool) or not isinstance(stored, int if whole else int | float):
            raise ValueError(stored)  # noqa: TRY004 - one error for all that does not fit
        if not isfinite(stored) or not self.minimum <= stored <= self.maximum:
            raise ValueError(stored)
        return stored if whole else float(stored)

    def _chosen(self, stored: Any) -> tuple[models.TextChoices, ...]:  # noqa: ANN401 - JSON
        assert self.choices is not None  # noqa: S101 - said with the kind
        if not isinstance(stored, list | tuple):
            raise ValueError(stored)  # noqa: TRY004 - one error for all that does not fit
        wanted = {_text(each) for each in stored}
        if not wanted or not wanted <= set(self.choices.values):
            raise ValueError(stored)
        return tuple(each for each in self.choices if each.value in wanted)


def _text(stored: Any) -> str:  # noqa: ANN401 - JSON
    if not isinstance(stored, str):
        raise ValueError(stored)  # noqa: TRY004 - one error for all that does not fit
    return stored


PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    "R3": (
        Parameter(
            "sinks",
            Kind.CHOICES,
            _("Required connections"),
            tuple(Sink),
            _("Each of these must have confirmed that the streams arrive."),
            choices=Sink,
        ),
    ),
    "R4": (
        Parameter(
            "opened_from",
            Kind.DAY,
            _("Asked of facilities that open from"),
            # Of 4403/CV-BCĐ; the day of Kon Tum's own letter is not known to us.
            date(2021, 5, 30),
            _("A facility that received people before this day was open when the rule came, and is not bound by it."),
        ),
    ),
    "R5": (
        Parameter(
            "days",
            Kind.COUNT,
            _("An inspection at least every"),
            15,
            _("Counted from the day of the last inspection."),
            _("days"),
            minimum=1,
            maximum=366,
        ),
    ),
    "R8": (
        Parameter(
            "shift_hours",
            Kind.COUNT,
            _("Longest shift"),
            12,
            _("A shift that is longer counts as a gap from there on."),
            _("hours"),
            minimum=1,
            maximum=24,
        ),
    ),
    "R9": (
        Parameter(
            "threshold",
            Kind.SHARE,
            _("A good picture for at least"),
            0.99,
            _("Of the time in which the cameras were observed."),
            maximum=1,
        ),
        Parameter(
            "days",
            Kind.COUNT,
            _("Over the last"),
            7,
            _("Whole days before the moment that the table is about."),
            _("days"),
            minimum=1,
            maximum=31,
        ),
        Parameter(
            "min_observed",
            Kind.SHARE,
            _("Answered from an observed time of"),
            0.5,
            _("Where less of the time was observed, the answer is “unknown”: that is no fault of the facility."),
            maximum=1,
        ),
    ),
    "R10": (
        Parameter("min_width", Kind.COUNT, _("Least width"), 1280, "", _("pixels"), minimum=1, maximum=16384),
        Parameter(
            "min_height",
            Kind.COUNT,
            _("Least height"),
            720,
            _("A camera that is mounted upright may swap width and height."),
            _("pixels"),
            minimum=1,
            maximum=16384,
        ),
        Parameter(
            "min_frame_rate", Kind.NUMBER, _("At least"), 15.0, "", _("pictures a second"), minimum=0, maximum=240
        ),
        Parameter("codecs", Kind.CHOICES, _("Formats"), (Codec.H264, Codec.H265), "", choices=Codec),
        Parameter(
            "max_clock_offset", Kind.NUMBER, _("The clock is right within"), 60.0, "", _("seconds"), maximum=86_400
        ),
        Parameter(
            "min_luma",
            Kind.NUMBER,
            _("Least brightness"),
            BLACK_LUMA,
            _("From 0 to 255. Below it a picture counts as black."),
            maximum=255,
        ),
        Parameter(
            "min_contrast",
            Kind.NUMBER,
            _("Least contrast"),
            1.0,
            _("From 0 to 128. Below it a picture shows nothing but one shade."),
            maximum=128,
        ),
    ),
}


def parameters_of(code: str) -> tuple[Parameter, ...]:
    """What can be set of the rule; nothing, for most."""
    return PARAMETERS.get(code, ())


def read(code: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The rule's values by name: those that are stored, and the default where nothing fit is."""
    found = {}
    for parameter in parameters_of(code):
        try:
            found[parameter.name] = parameter.value(stored[parameter.name])
        except (KeyError, ValueError):
            found[parameter.name] = parameter.default
    return found


def checked(code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, typed as `read` gives them, as they are to be stored. Raises ValidationError by name."""
    refused: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for parameter in parameters_of(code):
        try:
            kept[parameter.name] = parameter.json(parameter.value(parameter.json(values[parameter.name])))
        except (AttributeError, KeyError, TypeError, ValueError):
            refused[parameter.name] = _("This is outside of what the rule allows.")
    if left := sorted(values.keys() - kept.keys() - refused.keys()):
        raise ValidationError(_("The rule has no such value: %(names)s.") % {"names": ", ".join(left)})
    if refused:
        raise ValidationError(refused)
    return kept

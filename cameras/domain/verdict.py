"""From what was seen in one look to what is said of it. Pure: no clock, no database."""

from dataclasses import dataclass

from cameras.enums import Reason, State
from cameras.pictures.picture import Picture

# A lit lens always leaves some light and some structure: a capped lens, or a sensor that died, leaves neither. Both
# must be missing, so that a night scene with one lamp in it is not called black.
BLACK_LUMA = 24.0
BLACK_CONTRAST = 4.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one look says of a camera."""

    state: State
    reason: Reason = Reason.NONE


def judge(picture: Picture) -> Verdict:
    """The verdict on a decoded picture: OK, or IMPAIRED where it shows nothing."""
    if picture.luma < BLACK_LUMA and picture.contrast < BLACK_CONTRAST:
        return Verdict(State.IMPAIRED, Reason.BLACK)
    return Verdict(State.OK)


def fault(reason: Reason) -> Verdict:
    """The verdict where no picture came: DOWN, or UNKNOWN where the fault is our own."""
    return Verdict(State.UNKNOWN if reason is Reason.OUR_FAULT else State.DOWN, reason)

"""From what was seen in one look to what is said of it. Pure: no clock, no database."""

from dataclasses import dataclass

from cameras.enums import Reason, State
from cameras.pictures.picture import Picture

# Mean of Y, 0 to 255. A dead sensor or a capped lens leaves nothing but the burnt-in clock and name, whose few white
# letters lift the mean by one or two; the darkest night through a lens that works stays above.
BLACK_LUMA = 5.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one look says of a camera."""

    state: State
    reason: Reason = Reason.NONE


def judge(picture: Picture) -> Verdict:
    """The verdict on a decoded picture: OK, or IMPAIRED where it shows nothing."""
    if picture.luma < BLACK_LUMA:
        return Verdict(State.IMPAIRED, Reason.BLACK)
    return Verdict(State.OK)


def fault(reason: Reason) -> Verdict:
    """The verdict where no picture came: DOWN, or UNKNOWN where the fault is our own."""
    return Verdict(State.UNKNOWN if reason is Reason.OUR_FAULT else State.DOWN, reason)

"""What a simulated camera can be told to do wrong."""

from enum import StrEnum
from typing import Self


class Fault(StrEnum):
    """One thing that is wrong with a camera. `meaning` says what a client sees."""

    meaning: str

    def __new__(cls, word: str, meaning: str) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        return member

    DIE = "die", "power cut: the listeners are closed and all connections are cut"
    REFUSE = "refuse", "new connections are refused; those that exist live on"
    HANG = "hang", "accepts connections and never answers; running streams fall silent"
    PASSWORD = "password", "its password was changed: every login is answered with 401"
    LOCKOUT = "lockout", "its password was changed; three wrong logins lock it: 403 for a while, then 401 again"
    SESSIONS = "sessions", "no session free: odd cameras answer SETUP with 453, even ones DESCRIBE with 503"
    NOSTREAM = "nostream", "no stream at any path: 404"
    SILENT = "silent", "PLAY succeeds, then no media comes"
    STALL = "stall", "sends the frames between keyframes and never a keyframe"
    FREEZE = "freeze", "the picture stands still, clock and noise too, while the stream goes on"
    BLACK = "black", "the sensor delivers black; the burnt-in text stays"
    COVERED = "covered", "something covers the lens: an even grey blur"
    JUMP = "jump", "the camera was moved: another view of the same scene"
    DRIFT = "drift", "burnt-in clock and RTCP clock are wrong by the same amount"
    UHD = "uhd", "the main stream is 3840x2160"
    H265 = "h265", "both streams are H.265"
    RUBBISH = "rubbish", "RTP packets with random payload"
    RUBBISH_TCP = "rubbish-tcp", "random bytes instead of any answer"
    HUGE = "huge", "the SPS announces 16384x16384 pixels"
    HTML = "html", "answers RTSP, and every HTTP path, with a web page"
    DRIP = "drip", "answers with one byte a second"
    REDIRECT = "redirect", "answers 302 with an address outside the fleet"

    @classmethod
    def parse(cls, word: str) -> "Fault":
        """The fault of this name. Raises ValueError that lists the names that exist."""
        for fault in cls:
            if fault.value == word.strip().lower():
                return fault
        raise ValueError(f"There is no fault {word!r}. Choose one of: {', '.join(cls)}.")


CLOSED = frozenset({Fault.DIE, Fault.REFUSE})
"""Faults with which a camera does not listen."""

QUIET = frozenset({Fault.REFUSE, Fault.SILENT, Fault.HANG})
"""Faults that leave existing connections standing when they begin; every other change cuts them."""

PICTURED = frozenset(
    {
        Fault.STALL,
        Fault.FREEZE,
        Fault.BLACK,
        Fault.COVERED,
        Fault.JUMP,
        Fault.DRIFT,
        Fault.UHD,
        Fault.H265,
        Fault.HUGE,
    }
)
"""Faults of the picture: they need a stream of their own, shared by the cameras of one scene."""

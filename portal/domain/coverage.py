"""What a facility's zones are covered by. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cameras.enums import State
from cameras.models import Camera
from facilities.enums import Requirement, ZoneKind
from facilities.models import Zone


class Verdict(StrEnum):
    """How a zone stands against rules R1 and R2."""

    VERIFIED = "verified"
    REGISTERED = "registered"
    MISSING = "missing"
    FREE = "free"
    FORBIDDEN = "forbidden"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class CoveredZone:
    """A zone with its cameras. Only a camera whose picture was decoded covers it."""

    zone: Zone
    cameras: Sequence[Camera]

    @property
    def verdict(self) -> Verdict:
        """Required: verified, registered or missing; optional: free where empty; forbidden: clear where empty."""
        if self.zone.requirement is Requirement.FORBIDDEN:
            return Verdict.FORBIDDEN if self.cameras else Verdict.CLEAR
        if any(camera.state.state == State.OK for camera in self.cameras):
            return Verdict.VERIFIED
        if self.cameras:
            return Verdict.REGISTERED
        return Verdict.MISSING if self.zone.requirement is Requirement.REQUIRED else Verdict.FREE

    @property
    def namesake(self) -> Camera | None:
        """The zone's only camera, where it is called as the zone is."""
        only = self.cameras[0] if len(self.cameras) == 1 else None
        return only if only is not None and only.name == self.zone.name else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many required zones there are, how many have a camera, and in how many one delivers."""

    required: int
    claimed: int
    verified: int


def coverage(zones: Iterable[CoveredZone]) -> Coverage:
    """The count over the required zones."""
    verdicts = [covered.verdict for covered in zones if covered.zone.requirement is Requirement.REQUIRED]
    verified = verdicts.count(Verdict.VERIFIED)
    return Coverage(len(verdicts), verified + verdicts.count(Verdict.REGISTERED), verified)


def by_kind(zones: Iterable[CoveredZone]) -> list[tuple[ZoneKind, list[CoveredZone]]]:
    """The required kinds of zones that are on site, in the guideline's order, each with its zones."""
    found = list(zones)
    rows = ((kind, [each for each in found if each.zone.kind == kind]) for kind in ZoneKind)
    return [(kind, row) for kind, row in rows if row and kind.requirement is Requirement.REQUIRED]

"""Where a province, a district or a facility stands: what it claims, and what of that is true now."""

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts over some facilities at one moment. Every registered camera is in exactly one of the last five.

    A camera in a forbidden zone is on record but fulfils nothing, whatever it delivers.
    """

    facilities: int = 0
    registered: int = 0
    verified: int = 0
    impaired: int = 0
    down: int = 0
    unknown: int = 0
    forbidden: int = 0

    @property
    def share(self) -> float | None:
        """The part of the registered cameras that is verified now, 0 to 1; None where none is registered."""
        return self.verified / self.registered if self.registered else None

    @property
    def rank(self) -> float:
        """What the worst come first by: the share, and before all shares those who have registered nothing."""
        return -1.0 if self.share is None else self.share

    @property
    def missing(self) -> int:
        """Registered cameras that are not verified now."""
        return self.registered - self.verified


def total(standings: Iterable[Standing]) -> Standing:
    """The sum, field by field."""
    rows = list(standings)
    return Standing(**{field.name: sum(getattr(row, field.name) for row in rows) for field in fields(Standing)})

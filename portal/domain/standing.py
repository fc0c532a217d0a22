"""Where a province, a district or a facility stands: what it claims, and what of that is true. Sums that add up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from facilities.enums import Stage

CONNECTED = (Stage.CONNECTED, Stage.WATCHING)
STAGES = tuple(Stage)
RULE_CODES = tuple(f"R{number}" for number in range(1, 13))


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures over some facilities as of one moment. Every claimed camera is in exactly one of the five after it.

    A camera in a forbidden zone is on record but fulfils nothing, whatever it delivers. Seconds are camera-seconds.
    Dates are the earliest of any of the facilities. Rules count facilities, by code.
    """

    facilities: int = 0
    claimed: int = 0
    verified: int = 0
    impaired: int = 0
    down: int = 0
    unknown: int = 0
    forbidden: int = 0
    # Facilities at each stage, in the order of Stage; beside it those that are paused and closed.
    stages: tuple[int, ...] = (0,) * len(STAGES)
    paused: int = 0
    closed: int = 0
    zones_required: int = 0
    zones_claimed: int = 0
    zones_verified: int = 0
    sinks_required: int = 0
    sinks_claimed: int = 0
    sinks_confirmed: int = 0
    ok_seconds: int = 0
    impaired_seconds: int = 0
    down_seconds: int = 0
    unknown_seconds: int = 0
    # Facilities of which an inspection is known, and the oldest of their newest inspections.
    inspected: int = 0
    inspected_on: date | None = None
    # Facilities of which findings are known, and those past their due date.
    findings_known: int = 0
    overdue_findings: int = 0
    # Not connected and past the deadline; the next deadline of those that are not connected and still have time.
    late: int = 0
    next_due: date | None = None
    # Facilities with a claim that verification contradicts, and how many such claims.
    contradicted: int = 0
    contradictions: int = 0
    passed: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    undecided: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """The part of the claimed cameras that is verified, 0 to 1; None where none is claimed."""
        return part(self.verified, self.claimed)

    @property
    def rank(self) -> float:
        """What the worst come first by: the share, and before all shares those who have claimed nothing."""
        return or_before(self.share)

    @property
    def missing(self) -> int:
        """Claimed cameras that are not verified."""
        return self.claimed - self.verified

    @property
    def connected(self) -> int:
        """Facilities that report to be connected, or more."""
        return sum(self.stages[stage.order] for stage in CONNECTED)

    @property
    def connected_rank(self) -> float:
        """By the share of facilities connected."""
        return or_before(part(self.connected, self.facilities))

    @property
    def zones_rank(self) -> float:
        """By the share of required zones that are verified."""
        return or_before(part(self.zones_verified, self.zones_required))

    @property
    def sinks_rank(self) -> float:
        """By the share of required connections that are confirmed."""
        return or_before(part(self.sinks_confirmed, self.sinks_required))

    @property
    def observed_seconds(self) -> int:
        """What counts for uptime."""
        return self.ok_seconds + self.impaired_seconds + self.down_seconds

    @property
    def uptime(self) -> float | None:
        """The part of the time observed in which there was a good picture."""
        return part(self.ok_seconds, self.observed_seconds)

    @property
    def uptime_rank(self) -> float:
        """By uptime."""
        return or_before(self.uptime)

    @property
    def unobserved(self) -> float | None:
        """The part of the whole time in which we did not look."""
        return part(self.unknown_seconds, self.observed_seconds + self.unknown_seconds)

    @property
    def unobserved_rank(self) -> float:
        """By the time not observed."""
        return or_before(self.unobserved)

    @property
    def inspected_rank(self) -> int:
        """By the day of the oldest inspection; those of which none is known first."""
        return self.inspected_on.toordinal() if self.inspected_on else 0

    def judged(self, code: str) -> int:
        """Facilities that a rule was asked of and could answer."""
        return self.passed.get(code, 0) + self.failed.get(code, 0)


def part(some: int, of: int) -> float | None:
    """A part of a whole, 0 to 1; None where there is no whole."""
    return some / of if of else None


def or_before(share: float | None) -> float:
    """A share as a number to sort by: what has none comes before all that have."""
    return -1.0 if share is None else share


def total(standings: Iterable[Standing]) -> Standing:
    """The sum, field by field; of dates the earliest."""
    rows = list(standings)
    return Standing(
        **{each.name: _sum([getattr(row, each.name) for row in rows], each.name) for each in fields(Standing)}
    )


def _sum(values: list[Any], name: str) -> Any:  # noqa: ANN401 - of the fields' types
    if name == "stages":
        return tuple(sum(places) for places in zip(*values, strict=True)) if values else (0,) * len(STAGES)
    if name in ("inspected_on", "next_due"):
        return min((value for value in values if value is not None), default=None)
    if name in ("passed", "failed", "undecided"):
        counted: Counter[str] = Counter()
        for value in values:
            counted.update(value)
        return dict(counted)
    return sum(values)

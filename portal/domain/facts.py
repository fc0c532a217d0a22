"""Everything that is known of a facility at one moment: what rules are asked about, and figures are made of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cameras.domain.uptime import Seconds
from cameras.enums import Codec, State
from facilities.domain.deadlines import DeadlineFact, day_as_of
from facilities.domain.rollout_standing import RolloutStanding, SinkFact
from facilities.enums import Premises, Requirement, Sector, Sink, ZoneKind


@dataclass(frozen=True, slots=True)
class Place:
    """Who it is, what it was called and where it lay then. Province and district are ids of units."""

    facility: int
    code: str
    name: str
    name_en: str
    sector: Sector
    premises: Premises
    province: int
    district: int | None


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """A zone that exists on site."""

    pk: int
    kind: ZoneKind
    name: str

    @property
    def requirement(self) -> Requirement:
        """Whether the guideline requires, leaves free or forbids a camera here."""
        return self.kind.requirement


@dataclass(frozen=True, slots=True)
class Measured:
    """A camera's newest conformance result. None: not measured."""

    measured_at: datetime
    codec: Codec
    width: int
    height: int
    frame_rate: float | None = None
    clock_offset: float | None = None
    luma: float | None = None
    contrast: float | None = None


@dataclass(frozen=True, slots=True)
class CameraFact:
    """A registered camera and its state; `measured` is its newest conformance result."""

    pk: int
    name: str
    zone: int
    state: State
    since: datetime
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class ContactFact:
    """Whom to call."""

    full_name: str
    title: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one facility as of `as_of`, the first moment that no longer counts; 24:00 ends a day.

    `days` holds the whole days before `as_of` for which seconds were asked, the last one last. None for inspections,
    findings and the roster: nothing is kept of them.
    """

    as_of: datetime
    place: Place
    rollout: RolloutStanding
    sinks: Mapping[Sink, SinkFact]
    zones: tuple[ZoneFact, ...] = ()
    cameras: tuple[CameraFact, ...] = ()
    contact: ContactFact | None = None
    deadlines: tuple[DeadlineFact, ...] = ()
    days: Mapping[date, Seconds] = field(default_factory=dict)
    inspected_on: date | None = None
    inspections_kept: bool = False
    overdue_findings: int | None = None
    roster_gaps: int | None = None

    @property
    def day(self) -> date:
        """The day that it is about."""
        return day_as_of(self.as_of)

    @property
    def permitted(self) -> tuple[CameraFact, ...]:
        """Cameras in zones where they may be."""
        forbidden = {zone.pk for zone in self.zones if zone.requirement is Requirement.FORBIDDEN}
        return tuple(camera for camera in self.cameras if camera.zone not in forbidden)

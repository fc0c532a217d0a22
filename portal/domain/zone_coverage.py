"""Which required zones have a camera, and which one that verifiably delivers a picture. Pure."""

from collections import defaultdict
from dataclasses import dataclass

from cameras.enums import State
from facilities.enums import Requirement
from portal.domain.facts import Facts, ZoneFact


@dataclass(frozen=True, slots=True)
class ZoneCoverage:
    """A required zone. Claimed: a camera is registered there. Unobserved: one of them was not looked at."""

    zone: ZoneFact
    claimed: bool
    verified: bool
    unobserved: bool


def covered(facts: Facts) -> tuple[ZoneCoverage, ...]:
    """The facility's required zones."""
    states = defaultdict(set)
    for camera in facts.cameras:
        states[camera.zone].add(camera.state)
    return tuple(
        ZoneCoverage(
            zone,
            claimed=bool(states[zone.pk]),
            verified=State.OK in states[zone.pk],
            unobserved=State.UNKNOWN in states[zone.pk],
        )
        for zone in facts.zones
        if zone.requirement is Requirement.REQUIRED
    )

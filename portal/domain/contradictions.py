"""Claims that verification contradicts: what is reported, and what machines or the other side say against it. Pure."""

from collections.abc import Callable
from enum import StrEnum

from cameras.enums import State
from facilities.enums import Stage
from portal.domain.facts import Facts
from portal.domain.zone_coverage import covered


class Contradiction(StrEnum):
    """Of which kind. Cameras that were not observed contradict nothing: that is our own fault."""

    CONNECTED_WITHOUT_CAMERA = "connected_without_camera"
    CONNECTED_WITHOUT_PICTURE = "connected_without_picture"
    WATCHED_WITHOUT_PICTURE = "watched_without_picture"
    ACCEPTED_WITHOUT_CAMERA = "accepted_without_camera"
    ZONE_WITHOUT_PICTURE = "zone_without_picture"
    CAMERA_IN_FORBIDDEN_ZONE = "camera_in_forbidden_zone"
    SINK_DENIED = "sink_denied"


def contradictions(facts: Facts) -> tuple[Contradiction, ...]:
    """Those of the facility as of the facts' moment, in the order of the kinds."""
    if facts.rollout.closed:
        return ()
    return tuple(kind for kind, holds in _KINDS.items() if holds(facts))


def _claims(facts: Facts, stage: Stage) -> bool:
    return facts.rollout.stage.order >= stage.order


def _none_ok(facts: Facts) -> bool:
    """No picture from any of its cameras, though at least one was observed and none may yet turn out to be well."""
    states = {camera.state for camera in facts.permitted}
    return bool(states) and not states & {State.OK, State.UNKNOWN}


def _zone_without_picture(facts: Facts) -> bool:
    return _claims(facts, Stage.CONNECTED) and any(
        zone.claimed and not zone.verified and not zone.unobserved for zone in covered(facts)
    )


_KINDS: dict[Contradiction, Callable[[Facts], bool]] = {
    Contradiction.CONNECTED_WITHOUT_CAMERA: lambda facts: _claims(facts, Stage.CONNECTED) and not facts.permitted,
    Contradiction.CONNECTED_WITHOUT_PICTURE: lambda facts: facts.rollout.stage is Stage.CONNECTED and _none_ok(facts),
    Contradiction.WATCHED_WITHOUT_PICTURE: lambda facts: facts.rollout.stage is Stage.WATCHING and _none_ok(facts),
    Contradiction.ACCEPTED_WITHOUT_CAMERA: lambda facts: facts.rollout.stage is Stage.ACCEPTED and not facts.permitted,
    Contradiction.ZONE_WITHOUT_PICTURE: _zone_without_picture,
    Contradiction.CAMERA_IN_FORBIDDEN_ZONE: lambda facts: len(facts.permitted) < len(facts.cameras),
    Contradiction.SINK_DENIED: lambda facts: any(
        sink.claimed_on is not None and sink.denied_on is not None for sink in facts.sinks.values()
    ),
}

"""R1 and R2: cameras where they must be, and none where they must not. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from cameras.enums import State
from facilities.enums import Requirement, ZoneKind
from portal.domain.facts import CameraFact, Facts
from portal.domain.rules.outcome import Answer, Evidence, Result, rule
from portal.domain.rules.says import Says
from portal.domain.rules.while_open import while_open


@rule("R1")
@while_open
def every_required_kind_delivers(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """A camera that verifiably delivers a picture in every required kind of zone that exists on site.

    One OK camera anywhere in the zones of a kind keeps it. Without one, a kind with a camera that was not observed is
    unknown, since that one may be well; with cameras that are impaired or down, or none at all, it fails. One kind that
    fails lets the rule fail. Where no required zone is entered it is unknown: each site has corridors and a gate, so
    the survey is what lacks.
    """
    del parameters
    kinds = [kind for kind in ZoneKind if any(zone.kind is kind for zone in facts.zones)]
    required = [kind for kind in kinds if kind.requirement is Requirement.REQUIRED]
    if not required:
        return Result.UNKNOWN, (Evidence(Says.NO_ZONES),)
    return weighed(_of_kind(facts, kind) for kind in required)


@rule("R2")
def none_in_a_forbidden_zone(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """No camera inside isolation rooms, toilets and bathrooms; asked of a closed facility too.

    Being there breaks it, whether it works or not. Where no camera is registered at all it is unknown: nothing was said
    of where cameras are.
    """
    del parameters
    zones = {zone.pk: zone for zone in facts.zones if zone.requirement is Requirement.FORBIDDEN}
    found = [camera for camera in facts.cameras if camera.zone in zones]
    if found:
        return Result.FAIL, tuple(
            Evidence(Says.CAMERA_FORBIDDEN, ("camera", each.pk), {"camera": each.name, "zone": zones[each.zone].name})
            for each in found
        )
    if not facts.cameras:
        return Result.UNKNOWN, (Evidence(Says.NO_CAMERAS),)
    return Result.PASS, (Evidence(Says.NONE_FORBIDDEN, None, {"cameras": len(facts.cameras)}),)


def weighed(judged: Iterable[tuple[Result, Evidence]]) -> Answer:
    """FAIL if one part is, else UNKNOWN if one is, else PASS; the evidence for the answer stands first."""
    order = (Result.FAIL, Result.UNKNOWN, Result.PASS)
    parts = sorted(judged, key=lambda each: order.index(each[0]))
    return parts[0][0], tuple(evidence for _, evidence in parts)


def _of_kind(facts: Facts, kind: ZoneKind) -> tuple[Result, Evidence]:
    zones = {zone.pk: zone for zone in facts.zones if zone.kind is kind}
    cameras = [camera for camera in facts.cameras if camera.zone in zones]
    well = _first(cameras, State.OK)
    if well is not None:
        return Result.PASS, _of_camera(Says.KIND_DELIVERS, kind, well)
    unseen = _first(cameras, State.UNKNOWN)
    if unseen is not None:
        return Result.UNKNOWN, _of_camera(Says.KIND_UNOBSERVED, kind, unseen)
    if cameras:
        return Result.FAIL, _of_camera(Says.KIND_WITHOUT_PICTURE, kind, cameras[0])
    first = next(iter(zones.values()))
    values = {"kind": kind, "zone": first.name}
    return Result.FAIL, Evidence(Says.KIND_WITHOUT_CAMERA, ("zone", first.pk), values)


def _first(cameras: list[CameraFact], state: State) -> CameraFact | None:
    return next((camera for camera in cameras if camera.state is state), None)


def _of_camera(says: Says, kind: ZoneKind, camera: CameraFact) -> Evidence:
    values = {"kind": kind, "camera": camera.name, "state": camera.state, "since": camera.since}
    return Evidence(says, ("camera", camera.pk), values)

"""R10: what cameras deliver is good enough. Pure."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

from django.utils import timezone

from portal.domain.facts import CameraFact, Facts, Measured
from portal.domain.rules.coverage import weighed
from portal.domain.rules.outcome import Answer, Evidence, Result, rule
from portal.domain.rules.parameters import read
from portal.domain.rules.says import Says
from portal.domain.rules.while_open import while_open


@rule("R10")
@while_open
def cameras_conform(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """Each camera in a permitted zone delivered, when last measured, what the thresholds ask for.

    One part below its threshold lets it fail. Without that, a camera that was never measured, or of which a part was
    not, is unknown, and so is a facility without a camera. Width and height count as the longer and the shorter side
    where a camera is mounted upright, as in corridors. Whether a picture is frozen takes more than one look, and no
    result of one says it: that is for the watch over the camera.
    """
    asked = read("R10", parameters)
    if not facts.permitted:
        return Result.UNKNOWN, (Evidence(Says.NO_CAMERAS),)
    return weighed(each for camera in facts.permitted for each in _of_camera(camera, asked))


def _of_camera(camera: CameraFact, asked: Mapping[str, Any]) -> list[tuple[Result, Evidence]]:
    about = ("camera", camera.pk)
    named: dict[str, Any] = {"camera": camera.name}
    if camera.measured is None:
        return [(Result.UNKNOWN, Evidence(Says.CAMERA_NOT_MEASURED, about, named))]
    named |= {"day": timezone.localdate(camera.measured.measured_at)}
    found = [(result, Evidence(says, about, named | values)) for result, says, values in _parts(camera.measured, asked)]
    return found or [(Result.PASS, Evidence(Says.CAMERA_CONFORMS, about, named))]


def _parts(measured: Measured, asked: Mapping[str, Any]) -> Iterator[tuple[Result, Says, dict[str, Any]]]:
    """What is amiss with each part that was measured, and which were not."""
    sides = sorted((measured.width, measured.height))
    least = sorted((asked["min_width"], asked["min_height"]))
    if sides[0] < least[0] or sides[1] < least[1]:
        size = {"width": measured.width, "height": measured.height}
        yield Result.FAIL, Says.PICTURE_SMALL, size | {"least": (asked["min_width"], asked["min_height"])}
    if measured.codec not in asked["codecs"]:
        yield Result.FAIL, Says.CODEC_OTHER, {"codec": measured.codec, "codecs": asked["codecs"]}
    lowest = (
        ("frame_rate", measured.frame_rate, Says.RATE_LOW, asked["min_frame_rate"]),
        ("luma", measured.luma, Says.PICTURE_BLACK, asked["min_luma"]),
        ("contrast", measured.contrast, Says.PICTURE_FLAT, asked["min_contrast"]),
    )
    for part, value, says, threshold in lowest:
        if value is None or isnan(value):
            yield Result.UNKNOWN, Says.PART_NOT_MEASURED, {"part": part}
        elif value < threshold:
            yield Result.FAIL, says, {"value": value, "least": threshold}
    offset = measured.clock_offset
    if offset is None or isnan(offset):
        yield Result.UNKNOWN, Says.PART_NOT_MEASURED, {"part": "clock_offset"}
    elif abs(offset) > asked["max_clock_offset"]:
        yield Result.FAIL, Says.CLOCK_OFF, {"value": abs(offset), "most": asked["max_clock_offset"]}

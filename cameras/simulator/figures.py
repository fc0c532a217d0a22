"""The people in the pictures: drawn once per size and step, then laid into the planes of a frame."""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cameras.simulator.painter import Colour, Perspective
from cameras.simulator.scenes import Walk

Plane = NDArray[np.uint8]

_TALL = 1.72
"""Metres."""
_CANVAS = (160, 320)
_STRIDE = 0.38
"""Metres between two poses; four poses make a double step."""
_OUTFITS: dict[str, tuple[Colour, Colour, Colour]] = {
    # body, legs, head
    "suit": ((232, 238, 240), (224, 230, 232), (226, 234, 238)),
    "blue": ((74, 128, 178), (64, 112, 160), (196, 160, 132)),
    "guard": ((92, 104, 62), (74, 84, 52), (70, 82, 50)),
    "dark": ((124, 58, 54), (52, 54, 66), (48, 40, 36)),
}


@dataclass(frozen=True, slots=True)
class Sprite:
    """A figure as Y, U, V planes multiplied by its coverage, and how much remains of what is behind it (0..255)."""

    planes: tuple[Plane, Plane, Plane]
    behind: tuple[Plane, Plane, Plane]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody is at a moment: on the ground, in metres, with the pose of the legs (0..3)."""

    x: float
    z: float
    pose: int


def standing(walk: Walk, moment: float) -> Standing:
    """Where the walker is at `moment` (seconds): to the last waypoint and back within `walk.seconds`."""
    points = walk.waypoints
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    share = (moment + walk.offset) % walk.seconds / walk.seconds * 2
    walked = left = (share if share < 1 else 2 - share) * sum(lengths)
    for ((x0, z0), (x1, z1)), length in zip(pairwise(points), lengths, strict=True):
        if left <= length:
            part = left / length
            return Standing(x0 + part * (x1 - x0), z0 + part * (z1 - z0), int(walked / _STRIDE) % 4)
        left -= length
    return Standing(*points[-1], 0)


def lay_figures(planes: tuple[Plane, Plane, Plane], walks: tuple[Walk, ...], view: Perspective, moment: float) -> None:
    """Draws the walkers into the Y, U and V planes of a frame, the farthest first."""
    present = [(standing(walk, moment), walk.outfit) for walk in walks]
    for where, outfit in sorted(present, key=lambda pair: -pair[0].z):
        _lay(planes, where, outfit, view)


def _lay(planes: tuple[Plane, Plane, Plane], where: Standing, outfit: str, view: Perspective) -> None:
    if view.turned((where.x, 0, where.z))[2] < 1:
        return
    width = planes[0].shape[1]
    u, foot = view.project((where.x, 0, where.z))
    head = view.project((where.x, _TALL, where.z))[1]
    # Heights in steps of an eighth keep the number of sprites small; nobody sees the difference.
    exact = max((foot - head) * width, 8)
    tall = round(2 ** (round(math.log2(exact) * 16) / 16) / 4) * 4
    sprite = _sprite(outfit, where.pose, tall)
    top = round((foot * width - tall) / 2) * 2
    left = round((u * width - tall / 4) / 2) * 2
    for index, (plane, source, behind) in enumerate(zip(planes, sprite.planes, sprite.behind, strict=True)):
        half = 2 if index else 1
        _blend(plane, source, behind, left // half, top // half)


def _blend(plane: Plane, source: Plane, behind: Plane, left: int, top: int) -> None:
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + source.shape[0], plane.shape[0]), min(left + source.shape[1], plane.shape[1])
    if y0 >= y1 or x0 >= x1:
        return
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    target = plane[y0:y1, x0:x1]
    # With 255 added, what is not covered keeps its exact value, and 255 * 255 + 255 still fits.
    shining = np.multiply(target, behind[part], dtype=np.uint16) + 255 >> 8
    np.add(source[part], shining, out=target, casting="unsafe")


@lru_cache(maxsize=256)
def _sprite(outfit: str, pose: int, tall: int) -> Sprite:
    """A figure `tall` pixels high, on a rectangle half as wide."""
    size = (tall // 2, tall)
    drawn = _drawn(outfit, pose).resize(size, Image.Resampling.BOX)
    red, green, blue, cover = np.moveaxis(np.asarray(drawn, np.float64), 2, 0)
    luma = 16 + 0.257 * red + 0.504 * green + 0.098 * blue
    # A figure is no paper cut: light from above, and a shadow on one side.
    luma *= np.linspace(1.06, 0.82, tall)[:, None] * np.linspace(1.05, 0.88, tall // 2)[None, :]
    chroma_u = 128 - 0.148 * red - 0.291 * green + 0.439 * blue
    chroma_v = 128 + 0.439 * red - 0.368 * green - 0.071 * blue
    small = cover[::2, ::2]
    layers = [(np.clip(luma, 16, 235), cover), (chroma_u[::2, ::2], small), (chroma_v[::2, ::2], small)]
    planes = [(layer * mask / 256).astype(np.uint8) for layer, mask in layers]
    whole, half = (255 - cover).astype(np.uint8), (255 - small).astype(np.uint8)
    return Sprite((planes[0], planes[1], planes[2]), (whole, half, half))


def _drawn(outfit: str, pose: int) -> Image.Image:
    body, legs, head = _OUTFITS[outfit]
    image = Image.new("RGBA", _CANVAS, (*body, 0))
    draw = ImageDraw.Draw(image)
    swing = (0, 22, 0, -22)[pose]
    for sign in (-1, 1):
        foot = 80 + sign * 12 + sign * swing
        tint = legs if sign > 0 else tuple(int(part * 0.82) for part in legs)
        draw.line((80 + sign * 12, 180, foot, 306), fill=(*tint, 255), width=26)
        draw.rounded_rectangle((foot - 13, 300, foot + 17, 319), 6, fill=(40, 42, 46, 255))
        hand = 80 + sign * 42 - sign * swing * 0.7
        draw.line((80 + sign * 32, 76, hand, 186), fill=(*tint, 255), width=19)
    draw.rounded_rectangle((42, 60, 118, 196), 24, fill=(*body, 255))
    draw.ellipse((56, 2, 104, 64), fill=(*head, 255))
    draw.rounded_rectangle((64, 22, 96, 52), 10, fill=(206, 170, 140, 255))
    draw.rounded_rectangle((64, 36, 96, 54), 8, fill=(150, 196, 220, 255))
    return image

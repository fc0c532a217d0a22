"""A small perspective painter: boxes and quads in metres become the picture of a room."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Point = tuple[float, float, float]
"""Metres: right of the camera's foot, above the ground, in front of the camera."""
Colour = tuple[int, int, int]

_NEAR = 0.25


@dataclass(frozen=True, slots=True)
class Perspective:
    """A pinhole camera `height` metres up, looking down by `pitch` and to the right by `yaw` degrees.

    `focal` is in picture widths.
    """

    height: float = 2.6
    pitch: float = 14.0
    focal: float = 0.7
    yaw: float = 0.0

    def turned(self, point: Point) -> Point:
        """`point` in the camera's own axes."""
        x, y, z = point
        angle = math.radians(self.yaw)
        x, z = x * math.cos(angle) - z * math.sin(angle), z * math.cos(angle) + x * math.sin(angle)
        angle = math.radians(self.pitch)
        y -= self.height
        return x, y * math.cos(angle) + z * math.sin(angle), z * math.cos(angle) - y * math.sin(angle)

    def project(self, point: Point) -> tuple[float, float]:
        """Where a point appears: fractions of the picture's width, from the left and from the top."""
        x, y, z = self.turned(point)
        return self.flat(x, y, max(z, _NEAR))

    def flat(self, x: float, y: float, z: float) -> tuple[float, float]:
        return 0.5 + self.focal * x / z, 9 / 32 - self.focal * y / z


@dataclass(slots=True)
class Painter:
    """Paints from far to near on a 16:9 canvas of `width` pixels."""

    perspective: Perspective
    width: int = 2560
    image: Image.Image = field(init=False)
    lights: list[tuple[float, float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, self.width * 9 // 16))

    def backdrop(self, top: Colour, bottom: Colour) -> None:
        """Fills everything: a sky, or the dark of a room."""
        height = self.image.height
        ramp = np.linspace(top, bottom, height)[:, None, :].repeat(self.width, axis=1)
        self.image.paste(Image.fromarray(ramp.astype(np.uint8)))

    def quad(self, points: Iterable[Point], colour: Colour) -> None:
        """A flat polygon, cut off at the lens."""
        flat = self._flattened(list(points))
        if len(flat) > 2:  # noqa: PLR2004 - a polygon has three corners
            ImageDraw.Draw(self.image).polygon(flat, fill=colour)

    def line(self, start: Point, end: Point, colour: Colour, thickness: float = 0.03) -> None:
        """A line `thickness` metres wide at its middle."""
        flat = self._flattened([start, end])
        if len(flat) < 2:  # noqa: PLR2004 - a line has two ends
            return
        depth = (self.perspective.turned(start)[2] + self.perspective.turned(end)[2]) / 2
        pixels = self.perspective.focal * thickness / max(depth, _NEAR) * self.width
        ImageDraw.Draw(self.image).line(flat[:2], fill=colour, width=max(1, round(pixels)))

    def floor(self, x: tuple[float, float], z: tuple[float, float], colour: Colour, y: float = 0.0) -> None:
        self.quad([(x[0], y, z[0]), (x[1], y, z[0]), (x[1], y, z[1]), (x[0], y, z[1])], colour)

    def front(self, x: tuple[float, float], y: tuple[float, float], z: float, colour: Colour) -> None:
        """An upright rectangle that faces the camera."""
        self.quad([(x[0], y[0], z), (x[1], y[0], z), (x[1], y[1], z), (x[0], y[1], z)], colour)

    def side(self, x: float, y: tuple[float, float], z: tuple[float, float], colour: Colour) -> None:
        """An upright rectangle along the line of sight."""
        self.quad([(x, y[0], z[0]), (x, y[0], z[1]), (x, y[1], z[1]), (x, y[1], z[0])], colour)

    def box(self, x: tuple[float, float], y: tuple[float, float], z: tuple[float, float], colour: Colour) -> None:
        """A box with its three visible faces shaded as by a lamp above the camera."""
        if x[0] > 0:
            self.side(x[0], y, z, shade(colour, 0.62))
        elif x[1] < 0:
            self.side(x[1], y, z, shade(colour, 0.62))
        if y[1] < self.perspective.height:
            self.floor(x, z, shade(colour, 1.15), y[1])
        self.front(x, y, z[0], shade(colour, 0.85))

    def tree(self, x: float, z: float, size: float, seed: int) -> None:
        """A trunk and a crown of overlapping leaves-clumps `size` metres across."""
        self.box((x - 0.12, x + 0.12), (0, size), (z, z + 0.2), (88, 70, 52))
        draw = ImageDraw.Draw(self.image)
        rng = np.random.default_rng(seed)
        for _ in range(70):
            dx, dy = rng.normal(0, size / 3.2, 2)
            u, v = self.perspective.project((x + dx, size * 1.35 + dy, z))
            radius = self.perspective.focal * size / 6.5 / z * self.width
            green = int(np.clip(78 + dy / size * 70 + rng.normal(0, 10), 40, 150))
            u, v = u * self.width, v * self.width
            draw.ellipse((u - radius, v - radius, u + radius, v + radius), fill=(green - 26, green, green - 38))

    def light(self, point: Point, reach: float, strength: float) -> None:
        """Brightens the surroundings of `point`; `reach` as a fraction of the picture's width."""
        u, v = self.perspective.project(point)
        self.lights.append((u, v, reach, strength))

    def finished(self, ambient: float = 0.8) -> Image.Image:
        """The picture with its light, a vignette and the softness of a cheap lens."""
        height, width = self.image.height, self.image.width
        v, u = np.mgrid[0:height:8, 0:width:8] / width
        glow = np.full(u.shape, ambient)
        for at_u, at_v, reach, strength in self.lights:
            glow += strength * np.exp(-((u - at_u) ** 2 + ((v - at_v) * 1.2) ** 2) / reach**2)
        glow *= 1 - 0.55 * ((u - 0.5) ** 2 + (v - 9 / 32) ** 2)
        lit = Image.fromarray((np.clip(glow, 0, 1.35) * 127).astype(np.uint8)).resize((width, height))
        soft = self.image.filter(ImageFilter.GaussianBlur(1.6))
        pixels = np.asarray(soft, np.uint16) * np.asarray(lit, np.uint16)[:, :, None] // 127
        return Image.fromarray(np.minimum(pixels, 255).astype(np.uint8))

    def _flattened(self, points: list[Point]) -> list[tuple[float, float]]:
        turned = [self.perspective.turned(point) for point in points]
        kept: list[Point] = []
        for index, current in enumerate(turned):
            previous = turned[index - 1]
            if (current[2] < _NEAR) != (previous[2] < _NEAR):
                share = (_NEAR - previous[2]) / (current[2] - previous[2])
                x, y, z = (a + share * (b - a) for a, b in zip(previous, current, strict=True))
                kept.append((x, y, z))
            if current[2] >= _NEAR:
                kept.append(current)
        flat = [self.perspective.flat(*point) for point in kept]
        return [(u * self.width, v * self.width) for u, v in flat]


def shade(colour: Colour, factor: float) -> Colour:
    """`colour` made darker (below 1) or lighter."""
    red, green, blue = (min(255, int(part * factor)) for part in colour)
    return red, green, blue

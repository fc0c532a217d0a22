"""What the cameras of a quarantine facility look at: eight scenes, drawn from boxes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from cameras.simulator.painter import Painter, Perspective


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody who walks to and fro along waypoints (x, z in metres), once per `seconds`."""

    waypoints: tuple[tuple[float, float], ...]
    seconds: float
    outfit: str
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A view with the people in it; `label` is burnt in, without accents as cameras' firmware writes."""

    name: str
    label: str
    perspective: Perspective
    paint: Callable[[Painter], float]
    """Paints the still parts and returns the ambient light."""
    walks: tuple[Walk, ...]


def _corridor(p: Painter) -> float:
    p.backdrop((60, 62, 64), (40, 42, 44))
    p.front((-1.3, 1.3), (0, 2.9), 26, (150, 156, 158))
    p.front((-0.7, 0.7), (0.9, 2.3), 25.9, (214, 226, 232))
    p.floor((-1.3, 1.3), (0.3, 26), (132, 136, 134))
    p.floor((-1.3, 1.3), (0.3, 26), (176, 178, 176), 2.9)
    for z in range(1, 26):
        p.line((-1.3, 0, z), (1.3, 0, z), (112, 116, 114), 0.02)
    for x in (-0.65, 0.0, 0.65):
        p.line((x, 0, 0.3), (x, 0, 26), (112, 116, 114), 0.02)
    for x in (-1.3, 1.3):
        p.side(x, (0, 2.9), (0.3, 26), (196, 202, 194))
        p.side(x, (0, 1.1), (0.3, 26), (126, 160, 148))
        for z in range(22, 0, -3):
            p.side(x, (0, 2.15), (z, z + 1.1), (92, 74, 56))
            p.side(x, (0.06, 2.08), (z + 0.07, z + 1.03), (142, 108, 76))
            p.side(x, (1.45, 1.85), (z + 0.35, z + 0.75), (196, 214, 220))
            p.side(x, (2.25, 2.5), (z + 0.3, z + 0.8), (230, 232, 226))
            inner = (0.86, 1.24) if x > 0 else (-1.24, -0.86)
            p.box(inner, (0, 0.48), (z + 1.5, z + 1.9), (52, 92, 142))
    p.line((-0.95, 0.005, 0.3), (-0.95, 0.005, 26), (190, 60, 52), 0.06)
    p.line((0.95, 0.005, 0.3), (0.95, 0.005, 26), (190, 60, 52), 0.06)
    for z in range(24, 1, -4):
        p.floor((-0.35, 0.35), (z, z + 1.2), (255, 255, 250), 2.89)
        p.light((0, 2.8, z), 0.7 / z, 0.16)
        p.floor((-0.3, 0.3), (z, z + 1.1), (158, 162, 160), 0.002)
    return 0.82


def _gate(p: Painter) -> float:
    p.backdrop((168, 196, 220), (214, 222, 222))
    p.floor((-60, 60), (16, 90), (124, 132, 104))
    for x, z, size in ((-13, 30, 4.2), (-6, 34, 3.6), (7, 32, 4.0), (14, 27, 4.6)):
        p.tree(x, z, size, int(x + 40))
    p.floor((-60, 60), (0.3, 22), (140, 138, 132))
    p.floor((-3.4, 3.4), (0.3, 90), (96, 98, 100))
    for z in range(2, 40, 4):
        p.floor((-0.08, 0.08), (z, z + 2), (206, 204, 196), 0.01)
    for wall in ((-22.0, -4.2), (4.2, 22.0)):
        p.box(wall, (0, 2.3), (17, 17.4), (206, 192, 156))
        p.box(wall, (2.3, 2.5), (16.9, 17.5), (146, 84, 64))
    for post in ((-4.4, -3.6), (3.6, 4.4)):
        p.box(post, (0, 3.4), (16.6, 17.4), (186, 168, 130))
    p.front((-4.4, 4.4), (3.4, 4.2), 16.6, (152, 40, 38))
    for step in range(11):
        p.front((-3.2 + step * 0.6, -2.9 + step * 0.6), (3.62, 3.98), 16.5, (236, 214, 120))
    for step in range(15):
        p.line((0.4 + step * 0.22, 0.1, 16.4), (0.4 + step * 0.22, 1.8, 16.4), (70, 78, 88), 0.05)
    p.line((0.3, 1.8, 16.4), (3.6, 1.8, 16.4), (70, 78, 88), 0.08)
    p.box((4.2, 6.4), (0, 2.5), (9.5, 11.5), (92, 128, 152))
    p.front((4.5, 6.1), (1.1, 2.1), 9.45, (42, 54, 62))
    p.side(4.2, (1.1, 2.1), (9.9, 11.1), (58, 74, 84))
    p.box((4.0, 6.6), (2.5, 2.7), (9.3, 11.7), (70, 76, 82))
    p.box((3.3, 3.6), (0, 1.1), (8.6, 8.9), (216, 164, 44))
    for step in range(12):
        colour = (204, 52, 44) if step % 2 else (240, 240, 236)
        p.line((3.3 - step * 0.55, 1.05, 8.6), (2.75 - step * 0.55, 1.05, 8.6), colour, 0.12)
    p.light((0, 4, 20), 0.6, 0.2)
    return 0.95


def _yard(p: Painter) -> float:
    p.backdrop((176, 202, 222), (208, 216, 214))
    p.floor((-60, 60), (0.3, 80), (164, 158, 146))
    p.box((-16, 16), (0, 11.5), (28, 36), (222, 206, 160))
    p.box((-16.6, 16.6), (11.5, 12.1), (27.4, 37), (150, 72, 58))
    for storey in range(3):
        base = 0.9 + storey * 3.7
        p.front((-16, 16), (base - 0.5, base - 0.2), 27.8, (188, 172, 132))
        for column in range(10):
            x = -15.0 + column * 3.05
            p.front((x, x + 1.2), (base, base + 1.9), 27.9, (70, 92, 104))
            p.front((x + 0.55, x + 0.65), (base, base + 1.9), 27.8, (206, 210, 204))
            p.front((x + 1.6, x + 2.5), (base - 0.2, base + 2.0), 27.9, (104, 78, 58))
    for z in range(4, 28, 4):
        p.line((-30, 0.01, z), (30, 0.01, z), (148, 142, 130), 0.05)
    for x in range(-20, 21, 4):
        p.line((x, 0.01, 0.3), (x, 0.01, 28), (148, 142, 130), 0.05)
    for x, z, size in ((-12, 22, 2.6), (-8, 15, 2.4), (11, 20, 2.8), (8.4, 13, 2.2)):
        p.tree(x, z, size, int(x + 50))
    p.box((2.6, 5.4), (2.3, 2.5), (9, 11.5), (60, 112, 168))
    for x in (2.7, 5.3):
        p.line((x, 0, 9), (x, 2.3, 9), (200, 204, 208), 0.08)
    p.box((3.0, 5.0), (0.65, 0.75), (9.4, 10.4), (226, 228, 224))
    p.light((-4, 6, 20), 0.7, 0.18)
    return 0.95


def _room(p: Painter, half: float, depth: float, wall: tuple[int, int, int]) -> None:
    """Floor with tiles, three walls, a ceiling with lamps."""
    red, green, blue = wall
    p.floor((-half, half), (0.3, depth), (178, 172, 160))
    step = 0
    while step * 0.8 < depth:
        p.line((-half, 0, step * 0.8 + 0.3), (half, 0, step * 0.8 + 0.3), (158, 152, 140), 0.02)
        step += 1
    x = -half
    while x < half:
        p.line((x, 0, 0.3), (x, 0, depth), (158, 152, 140), 0.02)
        x += 0.8
    p.floor((-half, half), (0.3, depth), (206, 208, 204), 3.2)
    p.front((-half, half), (0, 3.2), depth, wall)
    p.side(-half, (0, 3.2), (0.3, depth), (red - 16, green - 16, blue - 16))
    p.side(half, (0, 3.2), (0.3, depth), (red - 26, green - 26, blue - 26))
    for z in (depth * 0.35, depth * 0.75):
        for lamp in (-half / 2, half / 2):
            p.floor((lamp - 0.6, lamp + 0.6), (z, z + 0.3), (255, 255, 248), 3.19)
            p.light((lamp, 3.1, z), 0.22, 0.3)


def _chairs(p: Painter, xs: np.ndarray, z: float, colour: tuple[int, int, int]) -> None:
    for x in xs.tolist():
        p.box((x, x + 0.45), (0.45, 0.95), (z + 0.42, z + 0.46), colour)
        p.box((x, x + 0.45), (0.40, 0.46), (z, z + 0.45), colour)
        p.line((x + 0.05, 0, z), (x + 0.05, 0.4, z), (70, 72, 76), 0.03)
        p.line((x + 0.4, 0, z), (x + 0.4, 0.4, z), (70, 72, 76), 0.03)


def _lobby(p: Painter) -> float:
    p.backdrop((50, 50, 50), (40, 40, 40))
    _room(p, 4.6, 10, (216, 206, 182))
    for x in (-1.9, 0.3):
        p.front((x - 0.1, x + 1.5), (0, 2.4), 9.98, (96, 96, 98))
        p.front((x, x + 0.68), (0, 2.3), 9.96, (166, 170, 174))
        p.front((x + 0.72, x + 1.4), (0, 2.3), 9.96, (158, 162, 166))
        p.front((x + 0.5, x + 0.9), (2.5, 2.7), 9.96, (210, 64, 48))
    p.side(-4.6, (0.9, 2.6), (3, 8.5), (204, 224, 236))
    for z in (3.0, 4.8, 6.6, 8.5):
        p.side(-4.58, (0.9, 2.6), (z, z + 0.12), (120, 104, 84))
    _chairs(p, np.arange(-4.1, -1.2, 0.65), 7.6, (44, 96, 140))
    _chairs(p, np.arange(1.9, 4.0, 0.65), 5.6, (44, 96, 140))
    p.box((3.5, 4.0), (0, 0.6), (8.6, 9.1), (168, 104, 72))
    p.tree(3.75, 8.85, 0.85, 3)
    p.front((2.4, 3.4), (1.3, 2.1), 9.97, (48, 118, 84))
    return 0.8


def _reception(p: Painter) -> float:
    p.backdrop((50, 50, 50), (40, 40, 40))
    _room(p, 4.0, 8.5, (198, 212, 210))
    p.front((-2.6, 2.6), (2.15, 2.75), 8.48, (34, 92, 128))
    for step in range(9):
        p.front((-2.1 + step * 0.48, -1.78 + step * 0.48), (2.33, 2.57), 8.46, (236, 240, 240))
    for shelf in range(3):
        p.box((1.7, 3.7), (0.5 + shelf * 0.55, 0.56 + shelf * 0.55), (8.0, 8.45), (146, 116, 82))
        for folder in range(11):
            x = 1.75 + folder * 0.17
            tint = (60 + folder * 13, 90 + (folder * 37) % 80, 130 - folder * 5)
            p.front((x, x + 0.13), (0.56 + shelf * 0.55, 0.92 + shelf * 0.55), 8.2, tint)
    p.front((-3.4, -2.2), (0, 2.1), 8.47, (128, 96, 66))
    p.box((-1.6, 2.4), (0, 1.05), (5.6, 6.3), (176, 138, 96))
    p.box((-1.7, 2.5), (1.05, 1.11), (5.5, 6.4), (232, 228, 218))
    p.box((0.2, 0.85), (1.2, 1.62), (5.9, 5.98), (30, 32, 36))
    p.box((1.5, 1.7), (1.11, 1.34), (5.7, 5.85), (236, 240, 244))
    p.quad([(-1.6, 1.11, 5.6), (2.4, 1.11, 5.6), (2.4, 1.9, 5.6), (-1.6, 1.9, 5.6)], (188, 206, 206))
    p.box((0.2, 0.85), (1.2, 1.62), (5.5, 5.55), (40, 48, 58))
    _chairs(p, np.arange(-3.7, -1.9, 0.7), 4.4, (150, 60, 52))
    p.line((-1.9, 0.005, 3.6), (2.8, 0.005, 3.6), (206, 178, 40), 0.09)
    return 0.82


def _stairwell(p: Painter) -> float:
    p.backdrop((46, 46, 48), (36, 36, 38))
    p.floor((-2.2, 2.2), (0.3, 9), (150, 146, 138))
    p.side(-2.2, (0, 6), (0.3, 9), (206, 200, 178))
    p.side(2.2, (0, 6), (0.3, 9), (190, 184, 164))
    p.front((-2.2, 2.2), (0, 6), 9, (200, 194, 172))
    p.front((-0.9, 0.9), (2.7, 4.4), 8.97, (210, 228, 238))
    p.line((0, 2.7, 8.95), (0, 4.4, 8.95), (110, 100, 86), 0.06)
    p.front((1.0, 1.7), (2.0, 2.7), 8.96, (46, 128, 74))
    for step in range(11, -1, -1):
        p.box((-2.2, -0.1), (0, 0.165 * (step + 1)), (4.2 + step * 0.3, 4.5 + step * 0.3), (168, 162, 150))
        p.line((-2.2, 0.165 * (step + 1), 4.2 + step * 0.3), (-0.1, 0.165 * (step + 1), 4.2 + step * 0.3),
               (204, 176, 60), 0.04)  # fmt: skip
    p.box((0.1, 2.2), (0, 0.02), (6.6, 9), (120, 116, 110))
    for step in range(12):
        height = 0.165 * (step + 1)
        p.line((-0.1, height, 4.2 + step * 0.3), (-0.1, height + 0.9, 4.2 + step * 0.3), (86, 90, 96), 0.03)
    p.line((-0.1, 1.06, 4.2), (-0.1, 2.88, 7.5), (120, 70, 46), 0.08)
    p.box((1.6, 2.1), (0, 0.8), (5.6, 6.0), (206, 168, 40))
    p.light((0, 5, 5), 0.5, 0.35)
    return 0.75


def _sampling(p: Painter) -> float:
    p.backdrop((190, 206, 216), (214, 218, 214))
    p.floor((-60, 60), (0.3, 70), (150, 150, 146))
    p.box((-20, 20), (0, 5.5), (26, 30), (206, 208, 200))
    for column in range(12):
        p.front((-18 + column * 3.1, -16.6 + column * 3.1), (1.2, 3.6), 25.9, (84, 104, 116))
    p.tree(-13, 20, 2.6, 9)
    p.tree(13.5, 21, 2.9, 8)
    for x in (-7.0, 1.0):
        for post in (x, x + 5.6):
            p.line((post, 0, 14), (post, 2.6, 14), (210, 214, 216), 0.1)
        p.box((x + 0.3, x + 5.3), (0.7, 0.8), (12.6, 13.6), (234, 236, 232))
        p.front((x + 0.3, x + 5.3), (0.1, 0.7), 12.6, (66, 122, 176))
        p.quad([(x - 0.3, 2.6, 10.5), (x + 5.9, 2.6, 10.5), (x + 5.9, 2.6, 14), (x - 0.3, 2.6, 14)], (58, 108, 160))
        p.quad([(x - 0.3, 2.6, 10.5), (x + 5.9, 2.6, 10.5), (x + 2.8, 3.7, 12)], (74, 132, 190))
        for post in (x, x + 5.6):
            p.line((post, 0, 10.5), (post, 2.6, 10.5), (220, 224, 226), 0.1)
    for row in range(3):
        _chairs(p, np.arange(-5.5, 5.6, 2.2), 4.4 + row * 1.9, (196, 70, 58))
        for x in np.arange(-5.3, 5.8, 2.2).tolist():
            p.floor((x - 0.3, x + 0.3), (4.0 + row * 1.9, 4.08 + row * 1.9), (224, 196, 60), 0.005)
    return 0.95


def _supply(p: Painter) -> float:
    p.backdrop((50, 50, 50), (40, 40, 40))
    _room(p, 4.2, 9, (204, 200, 190))
    rng = np.random.default_rng(11)
    end = 0.2
    for shelf in range(4):
        base = 0.25 + shelf * 0.62
        p.box((-4.0, 0.6), (base, base + 0.05), (8.2, 8.9), (110, 118, 126))
        x = -3.95
        while x < end:
            wide, tall = rng.uniform(0.25, 0.5), rng.uniform(0.25, 0.5)
            brown = int(rng.integers(150, 190))
            tint = (brown, brown - 34, brown - 78) if rng.integers(10) else (222, 226, 228)
            p.box((x, x + wide), (base + 0.05, base + 0.05 + tall), (8.25, 8.7), tint)
            x += wide + 0.06
    p.front((1.6, 3.6), (0, 2.3), 8.98, (86, 100, 112))
    p.front((2.58, 2.62), (0, 2.3), 8.96, (40, 46, 52))
    p.front((2.1, 3.1), (2.45, 2.75), 8.97, (196, 52, 46))
    for x in (-3.2, 0.4):
        p.box((x, x + 2.6), (0.72, 0.8), (5.4, 6.4), (224, 222, 214))
        for leg in (x + 0.1, x + 2.5):
            p.line((leg, 0, 5.45), (leg, 0.72, 5.45), (90, 94, 98), 0.05)
    for x, tint in ((-3.0, (190, 150, 100)), (-2.2, (226, 230, 232)), (-1.3, (120, 160, 190)), (0.7, (190, 150, 100))):
        p.box((x, x + 0.6), (0.8, 1.2), (5.6, 6.0), tint)
    p.line((-4.2, 0.005, 4.4), (4.2, 0.005, 4.4), (196, 60, 48), 0.1)
    return 0.8


SCENES: tuple[Scene, ...] = (
    Scene("corridor", "HANH LANG T2", Perspective(2.5, 12, 0.75), _corridor,
          (Walk(((-0.4, 22), (0.3, 3)), 47, "suit"), Walk(((0.5, 4), (0.2, 16), (1.0, 16)), 61, "blue", 20))),
    Scene("gate", "CONG CHINH", Perspective(3.6, 10, 0.75), _gate,
          (Walk(((2.6, 10.5), (3.0, 7), (0, 9)), 37, "guard"), Walk(((-9, 15), (9, 15.5)), 53, "dark", 11))),
    Scene("yard", "SAN KHU A", Perspective(4.5, 10, 0.7), _yard,
          (Walk(((-8, 20), (6, 18), (4, 9)), 71, "suit"), Walk(((8, 24), (-9, 11)), 59, "blue", 31))),
    Scene("lobby", "SANH TANG 3", Perspective(2.9, 15, 0.66), _lobby,
          (Walk(((-0.6, 9), (-0.2, 4), (2.5, 4.5)), 43, "suit"), Walk(((3.2, 7), (-3, 6)), 67, "dark", 13))),
    Scene("reception", "TIEP DON", Perspective(2.8, 15, 0.66), _reception,
          (Walk(((-3, 7.5), (-2, 4), (1.5, 4.2)), 41, "dark"), Walk(((3.4, 4.5), (-3, 3.2)), 73, "suit", 7))),
    Scene("stairwell", "CAU THANG B", Perspective(2.9, 13, 0.62), _stairwell,
          (Walk(((1.8, 8), (0.6, 3)), 31, "guard"), Walk(((1.2, 7), (-1.5, 3.2)), 57, "suit", 19))),
    Scene("sampling", "LAY MAU", Perspective(3.9, 13, 0.7), _sampling,
          (Walk(((-8, 9.6), (8, 10)), 83, "suit"), Walk(((7, 6.5), (-7, 8.3)), 71, "blue", 29))),
    Scene("supply", "CAP PHAT", Perspective(2.8, 15, 0.66), _supply,
          (Walk(((2.4, 8.3), (-1, 4.8)), 39, "suit"), Walk(((-3.4, 4.0), (3.4, 3.8)), 61, "blue", 23))),
)  # fmt: skip
"""Camera number n looks at SCENES[(n - 1) % len(SCENES)] unless told otherwise."""


def scene_named(name: str) -> Scene:
    """The scene of this name. Raises ValueError that lists the names that exist."""
    for scene in SCENES:
        if scene.name == name:
            return scene
    raise ValueError(f"There is no scene {name!r}. Choose one of: {', '.join(s.name for s in SCENES)}.")


def still(scene: Scene, perspective: Perspective) -> Image.Image:
    """The scene without people, seen in this perspective: 2560x1440, RGB. Takes about 0.2 s."""
    painter = Painter(perspective)
    ambient = scene.paint(painter)
    return painter.finished(ambient)

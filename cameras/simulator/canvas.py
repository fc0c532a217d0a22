"""One frame of a scene at a moment: background, people, sensor noise and burnt-in text, in YUV 4:2:0."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from cameras.simulator.figures import Plane, lay_figures
from cameras.simulator.painter import Perspective
from cameras.simulator.scenes import Scene, still

CAMERA_TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GRAINS = 3
"""Backgrounds with different sensor noise. They alternate from keyframe to keyframe: between two of them the
noise stands still, as a camera's noise reduction makes it, which keeps the frames between cheap to encode."""

Planes = tuple[Plane, Plane, Plane]


class View(Enum):
    """What the sensor sees of its scene."""

    PLAIN = "plain"
    BLACK = "black"
    COVERED = "covered"
    JUMPED = "jumped"


@dataclass(frozen=True, slots=True)
class Canvas:
    """Draws a scene at a size (both even)."""

    scene: Scene
    view: View
    width: int
    height: int

    def draw(self, frame: VideoFrame, moment: float, grain: int) -> None:
        """Fills `frame` with what the camera sees at `moment` (Unix seconds, which the clock shows).

        The same arguments give the same pixels.
        """
        planes = frame_planes(frame)
        backgrounds = _backgrounds(self.scene, self.view, self.width, self.height)
        for plane, still_plane in zip(planes, backgrounds[grain % GRAINS], strict=True):
            np.copyto(plane, still_plane)
        if self.view in {View.PLAIN, View.JUMPED}:
            lay_figures(planes, self.scene.walks, _perspective(self.scene, self.view), moment)
        clock = datetime.fromtimestamp(moment, UTC).astimezone(CAMERA_TIME_ZONE)
        size = max(self.height // 26, 12)
        _burn_in(planes, f"{clock:%d/%m/%Y %H:%M:%S}", size, at_end=False)
        _burn_in(planes, self.scene.label, size, at_end=True)

    def picture(self, moment: float, grain: int = 0) -> VideoFrame:
        """A frame of its own with `draw`'s content."""
        frame = VideoFrame(self.width, self.height, "yuv420p")
        self.draw(frame, moment, grain)
        return frame


def frame_planes(frame: VideoFrame) -> Planes:
    """The planes of a yuv420p frame as arrays that share its memory."""
    planes = [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]
    return planes[0], planes[1], planes[2]


def _perspective(scene: Scene, view: View) -> Perspective:
    if view is not View.JUMPED:
        return scene.perspective
    usual = scene.perspective
    return replace(usual, yaw=17.0, pitch=usual.pitch + 7, focal=usual.focal * 1.15)


@lru_cache(maxsize=24)
def _backgrounds(scene: Scene, view: View, width: int, height: int) -> tuple[Planes, ...]:
    """The scene with each grain of noise."""
    image = _seen(scene, view)
    pixels = VideoFrame.from_ndarray(np.asarray(image), "rgb24")
    frame = pixels.reformat(width, height, "yuv420p", interpolation="AREA")
    luma, *chroma = (plane.copy() for plane in frame_planes(frame))
    rng = np.random.default_rng(len(scene.name))
    backgrounds = []
    for _ in range(GRAINS):
        noise = rng.standard_normal(luma.shape, np.float32) * (0.7 if view is View.BLACK else 1.7)
        noisy = np.clip(luma + noise, 16, 235).astype(np.uint8)
        backgrounds.append((noisy, chroma[0], chroma[1]))
    return tuple(backgrounds)


def _seen(scene: Scene, view: View) -> Image.Image:
    if view is View.BLACK:
        return Image.new("RGB", (64, 36))
    image = still(scene, _perspective(scene, view))
    if view is View.COVERED:
        blurred = image.resize((64, 36)).filter(ImageFilter.GaussianBlur(12)).convert("L").convert("RGB")
        return Image.blend(blurred, Image.new("RGB", (64, 36), (112, 112, 112)), 0.85)
    return image


@lru_cache(maxsize=64)
def _lettering(text: str, size: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """White letters with a black edge: their luma, where it applies, and where at half the resolution."""
    font = ImageFont.load_default(size)
    width = int(font.getlength(text)) // 2 * 2 + 8
    image = Image.new("L", (width, size // 2 * 2 + 10))
    ImageDraw.Draw(image).text((4, 2), text, font=font, fill=255)
    edge = image.filter(ImageFilter.MaxFilter(3))
    cover = np.asarray(ImageChops.lighter(image, edge)) > 96  # noqa: PLR2004 - of 255
    luma = (16 + np.asarray(image, np.float32) * (219 / 255)).astype(np.uint8)
    return luma, cover, cover[::2, ::2]


def _burn_in(planes: Planes, text: str, size: int, *, at_end: bool) -> None:
    luma, cover, half = _lettering(text, size)
    height, width = planes[0].shape
    top, left = size // 2 * 2, size // 2 * 2
    if at_end:
        top, left = height - top - cover.shape[0], (width - left - cover.shape[1]) // 2 * 2
        top -= top % 2
    part = planes[0][top : top + cover.shape[0], left : left + cover.shape[1]]
    np.copyto(part, luma, where=cover)
    for plane in planes[1:]:
        plane[top // 2 : top // 2 + half.shape[0], left // 2 : left // 2 + half.shape[1]][half] = 128

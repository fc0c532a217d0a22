"""What a decoded picture is, and how one is refused. Free of Django: the confined decoder imports it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # the confined process has no Django to import the enum with
    from cameras.enums import Codec

TILE_WIDTH = 384

MAX_ACCESS_UNIT = 8 * 1024 * 1024
"""Bytes of one picture as the camera sends it; the stream reader's own bound is lower."""

MAX_PIXELS = 16 * 1024 * 1024
"""Covers 12 Mpx fisheyes and double cameras of 7680×2160; the decoder's memory is a small multiple of it."""

MAX_SIDE = 8192

FINGERPRINT_SIZE = 16

Refusal = Literal["undecodable", "too_large", "our_fault"]
"""Values of cameras.enums.Reason."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture of a camera and what was measured on it.

    The measures are always taken on a tile of TILE_WIDTH, whatever the width of the JPEG, so that
    one threshold fits all. At native size the loop filter is on: there the measures agree with those
    at other widths within a few per cent, and the fingerprint compares only with native ones.
    """

    width: int
    """Of the stream, in pixels."""
    height: int
    codec: Codec
    jpeg: bytes
    """Full-range 4:2:0, even sides, re-encoded here: nothing of the camera's bytes survives in it."""
    luma: float
    """Mean of Y, 0 to 255 (full range)."""
    contrast: float
    """Standard deviation of Y."""
    sharpness: float
    """Variance of the Laplacian of Y."""
    fingerprint: bytes
    """Digest of the tile's Y: equal for equal pictures, different as soon as one pixel's noise differs."""


class RefusedError(Exception):
    """The picture is refused, with the reason and words for operators."""

    def __init__(self, reason: Refusal, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def tile_size(width: int, height: int, asked: int | None) -> tuple[int, int]:
    """Width and height of the JPEG for a stream of width × height: even, aspect kept, never enlarged."""
    target = width if asked is None else min(asked, width)
    down = min(round(height * target / width / 2) * 2, height // 2 * 2)
    return max(2, target // 2 * 2), max(2, down)

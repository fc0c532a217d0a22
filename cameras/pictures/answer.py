"""The answer of a decoding child, as bytes: written inside the sandbox, and mistrusted outside."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from cameras.pictures.jpeg import START_OF_IMAGE, outline
from cameras.pictures.picture import (
    FINGERPRINT_SIZE,
    MAX_PIXELS,
    MAX_SIDE,
    Picture,
    Refusal,
    RefusedError,
    tile_size,
)

if TYPE_CHECKING:
    from cameras.enums import Codec

MAX_ANSWER = 16 * 1024 * 1024
MAX_DETAIL = 200
MAX_LEVEL = 255
MAX_VARIANCE = (8 * MAX_LEVEL) ** 2  # the Laplacian of 8-bit samples lies within ±4·255

PICTURE, REFUSED = b"P", b"R"
REASONS: tuple[Refusal, ...] = ("undecodable", "too_large", "our_fault")
PICTURE_FORMAT = struct.Struct(f"!HHddd{FINGERPRINT_SIZE}s")


class MalformedAnswerError(Exception):
    """The child's answer is not one that render() gives."""


def pack_picture(picture: Picture) -> bytes:
    """The answer for a decoded picture."""
    measures = (picture.luma, picture.contrast, picture.sharpness, picture.fingerprint)
    return PICTURE + PICTURE_FORMAT.pack(picture.width, picture.height, *measures) + picture.jpeg


def pack_refusal(refusal: RefusedError) -> bytes:
    """The answer for a refused one."""
    return REFUSED + bytes([REASONS.index(refusal.reason)]) + refusal.detail.encode()


def unpack(answer: bytes, codec: Codec, width: int | None) -> Picture:
    """The picture in an answer; raise the RefusedError in it, or MalformedAnswerError."""
    kind, body = answer[:1], answer[1:]
    if kind == REFUSED and body and body[0] < len(REASONS):
        text = body[1 : MAX_DETAIL + 1].decode(errors="replace")
        detail = "".join(letter if letter.isprintable() else "?" for letter in text)
        raise RefusedError(REASONS[body[0]], detail)
    if kind != PICTURE or len(body) <= PICTURE_FORMAT.size:
        raise MalformedAnswerError
    across, down, luma, contrast, sharpness, fingerprint = PICTURE_FORMAT.unpack_from(body)
    jpeg = body[PICTURE_FORMAT.size :]
    if not (0 < across <= MAX_SIDE and 0 < down <= MAX_SIDE and across * down <= MAX_PIXELS):
        raise MalformedAnswerError
    limits = ((luma, MAX_LEVEL), (contrast, MAX_LEVEL), (sharpness, MAX_VARIANCE))
    if not all(math.isfinite(value) and 0 <= value <= limit for value, limit in limits):
        raise MalformedAnswerError
    if not _is_jpeg_of(jpeg, tile_size(across, down, width)):
        raise MalformedAnswerError
    return Picture(across, down, codec, jpeg, luma, contrast, sharpness, fingerprint)


def _is_jpeg_of(jpeg: bytes, size: tuple[int, int]) -> bool:
    """Whether these bytes are one JPEG of that size and nothing behind it."""
    if not jpeg.startswith(START_OF_IMAGE):
        return False
    try:
        found = outline(jpeg)
    except RefusedError:
        return False
    return (found.width, found.height) == size and found.end == len(jpeg)

"""The outline of a JPEG: its frame header, and where the first image in the data ends."""

import re
from typing import NamedTuple

from cameras.pictures.picture import RefusedError

MAX_SEGMENTS = 512
START_OF_IMAGE = b"\xff\xd8"
END_OF_IMAGE = 0xD9
START_OF_SCAN = 0xDA
FRAME_HEADERS = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
OTHER_FRAME_HEADERS = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}

# Within a scan a stuffed FF 00, a restart marker or a fill byte is no end of it.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
MARKER = re.compile(rb"\xff+([^\x00\xff])")


class Outline(NamedTuple):
    """Size of a JPEG in pixels, and the offset behind its end-of-image marker."""

    width: int
    height: int
    end: int


def outline(data: bytes) -> Outline:
    """Walk the segments of one whole JPEG; raise RefusedError where it is cut short or not supported."""
    if not data.startswith(START_OF_IMAGE):
        raise RefusedError("undecodable", "not a JPEG: it does not begin with FF D8")
    at, size = len(START_OF_IMAGE), None
    for _ in range(MAX_SEGMENTS):
        marker = MARKER.match(data, at)
        if marker is None:
            break
        code, at = marker[1][0], marker.end()
        if code == END_OF_IMAGE:
            if size is None:
                break
            return Outline(*size, at)
        length = int.from_bytes(data[at : at + 2], "big")
        if code in OTHER_FRAME_HEADERS:
            raise RefusedError("undecodable", f"a JPEG of kind FF {code:02X}, which is not supported")
        if code in FRAME_HEADERS:
            if size is not None:
                raise RefusedError("undecodable", "a JPEG with two frame headers")
            size = int.from_bytes(data[at + 5 : at + 7], "big"), int.from_bytes(data[at + 3 : at + 5], "big")
        at += max(2, length)
        if code == START_OF_SCAN:
            end = AFTER_SCAN.search(data, at)
            at = end.start() if end else len(data)
    raise RefusedError("undecodable", "the JPEG is cut short")

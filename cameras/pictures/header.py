"""What an access unit says of itself, read in plain Python before libav sees a byte of it."""

from typing import NamedTuple

from cameras.pictures.jpeg import outline
from cameras.pictures.nal import NalUnit, nal_units
from cameras.pictures.picture import MAX_PIXELS, MAX_SIDE, RefusedError
from cameras.pictures.sps import Size, h264_size, h265_size

H264_SPS = 7
H264_SLICES = range(1, 6)
H265_SPS = 33
H265_SLICES = range(32)


class Declared(NamedTuple):
    """The sizes that an access unit declares, and the span of it that may go to the decoder."""

    sizes: frozenset[tuple[int, int]]
    last_slice_end: int
    end: int


def declared(codec: str, access_unit: bytes) -> Declared:
    """Read the sizes in an access unit; raise RefusedError where they are absent, malformed or too large."""
    if codec == "jpeg":
        width, height, end = outline(access_unit)
        _accept(Size(width, height, width, height))
        return Declared(frozenset({(width, height)}), end, end)
    sizes, last_slice_end = set(), 0
    for unit in nal_units(access_unit):
        kind = _kind(codec, unit)
        if kind in (H264_SLICES if codec == "h264" else H265_SLICES):
            last_slice_end = unit.end
        elif kind == (H264_SPS if codec == "h264" else H265_SPS):
            size = _size(codec, access_unit, unit)
            _accept(size)
            sizes.add((size.width, size.height))
    if not sizes:
        raise RefusedError("undecodable", "no sequence parameter set")
    if not last_slice_end:
        raise RefusedError("undecodable", "no picture behind the parameter sets")
    return Declared(frozenset(sizes), last_slice_end, len(access_unit))


def _kind(codec: str, unit: NalUnit) -> int:
    return unit.header & 0x1F if codec == "h264" else unit.header >> 1 & 0x3F


def _size(codec: str, access_unit: bytes, unit: NalUnit) -> Size:
    try:
        if codec == "h264":
            return h264_size(unit.payload(access_unit, 1))
        return h265_size(unit.payload(access_unit, 2))
    except ValueError as error:
        raise RefusedError("undecodable", "a malformed sequence parameter set") from error


def _accept(size: Size) -> None:
    width, height = size.coded_width, size.coded_height
    if width == 0 or height == 0:
        raise RefusedError("undecodable", "a picture without width or height")
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise RefusedError("too_large", f"the header says {width}×{height} pixels")

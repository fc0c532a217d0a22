"""Annex B: where the NAL units of an access unit begin and end."""

from collections.abc import Iterator
from dataclasses import dataclass

from cameras.pictures.picture import RefusedError

MAX_NAL_UNITS = 2048
"""A slice per macroblock row of a 16 Mpx picture is a quarter of that."""

MAX_PARAMETER_SET = 4096
"""Bytes; the longest legal sequence parameter set with all its scaling lists is well below."""

START_CODE = b"\x00\x00\x01"


@dataclass(frozen=True, slots=True)
class NalUnit:
    """A span of the access unit, from the NAL unit's header to its last byte that is not zero."""

    start: int
    end: int
    header: int

    def payload(self, access_unit: bytes, header_size: int) -> bytes:
        """The parameter set's bits, without the emulation prevention bytes."""
        stop = min(self.end, self.start + MAX_PARAMETER_SET)
        return access_unit[self.start + header_size : stop].replace(b"\x00\x00\x03", b"\x00\x00")


def nal_units(access_unit: bytes) -> Iterator[NalUnit]:
    """Yield the NAL units in order; raise RefusedError where there are more than any camera sends."""
    at = access_unit.find(START_CODE)
    for _ in range(MAX_NAL_UNITS):
        if at < 0:
            return
        start = at + len(START_CODE)
        at = access_unit.find(START_CODE, start)
        end = at if at >= 0 else len(access_unit)
        while end > start and access_unit[end - 1] == 0:
            end -= 1
        if end > start:
            yield NalUnit(start, end, access_unit[start])
    raise RefusedError("undecodable", f"more than {MAX_NAL_UNITS} NAL units")

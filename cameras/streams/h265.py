"""H.265 out of RTP (RFC 7798, without decoding order numbers): single units, aggregates and fragments.

PACI packets are passed over, as the RFC lets receivers do with what they do not know.
"""

# ruff: noqa: PLR2004 -- the numbers are offsets, widths and types as the format's RFC has them

from cameras.enums import Codec
from cameras.streams.rtp import PLAIN, START_CODE, Depacketiser, ParameterSets
from cameras.streams.sdp import VideoTrack

FIRST_IRAP, LAST_IRAP = 16, 21
VPS, SPS, PPS = 32, 33, 34
AGGREGATE, FRAGMENT = 48, 49


class H265Depacketiser(Depacketiser):
    """Collects the first picture that decoding can begin with (IRAP: IDR, CRA or BLA)."""

    __slots__ = ("_fragmented", "_sets", "_slices")

    codec = Codec.H265

    def __init__(self, track: VideoTrack, largest: int) -> None:
        super().__init__(track, largest)
        self._sets = ParameterSets((VPS, SPS, PPS))
        self._fragmented = False
        self._slices = 0
        for nal in track.parameter_sets:
            if VPS <= nal[0] >> 1 & 63 <= PPS:
                self._sets.add(nal[0] >> 1 & 63, nal)

    def packet(self, buffer: bytearray, start: int, end: int) -> bool:
        # Nearly every packet of a stream ends here: part of a slice that no keyframe can begin with.
        if not self._unit and end - start > 14 and buffer[start] == PLAIN:
            kind = buffer[start + 12] >> 1 & 63
            if kind < FIRST_IRAP or (kind == FRAGMENT and buffer[start + 14] & 63 < FIRST_IRAP):
                return False
        return super().packet(buffer, start, end)

    def _take(self, buffer: bytearray, start: int, end: int, timestamp: int) -> None:
        if end - start < 3:
            self._abandon()
            return
        kind = buffer[start] >> 1 & 63
        if kind == FRAGMENT:
            self._take_fragment(buffer, start, end, timestamp)
        elif self._fragmented:
            self._abandon()
        elif kind == AGGREGATE:
            self._take_aggregate(buffer, start + 2, end, timestamp)
        elif kind < AGGREGATE:
            self._take_nal(memoryview(buffer)[start:end], timestamp)

    def _take_aggregate(self, buffer: bytearray, at: int, end: int, timestamp: int) -> None:
        while at + 2 < end:
            size = buffer[at] << 8 | buffer[at + 1]
            if size < 3 or at + 2 + size > end:
                self._abandon()
                return
            self._take_nal(memoryview(buffer)[at + 2 : at + 2 + size], timestamp)
            at += 2 + size

    def _take_nal(self, nal: memoryview, timestamp: int) -> None:
        kind = nal[0] >> 1 & 63
        if _layer(nal[0], nal[1]):
            return
        if VPS <= kind <= PPS:
            self._sets.add(kind, bytes(nal))
        elif self._admits(kind, nal[2], timestamp):
            self._append(START_CODE, nal)

    def _take_fragment(self, buffer: bytearray, start: int, end: int, timestamp: int) -> None:
        if end - start < 4:
            self._abandon()
            return
        first, last, kind = buffer[start + 2] & 0x80, buffer[start + 2] & 0x40, buffer[start + 2] & 63
        if first:
            if self._fragmented:
                self._abandon()
            layered = _layer(buffer[start], buffer[start + 1])
            if layered or not self._admits(kind, buffer[start + 3], timestamp):
                return
            self._append(START_CODE, bytes((buffer[start] & 0x81 | kind << 1, buffer[start + 1])))
        elif not self._fragmented:
            return
        self._append(memoryview(buffer)[start + 3 : end])
        self._fragmented = not last

    def _admits(self, kind: int, slice_start: int, timestamp: int) -> bool:
        """Whether this slice belongs to a keyframe; a first one must say that it is the picture's first."""
        if not FIRST_IRAP <= kind <= LAST_IRAP:
            return False
        if self._slices == 0:
            if not slice_start & 0x80:
                self._abandon()
                return False
            self._begin(timestamp)
        self._slices += 1
        return True

    def _abandon(self) -> None:
        super()._abandon()
        self._fragmented = False
        self._slices = 0

    def _whole(self) -> bool:
        if self._fragmented or not self._slices or not self._sets.complete:
            return False
        self.access_unit = self._sets.annex_b() + self._unit
        return True


def _layer(first: int, second: int) -> int:
    """nuh_layer_id: above zero is an enhancement that no keyframe needs."""
    return (first & 1) << 5 | second >> 3

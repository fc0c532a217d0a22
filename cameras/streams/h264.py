"""H.264 out of RTP (RFC 6184, packetization modes 0 and 1): single units, STAP-A and FU-A.

Packets of the interleaved mode (STAP-B, MTAP, FU-B) are passed over: a description that announces it was refused
before, and in a stream of noise they say nothing of its format.
"""

# ruff: noqa: PLR2004 -- the numbers are offsets, widths and types as the format's RFC has them

from cameras.enums import Codec
from cameras.streams.rtp import PLAIN, START_CODE, Depacketiser, ParameterSets
from cameras.streams.sdp import VideoTrack

SLICE, IDR, SEI, SPS, PPS = 1, 5, 6, 7, 8
STAP_A, FU_A = 24, 28
_RECOVERY_POINT = 6


class H264Depacketiser(Depacketiser):
    """Collects the first IDR picture, or one that an SEI recovery point declares as good as one.

    Some cameras never send an IDR picture again after the first; they mark intra pictures by a recovery point with
    a count of zero. A gradual refresh (a count above zero) shows no whole picture at once and is not accepted,
    nor is an intra picture without any mark.
    """

    __slots__ = ("_fragmented", "_recovery", "_sets", "_slices")

    codec = Codec.H264

    def __init__(self, track: VideoTrack, largest: int) -> None:
        super().__init__(track, largest)
        self._sets = ParameterSets((SPS, PPS))
        self._fragmented = False  # inside of a unit that began and has not ended
        self._recovery = False  # the unit began with a recovery point
        self._slices = 0
        for nal in track.parameter_sets:
            if nal[0] & 31 in (SPS, PPS):
                self._sets.add(nal[0] & 31, nal)

    def packet(self, buffer: bytearray, start: int, end: int) -> bool:
        # Nearly every packet of a stream ends here: part of a slice that no keyframe can begin with.
        if not self._unit and end - start > 13 and buffer[start] == PLAIN:
            kind = buffer[start + 12] & 31
            if kind == SLICE or (kind == FU_A and buffer[start + 13] & 31 == SLICE):
                return False
        return super().packet(buffer, start, end)

    def _take(self, buffer: bytearray, start: int, end: int, timestamp: int) -> None:
        kind = buffer[start] & 31
        if kind == FU_A:
            self._take_fragment(buffer, start, end, timestamp)
        elif self._fragmented:
            self._abandon()
        elif 1 <= kind <= PPS:
            self._take_nal(memoryview(buffer)[start:end], timestamp)
        elif kind == STAP_A:
            self._take_aggregate(buffer, start + 1, end, timestamp)

    def _take_aggregate(self, buffer: bytearray, at: int, end: int, timestamp: int) -> None:
        while at + 2 < end:
            size = buffer[at] << 8 | buffer[at + 1]
            if size == 0 or at + 2 + size > end:
                self._abandon()
                return
            self._take_nal(memoryview(buffer)[at + 2 : at + 2 + size], timestamp)
            at += 2 + size

    def _take_nal(self, nal: memoryview, timestamp: int) -> None:
        kind = nal[0] & 31
        if kind in (SPS, PPS):
            self._sets.add(kind, bytes(nal))
        elif kind == SEI:
            if not self._unit and recovers_at_once(bytes(nal)):
                self._begin(timestamp)
                self._recovery = True
                self._append(START_CODE, nal)
        elif kind in (IDR, SLICE) and self._admits(kind, nal[1] if len(nal) > 1 else 0, timestamp):
            self._append(START_CODE, nal)

    def _take_fragment(self, buffer: bytearray, start: int, end: int, timestamp: int) -> None:
        if end - start < 3:
            self._abandon()
            return
        first, last, kind = buffer[start + 1] & 0x80, buffer[start + 1] & 0x40, buffer[start + 1] & 31
        if first:
            if self._fragmented:
                self._abandon()
            if not self._admits(kind, buffer[start + 2], timestamp):
                return
            self._append(START_CODE, bytes((buffer[start] & 0xE0 | kind,)))
        elif not self._fragmented:
            return
        self._append(memoryview(buffer)[start + 2 : end])
        self._fragmented = not last

    def _admits(self, kind: int, slice_start: int, timestamp: int) -> bool:
        """Whether this slice belongs to a keyframe; a first one must begin at the picture's first macroblock."""
        if kind != IDR and not (kind == SLICE and self._recovery):
            return False
        if self._slices == 0:
            if not slice_start & 0x80:
                self._abandon()
                return False
            if not self._unit:
                self._begin(timestamp)
        self._slices += 1
        return True

    def _abandon(self) -> None:
        super()._abandon()
        self._fragmented = self._recovery = False
        self._slices = 0

    def _whole(self) -> bool:
        if self._fragmented or not self._slices or not self._sets.complete:
            return False
        self.access_unit = self._sets.annex_b() + self._unit
        return True


def recovers_at_once(nal: bytes) -> bool:
    """Whether an SEI unit has a recovery point message whose count of frames to wait is zero."""
    at = 1
    while at + 2 < len(nal):
        kind = size = 0
        for field in ("kind", "size"):
            value = 0
            while at < len(nal) and nal[at] == 0xFF:
                value, at = value + 255, at + 1
            if at >= len(nal):
                return False
            value, at = value + nal[at], at + 1
            kind, size = (value, size) if field == "kind" else (kind, value)
        if kind == _RECOVERY_POINT:
            return at < len(nal) and bool(nal[at] & 0x80)  # ue(v) zero is a single one bit
        at += size
    return False

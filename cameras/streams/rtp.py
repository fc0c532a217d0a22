"""RTP packets (RFC 3550) on their way to one whole picture, whatever the codec."""

# ruff: noqa: PLR2004 -- the numbers are offsets, widths and types as the format's RFC has them

from abc import ABC, abstractmethod
from itertools import pairwise
from statistics import median

from cameras.enums import Codec, Reason
from cameras.streams.failure import StreamFailure
from cameras.streams.sdp import VideoTrack

START_CODE = b"\0\0\0\1"
PLAIN = 0x80  # version 2, no padding, no extension, no contributing sources: what cameras send

_MOST_SETS = 8  # of one kind; one or two are usual
_LARGEST_SET = 4096


class ParameterSets:
    """The newest parameter sets of a stream, by kind, from the description or in band; few and small."""

    __slots__ = ("_kinds", "_sets")

    def __init__(self, kinds: tuple[int, ...]) -> None:
        self._kinds = kinds
        self._sets: dict[int, list[bytes]] = {kind: [] for kind in kinds}

    def add(self, kind: int, nal: bytes) -> None:
        known = self._sets[kind]
        if len(nal) > _LARGEST_SET:
            return
        if nal in known:
            known.remove(nal)
        known.append(nal)  # of two with the same number a decoder takes the later
        del known[:-_MOST_SETS]

    @property
    def complete(self) -> bool:
        return all(self._sets.values())

    def annex_b(self) -> bytes:
        return b"".join(START_CODE + nal for kind in self._kinds for nal in self._sets[kind])


class Depacketiser(ABC):
    """Waits for one whole keyframe in a stream's packets; `access_unit` holds it once `packet` answered True.

    A keyframe with a hole in its sequence numbers is given up, and the next one waited for. A packet that makes no
    sense is passed over: only time and bytes, bounded elsewhere, end a stream of rubbish.
    """

    __slots__ = ("_expected", "_largest", "_payload_type", "_timestamp", "_unit", "access_unit")

    codec: Codec

    def __init__(self, track: VideoTrack, largest: int) -> None:
        self._payload_type = track.payload_type
        self._largest = largest
        self._unit = bytearray()  # empty: no keyframe has begun
        self._timestamp = 0
        self._expected = 0
        self.access_unit = b""

    def packet(self, buffer: bytearray, start: int, end: int) -> bool:
        """Take the packet in buffer[start:end]; whether the keyframe is whole. Raises StreamFailure (TOO_LARGE).

        Codecs put a short test before this, for packets that neither begin nor continue a keyframe.
        """
        at = start + 12
        if end <= at or buffer[start] >> 6 != 2 or buffer[start + 1] & 0x7F != self._payload_type:
            return False
        marker = buffer[start + 1] >= 0x80
        sequence = buffer[start + 2] << 8 | buffer[start + 3]
        timestamp = int.from_bytes(buffer[start + 4 : start + 8], "big")
        if buffer[start] != PLAIN:
            at, end = _payload(buffer, start, end)
        if self._unit:
            if sequence != self._expected:
                self._abandon()
            elif timestamp != self._timestamp:  # the next picture begins, and no marker ended this one
                if self._whole():
                    return True
                self._abandon()
        self._expected = (sequence + 1) & 0xFFFF
        if at < end:
            self._take(buffer, at, end, timestamp)
        if marker and self._unit:
            if self._whole():
                return True
            self._abandon()
        return False

    @abstractmethod
    def _take(self, buffer: bytearray, start: int, end: int, timestamp: int) -> None:
        """Add a payload to the unit, begin one with it, or pass it over."""

    @abstractmethod
    def _whole(self) -> bool:
        """Whether the unit that ends here is a keyframe without a hole; if so, put it into `access_unit`."""

    def _begin(self, timestamp: int) -> None:
        self._abandon()
        self._timestamp = timestamp

    def _abandon(self) -> None:
        self._unit = bytearray()

    def _append(self, *parts: bytes | memoryview) -> None:
        for part in parts:
            self._unit += part
        if len(self._unit) > self._largest:
            raise StreamFailure(Reason.TOO_LARGE, "a keyframe is larger than is permitted")


def _payload(buffer: bytearray, start: int, end: int) -> tuple[int, int]:
    """Start and end of the payload of a packet with padding, an extension, or contributing sources."""
    first = buffer[start]
    at = start + 12 + 4 * (first & 0x0F)
    if first & 0x10:
        if at + 4 > end:
            return end, end
        at += 4 + 4 * (buffer[at + 2] << 8 | buffer[at + 3])
    if first & 0x20:
        end -= buffer[end - 1]
    return (at, end) if at < end else (end, end)


class FrameClock:
    """Measures the rate of pictures from their RTP timestamps."""

    __slots__ = ("_clock_rate", "_payload_type", "_times")

    MOST = 10_000  # pictures: more than any camera sends in a measurement

    def __init__(self, track: VideoTrack) -> None:
        self._clock_rate = track.clock_rate
        self._payload_type = track.payload_type
        self._times: dict[int, None] = {}

    def packet(self, buffer: bytearray, start: int, end: int) -> bool:
        if end - start >= 12 and buffer[start + 1] & 0x7F == self._payload_type and len(self._times) < self.MOST:
            self._times[int.from_bytes(buffer[start + 4 : start + 8], "big")] = None
        return False

    def fps(self) -> float | None:
        """Pictures a second by the median interval, so that a pause or a hole does not count; None for too few."""
        if len(self._times) < 3:
            return None
        first = next(iter(self._times))
        # Pictures come in decoding order, and the timestamps wrap: sort by the signed distance from the first.
        offsets = sorted(((time - first + 0x80000000) & 0xFFFFFFFF) for time in self._times)
        return self._clock_rate / median(after - before for before, after in pairwise(offsets))

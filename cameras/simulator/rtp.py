"""RTP and RTCP packets, already framed for RTSP's TCP connection (RFC 2326, 10.12)."""

import itertools
import os
import struct
from dataclasses import dataclass

from cameras.enums import Codec

CLOCK_RATE = 90_000
PAYLOAD_TYPE = 96
RTP_CHANNEL = 0
RTCP_CHANNEL = 1
MOST_PAYLOAD = 1400
"""Bytes of a packet's payload, so that a packet would also fit an Ethernet frame as UDP."""

_FRAME = struct.Struct("!cBHBBHII")
_HEADER_SIZE = 12
_NTP_EPOCH = 2_208_988_800
"""Seconds from 1900, where NTP time begins, to 1970."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One access unit as a client receives it; every session writes the same bytes."""

    data: bytes
    keyframe: bool
    sequence: int
    timestamp: int
    packets: int

    @property
    def payload_bytes(self) -> int:
        return len(self.data) - self.packets * _FRAME.size


def packetise(units: list[bytes], codec: Codec, *, sequence: int, timestamp: int, ssrc: int, keyframe: bool) -> Unit:
    """Packs the NAL units of one access unit (RFC 6184, RFC 7798): single NAL unit packets and fragments.

    `sequence` and `timestamp` may be any integers; they are taken modulo their field's size.
    """
    payloads = [payload for unit in units for payload in _payloads(unit, codec)]
    last = len(payloads) - 1
    parts: list[bytes] = []
    for index, payload in enumerate(payloads):
        marker = 0x80 if index == last else 0
        parts.append(
            _FRAME.pack(
                b"$",
                RTP_CHANNEL,
                _HEADER_SIZE + len(payload),
                0x80,
                marker | PAYLOAD_TYPE,
                (sequence + index) & 0xFFFF,
                timestamp & 0xFFFFFFFF,
                ssrc,
            )
        )
        parts.append(payload)
    return Unit(b"".join(parts), keyframe, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, len(payloads))


def _payloads(unit: bytes, codec: Codec) -> list[bytes]:
    if len(unit) <= MOST_PAYLOAD:
        return [unit]
    if codec == Codec.H264:
        header_size = 1
        indicator = bytes([(unit[0] & 0xE0) | 28])  # FU-A
        kind = unit[0] & 0x1F
    else:
        header_size = 2
        indicator = bytes([(unit[0] & 0x81) | (49 << 1), unit[1]])  # FU
        kind = (unit[0] >> 1) & 0x3F
    step = MOST_PAYLOAD - header_size - 1
    starts = range(header_size, len(unit), step)
    fragments = []
    for start in starts:
        first = 0x80 if start == starts[0] else 0
        final = 0x40 if start == starts[-1] else 0
        fragments.append(indicator + bytes([first | final | kind]) + unit[start : start + step])
    return fragments


def sender_report(*, ssrc: int, wall: float, timestamp: int, packets: int, payload_bytes: int) -> bytes:
    """An RTCP sender report with its CNAME: `timestamp` was captured at `wall` (Unix seconds)."""
    seconds, fraction = divmod(wall, 1)
    report = struct.pack(
        "!BBHIIIIII",
        0x80,
        200,
        6,
        ssrc,
        (int(seconds) + _NTP_EPOCH) & 0xFFFFFFFF,
        int(fraction * 2**32),
        timestamp & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        payload_bytes & 0xFFFFFFFF,
    )
    name = b"camera"
    item = struct.pack("!IBB", ssrc, 1, len(name)) + name
    item += bytes(4 - len(item) % 4)
    description = struct.pack("!BBH", 0x81, 202, len(item) // 4) + item
    packet = report + description
    return struct.pack("!cBH", b"$", RTCP_CHANNEL, len(packet)) + packet


def with_random_payload(data: bytes) -> bytes:
    """The same framed RTP packets, headers intact, payload replaced by random bytes."""
    parts = []
    for start, end in itertools.pairwise(packet_starts(data)):
        payload = start + _FRAME.size
        parts += [data[start:payload], os.urandom(end - payload)]
    return b"".join(parts)


def packet_starts(data: bytes) -> list[int]:
    """Where each framed packet begins, and at last the end of `data`."""
    starts = [0]
    while starts[-1] < len(data):
        starts.append(starts[-1] + 4 + int.from_bytes(data[starts[-1] + 2 : starts[-1] + 4], "big"))
    return starts

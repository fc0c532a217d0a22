import itertools
import struct

import pytest

from cameras.enums import Codec
from cameras.simulator.rtp import Unit, packet_starts, packetise, sender_report, with_random_payload


def packets(unit: Unit) -> list[bytes]:
    starts = packet_starts(unit.data)
    return [unit.data[a + 4 : b] for a, b in itertools.pairwise(starts)]


def reassembled(data: list[bytes], codec: Codec) -> list[bytes]:
    """The NAL units of RTP packets, put together by the RFCs' rules."""
    units: list[bytes] = []
    header = 1 if codec == Codec.H264 else 2
    for packet in data:
        payload = packet[12:]
        kind = payload[0] & 0x1F if codec == Codec.H264 else (payload[0] >> 1) & 0x3F
        if kind != (28 if codec == Codec.H264 else 49):
            units.append(payload)
            continue
        flags = payload[header]
        if flags & 0x80:
            if codec == Codec.H264:
                units.append(bytes([(payload[0] & 0xE0) | (flags & 0x1F)]))
            else:
                units.append(bytes([(payload[0] & 0x81) | ((flags & 0x3F) << 1), payload[1]]))
        units[-1] += payload[header + 1 :]
    return units


@pytest.mark.parametrize(
    ("codec", "heads"),
    [(Codec.H264, [b"\x67", b"\x68", b"\x65"]), (Codec.H265, [b"\x40\x01", b"\x42\x01", b"\x26\x01"])],
)
@pytest.mark.parametrize("size", [1, 1399, 1400, 1401, 100_000])
def test_nal_units_come_back_whole_from_packets_that_fit_a_frame(codec: Codec, heads: list[bytes], size: int) -> None:
    units = [head + bytes(range(1, 250)) * (size // 249 + 1) for head in heads]
    units = [unit[: max(size, 3)] for unit in units]
    packed = packets(packetise(units, codec, sequence=7, timestamp=9, ssrc=1, keyframe=True))
    assert reassembled(packed, codec) == units
    assert max(len(packet) for packet in packed) <= 1412


def test_sequence_numbers_wrap_and_only_the_last_packet_is_marked() -> None:
    unit = packetise([b"\x65" + bytes(5000)], Codec.H264, sequence=65_535, timestamp=2**32 + 5, ssrc=9, keyframe=True)
    packed = packets(unit)
    assert [struct.unpack("!H", packet[2:4])[0] for packet in packed] == [65_535, 0, 1, 2]
    assert [packet[1] >> 7 for packet in packed] == [0, 0, 0, 1]
    assert {packet[4:8] for packet in packed} == {b"\0\0\0\5"}
    assert unit.packets == 4
    assert unit.payload_bytes == sum(len(packet) - 12 for packet in packed)


def test_random_payload_leaves_the_headers() -> None:
    unit = packetise([b"\x65" + bytes(5000)], Codec.H264, sequence=1, timestamp=2, ssrc=3, keyframe=True)
    rubbish = with_random_payload(unit.data)
    assert packet_starts(rubbish) == packet_starts(unit.data)
    for start in packet_starts(unit.data)[:-1]:
        assert rubbish[start : start + 16] == unit.data[start : start + 16]
    assert rubbish != unit.data


def test_a_sender_report_tells_the_time_of_a_timestamp() -> None:
    framed = sender_report(ssrc=7, wall=1_623_400_000.5, timestamp=2**32 + 1, packets=3, payload_bytes=4)
    assert framed[:2] == b"$\x01"
    assert int.from_bytes(framed[2:4], "big") == len(framed) - 4
    version, kind, words, ssrc, seconds, fraction, timestamp, count, octets = struct.unpack("!BBHIIIIII", framed[4:32])
    assert (version, kind, words, ssrc) == (0x80, 200, 6, 7)
    assert seconds - 2_208_988_800 == 1_623_400_000
    assert fraction == 2**31
    assert (timestamp, count, octets) == (1, 3, 4)
    description = framed[32:]
    assert (description[0], description[1]) == (0x81, 202)
    assert len(description) == 4 * (int.from_bytes(description[2:4], "big") + 1)

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.enums import Codec, Reason
from cameras.streams.failure import StreamFailure
from cameras.streams.h264 import H264Depacketiser
from cameras.streams.interleaved import Demultiplexer, Response
from cameras.streams.request import Bounds
from cameras.streams.sdp import VideoTrack
from tests.cameras.streams.footage import annex_b, packets, rtp
from tests.cameras.streams.scripted import Answer, interleaved

BOUNDS = Bounds()


class Taken:
    """Hands bytes over in pieces, as the wire does, and remembers all that came of it."""

    def __init__(self, *, bounds: Bounds = BOUNDS) -> None:
        self.demultiplexer = Demultiplexer(bounds)
        self.demultiplexer.channel = 0
        self.demultiplexer.sink = self.packet
        self.packets: list[bytes] = []
        self.failure: Reason | None = None
        self.most_kept = 0

    def packet(self, buffer: bytearray, start: int, end: int) -> bool:
        self.packets.append(bytes(buffer[start:end]))
        return False

    def take(self, data: bytes, cuts: list[int]) -> "Taken":
        rest = b""
        edges = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
        for start, end in pairwise(edges):
            piece = bytearray(rest + data[start:end])
            try:
                taken = self.demultiplexer.consume(piece + b"left over from before", len(piece))
            except StreamFailure as failure:
                self.failure = failure.reason
                return self
            rest = bytes(piece[taken:])
            self.most_kept = max(self.most_kept, len(rest))
        return self

    @property
    def outcome(self) -> tuple[list[bytes], list[Response], Reason | None]:
        return self.packets, self.demultiplexer.responses, self.failure


CUTS = st.lists(st.integers(0, 3000), max_size=30)

messages = st.one_of(
    st.binary(max_size=300).map(interleaved),
    st.tuples(st.binary(max_size=50), st.integers(0, 255)).map(lambda both: interleaved(*both)),
    st.tuples(st.integers(100, 599), st.binary(max_size=50)).map(
        lambda both: Answer(f"{both[0]} X", body=both[1]).encode("1")
    ),
    st.sampled_from([b"\r\n", b"\r\n\r\n", b"OPTIONS rtsp://x/ RTSP/1.0\r\nCSeq: 4\r\n\r\n", b"RTSP/1.0 200 OK\n\n"]),
)


@given(parts=st.lists(messages, max_size=12), noise=st.binary(max_size=20), cuts=CUTS)
def test_how_bytes_are_cut_changes_nothing(parts: list[bytes], noise: bytes, cuts: list[int]) -> None:
    data = b"".join(parts) + noise
    assert Taken().take(data, cuts).outcome == Taken().take(data, []).outcome


@given(data=st.binary(max_size=2000), cuts=CUTS)
def test_arbitrary_bytes_end_in_nothing_worse_than_a_failure(data: bytes, cuts: list[int]) -> None:
    taken = Taken().take(data, cuts)
    assert taken.outcome == Taken().take(data, []).outcome
    assert taken.failure in (None, Reason.NOT_A_STREAM)


def test_every_single_cut_gives_the_same_keyframe() -> None:
    sent = packets(Codec.H264, annex_b(Codec.H264, frames=6))
    data = b"".join(interleaved(b"rtcp", 1) + interleaved(packet) for packet in sent)
    whole = None
    for cuts in ([], list(range(0, len(data), 7)), list(range(len(data)))):
        taken = Taken()
        depacketiser = H264Depacketiser(VideoTrack(Codec.H264, 96, 90_000, "", ()), 1 << 20)
        taken.demultiplexer.sink = depacketiser.packet
        taken.take(data, cuts)
        assert taken.demultiplexer.complete
        whole = whole or depacketiser.access_unit
        assert depacketiser.access_unit == whole


def test_messages_and_media_are_told_apart() -> None:
    first, second = rtp(b"1" * 65523, sequence=1, timestamp=1), rtp(b"\r\n\r\n", sequence=2, timestamp=1)
    data = (
        interleaved(first)
        + Answer("200 Fine", ("X-Odd:  a ", "x-odd:b", "nonsense"), body=b"$\0\0\1body").encode("7")
        + interleaved(b"audio", 2)
        + b"\r\nANNOUNCE rtsp://cam/ RTSP/1.0\r\ncontent-LENGTH: 3\r\n\r\nabc"
        + interleaved(second)
    )
    taken = Taken().take(data, [])
    assert taken.packets == [first, second]
    [response] = taken.demultiplexer.responses
    assert (response.status, response.phrase, response.body) == (200, b"Fine", b"$\0\0\1body")
    assert response.headers["x-odd"] == ["a", "b"]
    assert response.header("CSeq".lower()) == "7"
    assert response.header("absent") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 mail ESMTP\r\n",
        b"\x16\x03\x01\x02\x00",
        b"-ERR unknown command\r\n",
        b"RTSP/1.0 0200 OK\r\n",
        b"RTSP/3.0 200 OK\r\n",
        b"RTSP/1.0 200 OK\r\nX: " + b"a" * 5000,
        b"RTSP/1.0 200 OK\r\n" + b"X: a\r\n" * 70,
        b"RTSP/1.0 200 OK\r\n" + (b"X: " + b"a" * 1000 + b"\r\n") * 20,
        b"RTSP/1.0 200 " + b"a" * 20_000,
        b"RTSP/1.0 200 OK\r\nContent-Length: 70000\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 1x\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ],
    ids=lambda data: ascii(data[:40]),
)
@pytest.mark.parametrize("size", [1, 1000, 100_000])
def test_what_is_no_rtsp_or_too_much_is_refused(data: bytes, size: int) -> None:
    assert Taken().take(data, list(range(0, len(data), size))).failure is Reason.NOT_A_STREAM


def test_little_is_kept_whatever_comes() -> None:
    head = b"RTSP/1.0 200 OK\r\nContent-Length: 65536\r\n\r\n"
    for data in (head + b"x" * 65535, b"$\0\xff\xff" + b"x" * 65534, b"RTSP/1.0 200 " + b"a" * 4000):
        taken = Taken().take(data * 3, list(range(0, 200_000, 999)))
        assert taken.most_kept <= 16 * 1024 + 64 * 1024 + 4

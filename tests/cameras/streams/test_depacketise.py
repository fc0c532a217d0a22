import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.enums import Codec, Reason
from cameras.streams.failure import StreamFailure
from cameras.streams.h264 import H264Depacketiser, recovers_at_once
from cameras.streams.h265 import H265Depacketiser
from cameras.streams.rtp import Depacketiser, FrameClock
from cameras.streams.rtp_jpeg import JPEGDepacketiser
from cameras.streams.sdp import VideoTrack
from tests.cameras.streams.footage import annex_b, decoded_size, kind_of, packets, pictures, rtp

KINDS: dict[Codec, type[Depacketiser]] = {
    Codec.H264: H264Depacketiser,
    Codec.H265: H265Depacketiser,
    Codec.JPEG: JPEGDepacketiser,
}
VIDEO = (Codec.H264, Codec.H265)


def waiting_for(codec: Codec, *sets: bytes, largest: int = 1 << 20) -> Depacketiser:
    return KINDS[codec](VideoTrack(codec, 96, 90_000, "", sets), largest)


def first_keyframe(depacketiser: Depacketiser, sent: Iterable[bytes]) -> tuple[int, bytes] | None:
    """After how many packets there is a keyframe, and it."""
    for number, packet in enumerate(sent):
        buffer = bytearray(b"xxx" + packet + b"yyy")
        if depacketiser.packet(buffer, 3, 3 + len(packet)):
            return number + 1, depacketiser.access_unit
    return None


def fragment_of(codec: Codec, packet: bytes) -> tuple[int, int]:
    """The type of the payload, and, if that is a fragment, of the unit that it is a part of."""
    return (packet[12] & 31, packet[13] & 31) if codec is Codec.H264 else (packet[12] >> 1 & 63, packet[14] & 63)


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("largest", [100, 500, 60_000])
@pytest.mark.parametrize("codec", VIDEO)
def test_the_first_keyframe_is_whole_and_decodes(codec: Codec, largest: int, *, marked: bool) -> None:
    stream = annex_b(codec)
    found = first_keyframe(waiting_for(codec), packets(codec, stream, largest=largest, marked=marked))
    assert found is not None
    assert decoded_size(codec, found[1]) == (320, 240)
    first_picture = len(packets(codec, b"\0\0\0\1" + b"\0\0\0\1".join(pictures(codec, stream)[0]), largest=largest))
    assert found[0] == first_picture + (0 if marked else 1)


@pytest.mark.parametrize("codec", VIDEO)
def test_slices_of_a_keyframe_stay_together(codec: Codec) -> None:
    stream = annex_b(codec, size="640x480", options="slices=4")
    slices = [nal for nal in pictures(codec, stream)[0] if kind_of(codec, nal) in (5, 19, 20)]
    found = first_keyframe(waiting_for(codec), packets(codec, stream))
    assert len(slices) > 1
    assert found is not None
    assert found[1].endswith(b"\0\0\0\1".join([b"", *slices]))
    assert decoded_size(codec, found[1]) == (640, 480)


@pytest.mark.parametrize("codec", VIDEO)
def test_joining_in_the_middle_waits_for_the_next_keyframe(codec: Codec) -> None:
    sent = packets(codec, annex_b(codec))
    whole = first_keyframe(waiting_for(codec), sent)
    assert whole is not None
    for start in (whole[0] - 1, whole[0] + 1):
        found = first_keyframe(waiting_for(codec), sent[start:])
        assert found is not None
        assert found[1] != whole[1]
        assert decoded_size(codec, found[1]) == (320, 240)


@pytest.mark.parametrize("codec", VIDEO)
def test_a_keyframe_with_any_hole_is_not_taken(codec: Codec) -> None:
    sent = packets(codec, annex_b(codec))
    whole = first_keyframe(waiting_for(codec), sent)
    assert whole is not None
    key = (28, 5) if codec is Codec.H264 else (49, 20)
    fragments = [at for at, packet in enumerate(sent[: whole[0]]) if fragment_of(codec, packet) == key]
    assert len(fragments) > 3
    for hole in fragments:
        found = first_keyframe(waiting_for(codec), sent[:hole] + sent[hole + 1 :])
        assert found is not None
        assert found[0] > whole[0]
        assert decoded_size(codec, found[1]) == (320, 240)


@pytest.mark.parametrize("codec", VIDEO)
def test_parameter_sets_may_come_from_the_description_alone(codec: Codec) -> None:
    stream = annex_b(codec)
    kinds = (7, 8) if codec is Codec.H264 else (32, 33, 34)

    def is_set(nal: bytes) -> bool:
        return kind_of(codec, nal) in kinds

    sets = [nal for nal in pictures(codec, stream)[0] if is_set(nal)]
    bare = b"".join(b"\0\0\0\1" + nal for picture in pictures(codec, stream) for nal in picture if not is_set(nal))
    found = first_keyframe(waiting_for(codec, *sets), packets(codec, bare))
    assert found is not None
    assert decoded_size(codec, found[1]) == (320, 240)
    assert first_keyframe(waiting_for(codec), packets(codec, bare)) is None


@pytest.mark.parametrize("codec", VIDEO)
def test_aggregated_parameter_sets_are_taken(codec: Codec) -> None:
    picture = pictures(codec, annex_b(codec))[0]
    small = [nal for nal in picture if len(nal) < 500]
    aggregate = b"".join(len(nal).to_bytes(2, "big") + nal for nal in small)
    header = b"\x78" if codec is Codec.H264 else b"\x60\x01"
    slices = b"".join(b"\0\0\0\1" + nal for nal in picture if len(nal) >= 500)
    sent = [rtp(header + aggregate, sequence=65529, timestamp=2**32 - 3600), *packets(codec, slices)]
    found = first_keyframe(waiting_for(codec), sent)
    assert found is not None
    assert decoded_size(codec, found[1]) == (320, 240)


def test_a_recovery_point_counts_as_a_keyframe() -> None:
    # x264's open groups of pictures begin with an intra picture that is no IDR, marked by a recovery point.
    stream = annex_b(Codec.H264, frames=20, options="open-gop=1:bframes=2:b-adapt=0")
    later = pictures(Codec.H264, stream)[1:]
    assert all(kind_of(Codec.H264, nal) != 5 for picture in later for nal in picture)
    sets = [nal for nal in pictures(Codec.H264, stream)[0] if kind_of(Codec.H264, nal) in (7, 8)]
    sent = packets(Codec.H264, b"".join(b"\0\0\0\1" + nal for picture in later for nal in picture))
    found = first_keyframe(waiting_for(Codec.H264, *sets), sent)
    assert found is not None
    assert decoded_size(Codec.H264, found[1]) == (320, 240)


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        (b"\x06\x06\x01\xc4\x80", True),
        (b"\x06\x05\x02\x00\x00\x06\x01\xc4\x80", True),
        (b"\x06\x06\x01\x40\x80", False),  # a gradual refresh
        (b"\x06\x05\x01\x80\x80", False),
        (b"\x06\x06", False),
        (b"\x06" + b"\xff" * 100, False),
        (b"\x06", False),
    ],
)
def test_recovery_points_are_told_from_other_messages(message: bytes, *, answer: bool) -> None:
    assert recovers_at_once(message) is answer


@pytest.mark.parametrize("codec", VIDEO)
def test_padding_extensions_and_sources_are_stripped(codec: Codec) -> None:
    plain = packets(codec, annex_b(codec))
    dressed = [
        bytes((0xB2,)) + packet[1:12] + b"CSRCCSRC" + b"\xab\xac\x00\x01abcd" + packet[12:] + b"\0\0\3"
        for packet in plain
    ]
    assert first_keyframe(waiting_for(codec), dressed) == first_keyframe(waiting_for(codec), plain)


@pytest.mark.parametrize("codec", VIDEO)
def test_packets_of_another_payload_type_are_passed_over(codec: Codec) -> None:
    plain = packets(codec, annex_b(codec))
    mixed = [
        one for packet in plain for one in (rtp(b"\x65\x88noise", sequence=7, timestamp=9, payload_type=97), packet)
    ]
    found, expected = first_keyframe(waiting_for(codec), mixed), first_keyframe(waiting_for(codec), plain)
    assert found is not None
    assert expected is not None
    assert found[1] == expected[1]


@pytest.mark.parametrize("codec", VIDEO)
def test_a_keyframe_beyond_its_bound_is_refused(codec: Codec) -> None:
    with pytest.raises(StreamFailure) as caught:
        first_keyframe(waiting_for(codec, largest=2000), packets(codec, annex_b(codec)))
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("codec", "payload"), [(Codec.H264, b"\x79abcdef"), (Codec.H264, b"\x7dabcdef"), (Codec.H265, b"\x64\x01abcdef")]
)
def test_forms_that_were_not_asked_for_are_passed_over(codec: Codec, payload: bytes) -> None:
    stream = packets(codec, annex_b(codec))
    found = first_keyframe(waiting_for(codec), [rtp(payload, sequence=1, timestamp=1), *stream])
    assert found is not None
    assert decoded_size(codec, found[1]) == (320, 240)


@given(
    codec=st.sampled_from(Codec),
    heads=st.lists(
        st.tuples(
            st.binary(max_size=40),
            st.sampled_from([b"\x7c", b"\x78", b"\x65", b"\x62\x01", b"\x60\x01", b"\x26\x01", b""]),
        )
    ),
    valid=st.booleans(),
)
def test_no_packets_do_worse_than_a_failure(codec: Codec, heads: list[tuple[bytes, bytes]], *, valid: bool) -> None:
    depacketiser = waiting_for(codec, largest=1000)
    for sequence, (noise, head) in enumerate(heads):
        packet = rtp(head + noise, sequence=sequence, timestamp=5) if valid else head + noise
        buffer = bytearray(packet)
        try:
            depacketiser.packet(buffer, 0, len(buffer))
        except StreamFailure as failure:
            assert failure.reason in (Reason.UNSUPPORTED, Reason.TOO_LARGE)  # noqa: PT017 -- it need not be raised
            return
        assert len(depacketiser._unit) <= 1000


@pytest.mark.parametrize("codec", VIDEO)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_stream_yields_nothing_or_a_whole_unit(codec: Codec, seed: int) -> None:
    rnd = random.Random(seed)  # noqa: S311 -- a test's dice
    sent = packets(codec, annex_b(codec))
    for _ in range(rnd.randrange(1, 20)):
        at = rnd.randrange(len(sent))
        packet = bytearray(sent[at])
        # What was cut down to nothing before has no byte left to change.
        if packet:
            packet[rnd.randrange(len(packet))] = rnd.randrange(256)
        sent[at] = bytes(packet[: rnd.randrange(len(packet) + 1)]) if rnd.random() < 0.3 else bytes(packet)
    found = first_keyframe(waiting_for(codec), sent)
    assert found is None or found[1].startswith(b"\0\0\0\1")


@pytest.mark.parametrize("clock", [3600, 6000, 9000])
def test_the_rate_is_measured_from_timestamps(clock: int) -> None:
    meter = FrameClock(VideoTrack(Codec.H264, 96, 90_000, "", ()))
    sent = packets(Codec.H264, annex_b(Codec.H264), clock=clock)
    for packet in sent[::-1]:  # as out of order as can be, and wrapping
        assert not meter.packet(bytearray(packet), 0, len(packet))
    assert meter.fps() == 90_000 / clock


def test_too_few_pictures_have_no_rate() -> None:
    meter = FrameClock(VideoTrack(Codec.H264, 96, 90_000, "", ()))
    for packet in packets(Codec.H264, annex_b(Codec.H264, frames=2)):
        meter.packet(bytearray(packet), 0, len(packet))
    assert meter.fps() is None

from collections.abc import Callable

import pytest
from av import CodecContext, Packet
from av.video.codeccontext import VideoCodecContext

from cameras.enums import Codec
from cameras.simulator.canvas import Canvas, View
from cameras.simulator.encoder import Encoder
from cameras.simulator.nal import nal_type, parameter_sets, resized_sps, split_annex_b
from cameras.simulator.scenes import SCENES
from cameras.simulator.sdp import Description

Keyframe = Callable[[Codec], list[bytes]]


@pytest.fixture
def keyframe() -> Keyframe:
    def of(codec: Codec) -> list[bytes]:
        return Encoder(codec, 64, 48, 15).encode(keyframe=True)

    return of


def test_start_codes_of_both_lengths_divide_and_trailing_zeros_go() -> None:
    data = b"\0\0\0\1\x67abc\0\0\1\x68d\0\0\0\0\1\x65ef\0"
    assert split_annex_b(data) == [b"\x67abc", b"\x68d", b"\x65ef"]


@pytest.mark.parametrize(("codec", "kinds"), [(Codec.H264, [7, 8]), (Codec.H265, [32, 33, 34])])
def test_a_keyframe_begins_with_its_parameter_sets(keyframe: Keyframe, codec: Codec, kinds: list[int]) -> None:
    units = keyframe(codec)
    assert [nal_type(unit, codec) for unit in parameter_sets(units, codec)] == kinds
    assert units[: len(kinds)] == parameter_sets(units, codec)


def test_a_resized_sps_announces_that_size_to_a_real_decoder(keyframe: Keyframe) -> None:
    units = keyframe(Codec.H264)
    sps = resized_sps(units[0], 160, 112)
    decoder = CodecContext.create("h264", "r")
    decoder.decode(Packet(b"".join(b"\0\0\0\1" + unit for unit in [sps, *units[1:]])))
    assert (decoder.width, decoder.height) == (160, 112)


def test_only_a_baseline_sps_can_be_resized() -> None:
    with pytest.raises(ValueError, match="baseline"):
        resized_sps(b"\x67\x64\x00\x1f\xac", 160, 112)


def test_the_description_names_codec_profile_and_sets(keyframe: Keyframe) -> None:
    units = parameter_sets(keyframe(Codec.H264), Codec.H264)
    sdp = Description(Codec.H264, tuple(units), 15).sdp("127.77.0.1").decode()
    assert "a=rtpmap:96 H264/90000\r\n" in sdp
    assert f"packetization-mode=1;profile-level-id={units[0][1:4].hex().upper()};sprop-parameter-sets=Z0" in sdp
    assert "a=control:trackID=1\r\n" in sdp

    units = parameter_sets(keyframe(Codec.H265), Codec.H265)
    sdp = Description(Codec.H265, tuple(units), 15).sdp("127.77.0.1").decode()
    assert "a=rtpmap:96 H265/90000\r\n" in sdp
    assert [part.split("=")[0] for part in sdp.split("a=fmtp:96 ")[1].split("\r\n")[0].split(";")] == [
        "sprop-vps",
        "sprop-sps",
        "sprop-pps",
    ]


def h264_decoder() -> VideoCodecContext:
    decoder = CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    return decoder


def test_an_unchanged_frame_shows_the_last_one_again_and_disturbs_nothing() -> None:
    canvas = Canvas(SCENES[0], View.PLAIN, 320, 180)
    encoder = Encoder(Codec.H264, 320, 180, 15)
    decoders = [h264_decoder() for _ in range(2)]
    shown: list[list[bytes]] = [[], []]
    for step in range(40):
        canvas.draw(encoder.frame, 1_623_400_000 + step, 0)
        coded = encoder.encode(keyframe=step % 15 == 0)
        for index, units in enumerate([[coded], [coded, encoder.repeat()]]):
            for access_unit in units:
                packet = Packet(b"".join(b"\0\0\0\1" + unit for unit in access_unit))
                shown[index] += [frame.to_ndarray().tobytes() for frame in decoders[index].decode(packet)]
    for index, decoder in enumerate(decoders):
        shown[index] += [frame.to_ndarray().tobytes() for frame in decoder.decode(None)]
    assert len(set(shown[0])) == 40
    assert shown[1] == [picture for picture in shown[0] for _ in range(2)]

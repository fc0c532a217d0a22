import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.enums import Codec
from cameras.pictures.bits import BitReader, BitsEndedError
from cameras.pictures.header import declared
from cameras.pictures.picture import RefusedError, tile_size
from tests.cameras.pictures.encoded import (
    BitWriter,
    h264_parameter_set,
    h265_parameter_set,
    jpeg_header,
    keyframe,
)

H264_SLICE = b"\0\0\1\x65\x88\x84"
H265_SLICE = b"\0\0\1\x26\x01\xaf"


@given(st.lists(st.integers(0, 2**31 - 2)))
def test_exp_golomb_codes_read_as_written(values: list[int]) -> None:
    text = BitWriter().unsigned(*values).bits(1, 1).text
    text += "0" * (-len(text) % 8)
    reader = BitReader(int(text, 2).to_bytes(len(text) // 8, "big"))
    assert [reader.unsigned() for _ in values] == values


def test_signed_codes_alternate() -> None:
    text = BitWriter().unsigned(0, 1, 2, 3, 4).text.ljust(24, "0")
    reader = BitReader(int(text, 2).to_bytes(3, "big"))
    assert [reader.signed() for _ in range(5)] == [0, 1, -1, 2, -2]


@pytest.mark.parametrize("data", [b"", b"\0\0", b"\0" * 64])
def test_a_code_without_an_end_is_refused(data: bytes) -> None:
    with pytest.raises(BitsEndedError):
        BitReader(data).unsigned()


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.parametrize("size", [(320, 240), (1918, 1078), (1280, 720), (66, 50)])
def test_the_size_is_what_the_encoder_was_given(codec: Codec, size: tuple[int, int]) -> None:
    assert declared(codec, keyframe(codec, *size)).sizes == {size}


@pytest.mark.parametrize("size", [(320, 240), (333, 217)])
def test_the_size_of_a_jpeg(size: tuple[int, int]) -> None:
    assert declared(Codec.JPEG, keyframe(Codec.JPEG, *size, "yuvj420p")).sizes == {size}


def test_high_profiles_with_scaling_lists() -> None:
    unit = keyframe(Codec.H264, 322, 242, "yuv444p", "cqm=jvt")
    assert declared(Codec.H264, unit).sizes == {(322, 242)}


@pytest.mark.parametrize(
    ("codec", "unit"),
    [
        (Codec.H264, h264_parameter_set(16384, 16384) + H264_SLICE),
        (Codec.H265, h265_parameter_set(16384, 16384) + H265_SLICE),
        (Codec.JPEG, jpeg_header(16384, 16384)),
        (Codec.JPEG, jpeg_header(65500, 16)),
        (Codec.H264, h264_parameter_set(1920, 1088) + h264_parameter_set(16384, 16384) + H264_SLICE),
    ],
)
def test_a_header_of_16k_is_too_large(codec: Codec, unit: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        declared(codec, unit)
    assert refused.value.reason == "too_large"


def test_the_largest_cameras_pass() -> None:
    assert declared(Codec.H265, h265_parameter_set(7680, 2160) + H265_SLICE).sizes == {(7680, 2160)}
    assert declared(Codec.H264, h264_parameter_set(4096, 3072) + H264_SLICE).sizes == {(4096, 3072)}


@pytest.mark.parametrize(
    ("codec", "unit", "detail"),
    [
        (Codec.H264, b"", "no sequence parameter set"),
        (Codec.H264, b"<html>nothing here</html>", "no sequence parameter set"),
        (Codec.H264, H264_SLICE, "no sequence parameter set"),
        (Codec.H264, h264_parameter_set(320, 240), "no picture behind the parameter sets"),
        (Codec.H264, b"\0\0\1\x67\x42" + H264_SLICE, "a malformed sequence parameter set"),
        (Codec.H265, b"\0\0\1\x42\x01\x01" + H265_SLICE, "a malformed sequence parameter set"),
        (Codec.H264, b"\0\0\1\x09" * 5000, "more than 2048 NAL units"),
        (Codec.JPEG, b"<html>", "not a JPEG: it does not begin with FF D8"),
        (Codec.JPEG, b"\xff\xd8\xff\xd9", "the JPEG is cut short"),
        (Codec.JPEG, jpeg_header(0, 64), "a picture without width or height"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(codec: Codec, unit: bytes, detail: str) -> None:
    with pytest.raises(RefusedError) as refused:
        declared(codec, unit)
    assert (refused.value.reason, refused.value.detail) == ("undecodable", detail)


@given(st.sampled_from(list(Codec)), st.binary(max_size=300))
def test_noise_is_refused_or_read_but_nothing_else(codec: Codec, noise: bytes) -> None:
    start = {Codec.H264: b"\0\0\1\x67", Codec.H265: b"\0\0\1\x42\x01", Codec.JPEG: b"\xff\xd8"}[codec]
    try:
        sizes = declared(codec, start + noise).sizes
    except RefusedError:
        return
    assert sizes


def test_what_follows_a_jpeg_never_reaches_the_decoder() -> None:
    jpeg = keyframe(Codec.JPEG, 64, 64, "yuvj420p")
    assert declared(Codec.JPEG, jpeg + b"<script>alert(1)</script>").end == len(jpeg)


@pytest.mark.parametrize(
    ("stream", "asked", "tile"),
    [
        ((1920, 1080), 384, (384, 216)),
        ((704, 576), 384, (384, 314)),
        ((320, 240), 384, (320, 240)),
        ((1919, 1079), None, (1918, 1078)),
        ((8000, 2), 384, (384, 2)),
    ],
)
def test_tiles_keep_their_aspect(stream: tuple[int, int], asked: int | None, tile: tuple[int, int]) -> None:
    assert tile_size(*stream, asked) == tile

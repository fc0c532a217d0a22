from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cameras.enums import Codec
from cameras.pictures.picture import RefusedError
from cameras.pictures.render import render
from cameras.pictures.specimens import SPECIMENS
from tests.cameras.pictures.encoded import keyframe, plain, sliced

HEALTHY = [
    (Codec.H264, "yuv420p", "profile=baseline"),
    (Codec.H264, "yuv420p", "profile=main"),
    (Codec.H264, "yuv420p", "tff=1"),
    (Codec.H264, "yuv422p", ""),
    (Codec.H264, "yuv444p", ""),
    (Codec.H264, "yuv420p10le", ""),
    (Codec.H265, "yuv420p", ""),
    (Codec.H265, "yuv420p", "wpp=1"),
    (Codec.H265, "yuv422p", ""),
    (Codec.H265, "yuv444p", ""),
    (Codec.H265, "yuv420p10le", ""),
    (Codec.JPEG, "yuvj420p", ""),
    (Codec.JPEG, "yuvj422p", ""),
    (Codec.JPEG, "yuvj444p", ""),
]


@pytest.mark.parametrize(("codec", "pixels", "parameters"), HEALTHY)
@pytest.mark.parametrize("width", [384, 160, None])
def test_what_cameras_send_becomes_a_tile(codec: Codec, pixels: str, parameters: str, width: int | None) -> None:
    picture = render(codec, keyframe(codec, 640, 360, pixels, parameters), width)
    assert (picture.width, picture.height, picture.codec) == (640, 360, codec)
    image = Image.open(BytesIO(picture.jpeg))
    image.load()
    assert image.size == {384: (384, 216), 160: (160, 90), None: (640, 360)}[width]
    assert 60 < picture.luma < 160
    assert picture.contrast > 10


@pytest.mark.parametrize("codec", list(Codec))
def test_measures_do_not_depend_on_the_width_asked_for(codec: Codec) -> None:
    unit = SPECIMENS[codec.value]
    small, tile, native = (render(codec, unit, width) for width in (32, 384, None))
    assert (small.luma, small.contrast, small.sharpness) == (tile.luma, tile.contrast, tile.sharpness)
    assert small.fingerprint == tile.fingerprint
    assert native.luma == pytest.approx(tile.luma, rel=0.02)


@pytest.mark.parametrize("codec", list(Codec))
def test_black_is_black_and_white_is_white(codec: Codec) -> None:
    black, white = render(codec, plain(codec, 0), 384), render(codec, plain(codec, 255), 384)
    assert black.luma < 2
    assert white.luma > 253
    assert black.contrast < 1
    assert black.sharpness < 1
    assert black.fingerprint != white.fingerprint


def test_the_same_picture_has_the_same_fingerprint_and_noise_another() -> None:
    first = render(Codec.H264, keyframe(Codec.H264), 384)
    assert first.fingerprint == render(Codec.H264, keyframe(Codec.H264), 384).fingerprint
    assert first.fingerprint != render(Codec.H264, keyframe(Codec.H264, parameters="crf=35"), 384).fingerprint


def test_a_blurred_picture_is_less_sharp() -> None:
    sharp = render(Codec.H264, keyframe(Codec.H264, 384, 216), 384)
    blurred = render(Codec.H264, keyframe(Codec.H264, 384, 216, parameters="qpmin=48"), 384)
    assert blurred.sharpness < sharp.sharpness / 2


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
@pytest.mark.parametrize("whole", [keyframe, sliced])
@pytest.mark.parametrize("kept", [0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
def test_a_picture_cut_short_is_refused(codec: Codec, whole: Callable[[Codec, int, int], bytes], kept: float) -> None:
    unit = whole(codec, 640, 368)
    with pytest.raises(RefusedError) as refused:
        render(codec, unit[: int(len(unit) * kept)], 384)
    assert refused.value.reason == "undecodable"


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_the_last_eight_bytes_matter(codec: Codec) -> None:
    with pytest.raises(RefusedError):
        render(codec, keyframe(codec, 640, 368)[:-8], 384)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_several_slices_make_one_picture(codec: Codec) -> None:
    assert render(codec, sliced(codec, 640, 368), 384).contrast > 10


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("end", [b"", b"\xff\xd9"])
def test_a_jpeg_cut_short_is_refused(kept: float, end: bytes) -> None:
    unit = keyframe(Codec.JPEG, 640, 360, "yuvj420p")
    with pytest.raises(RefusedError):
        render(Codec.JPEG, unit[: int(len(unit) * kept)] + end, 384)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.H265])
def test_a_lost_slice_is_refused(codec: Codec) -> None:
    unit = sliced(codec, 640, 368)
    last = unit.rindex(b"\0\0\1")
    middle = unit.rindex(b"\0\0\1", 0, last)
    for damaged in (unit[:last], unit[:middle] + unit[last:]):
        with pytest.raises(RefusedError):
            render(codec, damaged, 384)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([Codec.H264, Codec.H265]), st.integers(0), st.binary(min_size=400, max_size=3000))
def test_noise_in_place_of_slices_never_becomes_a_picture(codec: Codec, seed: int, noise: bytes) -> None:
    unit = keyframe(codec)
    header = b"\x65" if codec == Codec.H264 else bytes([(16 + seed % 6) << 1, 1])
    parameter_sets = unit[: unit.rindex(b"\0\0\1")]
    with pytest.raises(RefusedError):
        render(codec, parameter_sets + b"\0\0\1" + header + noise.replace(b"\0\0", b"\1\1"), 384)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(list(Codec)), st.integers(0), st.integers(0, 7))
def test_a_flipped_bit_is_refused_or_survived(codec: Codec, position: int, bit: int) -> None:
    pixels = "yuvj420p" if codec == Codec.JPEG else "yuv420p"
    unit = bytearray(keyframe(codec, 320, 240, pixels))
    unit[position % len(unit)] ^= 1 << bit
    try:
        picture = render(codec, bytes(unit), 384)
    except RefusedError:
        return
    assert (picture.jpeg[:2], picture.jpeg[-2:]) == (b"\xff\xd8", b"\xff\xd9")


@pytest.mark.parametrize("offset", [0.3, 0.5, 0.7])
def test_h264_with_a_hole_is_refused(offset: float) -> None:
    unit = keyframe(Codec.H264, 640, 368)
    at = int(len(unit) * offset)
    with pytest.raises(RefusedError):
        render(Codec.H264, unit[:at] + unit[at + 1400 :], 384)


def test_nothing_of_a_polyglot_survives() -> None:
    jpeg = keyframe(Codec.JPEG, 320, 240, "yuvj420p")
    script = b"<script>alert(1)</script>"
    comment = b"\xff\xfe" + (len(script) + 2).to_bytes(2, "big") + script
    picture = render(Codec.JPEG, jpeg[:2] + comment + jpeg[2:] + script, 384)
    assert script not in picture.jpeg
    assert b"script" not in picture.jpeg


def test_a_picture_of_another_codec_is_refused() -> None:
    with pytest.raises(RefusedError):
        render(Codec.H265, keyframe(Codec.H264), 384)

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.enums import Codec
from cameras.pictures.answer import MalformedAnswerError, pack_picture, pack_refusal, unpack
from cameras.pictures.picture import Picture, RefusedError
from cameras.pictures.render import render
from tests.cameras.pictures.encoded import keyframe


@pytest.fixture(scope="module")
def picture() -> Picture:
    return render(Codec.H264, keyframe(Codec.H264), 160)


def test_a_picture_arrives_as_it_was_sent(picture: Picture) -> None:
    assert unpack(pack_picture(picture), Codec.H264, 160) == picture


@pytest.mark.parametrize(
    "lie",
    [
        {"luma": float("nan")},
        {"luma": 256.0},
        {"luma": -1.0},
        {"contrast": float("inf")},
        {"sharpness": 1e9},
        {"width": 0},
        {"width": 640},  # then the tile would be another
        {"width": 60000, "height": 60000},
        {"jpeg": b""},
        {"jpeg": b"<html></html>"},
        {"jpeg": b"\xff\xd8<script>\xff\xd9"},
    ],
)
def test_a_lie_is_found(picture: Picture, lie: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswerError):
        unpack(pack_picture(replace(picture, **lie)), Codec.H264, 160)


def test_nothing_may_follow_the_jpeg(picture: Picture) -> None:
    with pytest.raises(MalformedAnswerError):
        unpack(pack_picture(picture) + b"<script>", Codec.H264, 160)


def test_a_jpeg_of_another_size_is_no_answer(picture: Picture) -> None:
    with pytest.raises(MalformedAnswerError):
        unpack(pack_picture(picture), Codec.H264, 128)


def test_a_refusal_is_short_and_printable() -> None:
    answer = pack_refusal(RefusedError("too_large", "a\nb\x1b[31m" + "x" * 500))
    with pytest.raises(RefusedError) as refused:
        unpack(answer, Codec.H264, 160)
    assert refused.value.reason == "too_large"
    assert refused.value.detail.startswith("a?b?[31mxxx")
    assert len(refused.value.detail) == 200


@given(st.binary(max_size=200))
def test_noise_is_no_answer(noise: bytes) -> None:
    with pytest.raises((MalformedAnswerError, RefusedError)):
        unpack(noise, Codec.H264, 160)

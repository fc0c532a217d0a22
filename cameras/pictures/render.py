"""One access unit in, one picture out: decoding, scaling, measuring, JPEG. Runs in the confined child."""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import numpy.typing as npt
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from cameras.pictures.header import Declared, declared
from cameras.pictures.picture import (
    FINGERPRINT_SIZE,
    MAX_PIXELS,
    TILE_WIDTH,
    Picture,
    RefusedError,
    tile_size,
)

if TYPE_CHECKING:
    from cameras.enums import Codec

LIBAV_NAMES = {"h264": "h264", "h265": "hevc", "jpeg": "mjpeg"}

JPEG_QUALITY = 5  # libav's scale of 2 (best) to 31: a tile of 384×216 takes 3 to 15 kB

PADDING = b"\xff" * 64
"""Put behind the last slice in the second decoding; free of start codes."""

Plane = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def render(codec: Codec, access_unit: bytes, width: int | None) -> Picture:
    """Decode one key picture, scale it to `width` (None: native size) and measure it.

    Raises RefusedError for what is malformed, damaged, cut short or too large.
    """
    expected = declared(codec, access_unit)
    frame = _decode(codec, access_unit[: expected.end], in_full=width is None)
    _refuse_damage(codec, frame, expected)
    if codec == "h265":
        _refuse_cut(frame, access_unit, expected, in_full=width is None)
    tile = _scale(frame, TILE_WIDTH)
    shown = tile if width == TILE_WIDTH else _scale(frame, width)
    luma = _plane(tile, 0).astype(np.float32)
    return Picture(
        width=frame.width,
        height=frame.height,
        codec=codec,
        jpeg=_encode(shown),
        luma=float(luma.mean()),
        contrast=float(luma.std()),
        sharpness=_sharpness(luma),
        fingerprint=blake2b(_plane(tile, 0).tobytes(), digest_size=FINGERPRINT_SIZE).digest(),
    )


def _decode(codec: str, data: bytes, *, in_full: bool) -> VideoFrame:
    context = cast("VideoCodecContext", av.CodecContext.create(LIBAV_NAMES[codec], "r"))
    context.thread_count = 1
    context.options = {
        "err_detect": "crccheck+bitstream+buffer+explode",
        "max_pixels": str(MAX_PIXELS),
        # Intra prediction reads unfiltered samples, so leaving the loop filter out costs no more than
        # block edges, which vanish when the picture is scaled down (58 dB), and a quarter of the time.
        "skip_loop_filter": "default" if in_full else "all",
    }
    try:
        frames = context.decode(av.Packet(data)) + context.decode(None)
    except av.FFmpegError as error:
        raise RefusedError("undecodable", f"libav: {error.strerror}") from None
    if not frames:
        raise RefusedError("undecodable", "no picture comes out of the decoder")
    return frames[0]


def _refuse_damage(codec: str, frame: VideoFrame, expected: Declared) -> None:
    """Refuse a frame that libav had to patch up, that lacks blocks, or that is not of the declared size."""
    if (frame.width, frame.height) not in expected.sizes:
        raise RefusedError("undecodable", "the picture is not of the size that its header says")
    if frame.is_corrupt:
        raise RefusedError("undecodable", "parts of the picture are damaged")
    if codec != "h264" and frame.format.name.startswith("yuv") and _lacks_blocks(frame):
        raise RefusedError("undecodable", "parts of the picture are missing")


def _lacks_blocks(frame: VideoFrame) -> bool:
    """Whether a block was left undecoded, which libav's H.265 and JPEG decoders do not always report.

    Such a block keeps the zeros of its fresh buffer, and Cb = Cr = 0 is no colour that exists. Every
    fourth sample is looked at: a coding block has at least 8×8 samples of chroma.
    """
    zero = (_plane(frame, 1)[::4, ::4] | _plane(frame, 2)[::4, ::4]) == 0
    if not zero.any():
        return False
    return bool((zero[:-1, :-1] & zero[1:, :-1] & zero[:-1, 1:] & zero[1:, 1:]).any())


def _refuse_cut(frame: VideoFrame, access_unit: bytes, expected: Declared, *, in_full: bool) -> None:
    """Refuse a H.265 picture whose data end early.

    libav goes on decoding behind the end of the data and reports nothing: half a picture comes out
    whole, its other half invented. An intact slice never depends on what follows it, so decode again
    with other bytes there and compare.
    """
    end = expected.last_slice_end
    again = _decode("h265", access_unit[:end] + PADDING + access_unit[end:], in_full=in_full)
    same = again.format.name == frame.format.name and all(
        np.array_equal(_plane(frame, index), _plane(again, index)) for index in range(len(frame.planes))
    )
    if not same:
        raise RefusedError("undecodable", "the picture is cut short")


def _plane(frame: VideoFrame, index: int) -> Plane:
    """The samples of one plane as an array of (height, width) over libav's own memory."""
    plane = frame.planes[index]
    deep = frame.format.components[index].bits > 8  # noqa: PLR2004 - deeper samples take two bytes
    samples = np.frombuffer(plane, np.uint16 if deep else np.uint8)  # type: ignore[call-overload]  # a buffer, untyped
    rows: Plane = samples.reshape(plane.height, -1)[:, : plane.width]
    return rows


def _scale(frame: VideoFrame, width: int | None) -> VideoFrame:
    to_width, to_height = tile_size(frame.width, frame.height, width)
    return VideoReformatter().reformat(
        frame,
        width=to_width,
        height=to_height,
        format="yuvj420p",
        # Averages all pixels, so small things neither vanish nor flicker; faster here than bilinear.
        interpolation=Interpolation.AREA,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )


def _encode(frame: VideoFrame) -> bytes:
    context = av.CodecContext.create("mjpeg", "w")
    context.width, context.height = frame.width, frame.height
    context.pix_fmt = "yuvj420p"
    context.time_base = Fraction(1)
    context.thread_count = 1
    context.qmin = context.qmax = context.global_quality = JPEG_QUALITY
    context.flags |= Flags.qscale | Flags.bitexact  # bitexact leaves out the comment with libav's version
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def _sharpness(luma: npt.NDArray[np.float32]) -> float:
    if min(luma.shape) < 3:  # noqa: PLR2004 - the Laplacian reaches one pixel to each side
        return 0.0
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return float((around - 4 * luma[1:-1, 1:-1]).var())

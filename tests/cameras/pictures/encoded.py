"""Key pictures as cameras send them, made with the encoders of libav."""

import subprocess
from fractions import Fraction
from functools import cache
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext

from cameras.enums import Codec

ENCODERS = {Codec.H264: "libx264", Codec.H265: "libx265", Codec.JPEG: "mjpeg"}


def scene(width: int, height: int) -> npt.NDArray[np.uint8]:
    """A colour gradient with sensor noise: detail everywhere, so that no part of it is free of data."""
    down, across = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(7).integers(0, 40, (height, width, 3))
    base = np.stack([across * 200 // width, down * 200 // height, (across + down) * 100 // (width + height)], -1)
    return (base + noise).astype(np.uint8)


@cache
def keyframe(codec: Codec, width: int = 320, height: int = 240, pixels: str = "yuv420p", parameters: str = "") -> bytes:
    """One access unit of noise over a gradient. `parameters` are x264's or x265's own."""
    frame = av.VideoFrame.from_ndarray(scene(width, height), format="rgb24")
    return encode(frame, codec, pixels, parameters)


def encode(frame: av.VideoFrame, codec: Codec, pixels: str = "yuv420p", parameters: str = "") -> bytes:
    """One access unit of this frame."""
    context = cast("VideoCodecContext", av.CodecContext.create(ENCODERS[codec], "w"))
    context.width, context.height, context.pix_fmt = frame.width, frame.height, pixels
    context.time_base = Fraction(1, 25)
    if codec == Codec.H265:
        quiet = "log-level=none:frame-threads=1:wpp=0"
        context.options = {"preset": "ultrafast", "x265-params": ":".join(filter(None, [quiet, parameters]))}
    elif codec == Codec.H264:
        context.options = {"preset": "fast", "x264-params": parameters}
    full_range = codec == Codec.JPEG
    picture = frame.reformat(format=pixels, dst_color_range=2 if full_range else 1)
    picture.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(picture), *context.encode(None)])


@cache
def sliced(codec: Codec, width: int, height: int, slices: int = 4) -> bytes:
    """One access unit in several slices, from the ffmpeg program: x265 in PyAV's wheel crashes over slices."""
    parameters = {
        Codec.H264: ("libx264", "-x264-params", f"slices={slices}"),
        Codec.H265: ("libx265", "-x265-params", f"log-level=none:wpp=1:slices={slices}"),
    }[codec]
    source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", f"{width}x{height}", "-i", "pipe:0")
    form = "h264" if codec == Codec.H264 else "hevc"
    command = ["ffmpeg", "-v", "error", *source, "-frames:v", "1", "-pix_fmt", "yuv420p"]
    command += ["-c:v", *parameters, "-f", form, "pipe:1"]
    pixels = scene(width, height).tobytes()
    made = subprocess.run(command, input=pixels, capture_output=True, check=True)
    assert made.stdout.count(b"\0\0\1") >= slices
    return made.stdout


def plain(codec: Codec, luma: int, *, size: tuple[int, int] = (320, 240)) -> bytes:
    """An access unit of one shade: `luma` from 0 to 255 of an RGB grey."""
    grey = np.full((size[1], size[0], 3), luma, np.uint8)
    frame = av.VideoFrame.from_ndarray(grey, format="rgb24")
    return encode(frame, codec, "yuvj420p" if codec == Codec.JPEG else "yuv420p")


class BitWriter:
    """Writes parameter sets that no encoder would."""

    def __init__(self) -> None:
        self.text = ""

    def bits(self, value: int, count: int) -> "BitWriter":
        self.text += f"{value:0{count}b}" if count else ""
        return self

    def unsigned(self, *values: int) -> "BitWriter":
        for value in values:
            digits = f"{value + 1:b}"
            self.text += "0" * (len(digits) - 1) + digits
        return self

    def unit(self, header: bytes) -> bytes:
        """As a NAL unit in Annex B, with trailing bits and emulation prevention."""
        text = self.text + "1"
        text += "0" * (-len(text) % 8)
        payload = int(text, 2).to_bytes(len(text) // 8, "big")
        escaped = bytearray()
        for byte in payload:
            if escaped[-2:] == b"\0\0" and byte <= 3:
                escaped.append(3)
            escaped.append(byte)
        return b"\0\0\0\1" + header + bytes(escaped)


def h264_parameter_set(width: int, height: int) -> bytes:
    writer = BitWriter().bits(66, 8).bits(0, 8).bits(51, 8)
    writer.unsigned(0, 0, 0, 0, 1).bits(0, 1).unsigned(width // 16 - 1, height // 16 - 1).bits(0b110, 3).bits(0, 1)
    return writer.unit(b"\x67")


def h265_parameter_set(width: int, height: int) -> bytes:
    writer = BitWriter().bits(0, 4).bits(0, 3).bits(1, 1).bits(0, 88).bits(153, 8)
    writer.unsigned(0, 1, width, height).bits(0, 1).unsigned(0, 0, 0)
    return writer.unit(b"\x42\x01")


def jpeg_header(width: int, height: int) -> bytes:
    """A whole little JPEG whose frame header claims other sides."""
    jpeg = bytearray(keyframe(Codec.JPEG, 64, 64, "yuvj420p"))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(jpeg)

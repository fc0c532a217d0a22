"""Encoded pictures for tests, by the real encoders, and RTP packets of them."""

import io
import subprocess
from functools import cache

import av

from cameras.enums import Codec

START_CODE = b"\0\0\0\1"


@cache
def annex_b(codec: Codec, *, size: str = "320x240", frames: int = 10, options: str = "") -> bytes:
    """A clip of a moving test picture, a keyframe every five pictures, as an elementary stream."""
    encoder = {Codec.H264: ("libx264", "h264"), Codec.H265: ("libx265", "hevc")}[codec]
    parameters = "-x264-params" if codec is Codec.H264 else "-x265-params"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=25", "-frames:v", str(frames)]
    chosen = f"keyint=5:min-keyint=5:scenecut=0:bframes=0:aud=0:log-level=error{':' + options if options else ''}"
    command += [
        "-c:v",
        encoder[0],
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv420p",
        parameters,
        chosen,
        "-f",
        encoder[1],
        "-",
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


@cache
def jpeg() -> bytes:
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240", "-frames:v", "1", "-f", "mjpeg", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def units(stream: bytes) -> list[bytes]:
    """The NAL units of an elementary stream."""
    parts = stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [part for part in parts if part]


def kind_of(codec: Codec, nal: bytes) -> int:
    return nal[0] & 31 if codec is Codec.H264 else nal[0] >> 1 & 63


def is_slice(codec: Codec, nal: bytes) -> bool:
    return kind_of(codec, nal) in range(1, 6) if codec is Codec.H264 else kind_of(codec, nal) < 32


def pictures(codec: Codec, stream: bytes) -> list[list[bytes]]:
    """The stream's units, picture by picture."""
    found: list[list[bytes]] = [[]]
    header = 1 if codec is Codec.H264 else 2
    for nal in units(stream):
        begins = is_slice(codec, nal) and nal[header] & 0x80
        if any(is_slice(codec, one) for one in found[-1]) and (begins or not is_slice(codec, nal)):
            found.append([])
        found[-1].append(nal)
    return found


def rtp(payload: bytes, *, sequence: int, timestamp: int, marker: bool = False, payload_type: int = 96) -> bytes:
    second = payload_type | (0x80 if marker else 0)
    return (
        bytes((0x80, second))
        + (sequence & 0xFFFF).to_bytes(2, "big")
        + (timestamp & 0xFFFFFFFF).to_bytes(4, "big")
        + b"SSRC"
        + payload
    )


def payloads(codec: Codec, nal: bytes, largest: int) -> list[bytes]:
    """One unit as it is, or in fragments of at most this size."""
    if len(nal) <= largest:
        return [nal]
    header = 1 if codec is Codec.H264 else 2
    pieces = [nal[at : at + largest] for at in range(header, len(nal), largest)]
    kind = kind_of(codec, nal)
    indicator = bytes((nal[0] & 0xE0 | 28,)) if codec is Codec.H264 else bytes((nal[0] & 0x81 | 49 << 1, nal[1]))
    flags = [(0x80 if at == 0 else 0) | (0x40 if at == len(pieces) - 1 else 0) for at in range(len(pieces))]
    return [indicator + bytes((flag | kind,)) + piece for flag, piece in zip(flags, pieces, strict=True)]


def packets(
    codec: Codec, stream: bytes, *, largest: int = 500, first: int = 65530, marked: bool = True, clock: int = 3600
) -> list[bytes]:
    """The stream as RTP packets; sequence numbers and timestamps wrap on the way."""
    found: list[bytes] = []
    for number, picture in enumerate(pictures(codec, stream)):
        parts = [part for nal in picture for part in payloads(codec, nal, largest)]
        for at, part in enumerate(parts):
            last = marked and at == len(parts) - 1
            sequence, timestamp = first + len(found), 2**32 - clock + clock * number
            found.append(rtp(part, sequence=sequence, timestamp=timestamp, marker=last))
    return found


def decoded_size(codec: Codec, access_unit: bytes) -> tuple[int, int]:
    """Width and height of the one picture in an access unit, by a real decoder."""
    if codec is Codec.JPEG:
        with av.open(io.BytesIO(access_unit), mode="r", format="mjpeg") as container:
            frames = list(container.decode(video=0))
    else:
        decoder = av.CodecContext.create("h264" if codec is Codec.H264 else "hevc", "r")
        frames = [*decoder.decode(av.Packet(access_unit)), *decoder.decode(None)]
    assert len(frames) == 1
    assert not frames[0].is_corrupt
    return frames[0].width, frames[0].height

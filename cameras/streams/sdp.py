"""What a camera offers, in its session description (SDP, RFC 8866): the first video stream that we accept."""

import base64
import binascii
import re
from dataclasses import dataclass

from cameras.enums import Codec, Reason
from cameras.streams.failure import StreamFailure

_CODECS = {"h264": Codec.H264, "h265": Codec.H265, "hevc": Codec.H265, "jpeg": Codec.JPEG}
_RTPMAP = re.compile(r"(\d{1,3})\s+([A-Za-z0-9._-]+)/(\d{1,9})")
_STATIC_JPEG = 26
_SETS = ("sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps")


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """The video stream to set up. `control` is as the server wrote it, relative or not; "" if it gave none."""

    codec: Codec
    payload_type: int
    clock_rate: int  # Hz
    control: str
    parameter_sets: tuple[bytes, ...]


@dataclass(slots=True)
class _Media:
    kind: str
    transport: str
    payload_types: list[str]
    lines: list[str]


def describe(body: bytes, *, longest_line: int) -> tuple[str, VideoTrack]:
    """The session's own control attribute, and the first video stream in an accepted codec.

    Raises StreamFailure: NOT_A_STREAM for what is no SDP, NO_MEDIA without video, UNSUPPORTED for other codecs.
    """
    lines = body.decode("utf-8", errors="replace").splitlines()
    if not lines or not lines[0].startswith("v=") or any(len(line) > longest_line for line in lines):
        raise StreamFailure(Reason.NOT_A_STREAM, "the description is not SDP")
    session: list[str] = []
    medias: list[_Media] = []
    current = session
    for line in lines:
        if line.startswith("m="):
            words = [*line[2:].split(), "", "", ""]
            medias.append(_Media(words[0].lower(), words[2].upper(), words[3:], []))
            current = medias[-1].lines
        else:
            current.append(line)
    videos = [media for media in medias if media.kind == "video"]
    if not videos:
        raise StreamFailure(Reason.NO_MEDIA, "the description offers no video")
    for media in videos:
        track = _track(media)
        if track is not None:
            return _attribute(session, "control"), track
    raise StreamFailure(Reason.UNSUPPORTED, "the video offered is neither H.264 nor H.265 nor JPEG over plain RTP")


def _track(media: _Media) -> VideoTrack | None:
    if not media.transport.startswith("RTP/AVP"):
        return None
    names: dict[str, tuple[str, int]] = {str(_STATIC_JPEG): ("jpeg", 90_000)}
    for value in _attributes(media.lines, "rtpmap"):
        if found := _RTPMAP.match(value):
            names[found[1]] = (found[2].lower(), int(found[3]))
    for payload_type in media.payload_types:
        name, clock_rate = names.get(payload_type, ("", 0))
        parameters = _parameters(media.lines, payload_type)
        interleaved = parameters.get("packetization-mode") == "2" or parameters.get("sprop-max-don-diff", "0") != "0"
        if name in _CODECS and not interleaved and clock_rate > 0:
            sets = tuple(nal for key in _SETS for nal in _decoded(parameters.get(key, "")))
            return VideoTrack(_CODECS[name], int(payload_type), clock_rate, _attribute(media.lines, "control"), sets)
    return None


def _attributes(lines: list[str], name: str) -> list[str]:
    prefix = f"a={name}:"
    return [line[len(prefix) :].strip() for line in lines if line.lower().startswith(prefix)]


def _attribute(lines: list[str], name: str) -> str:
    return next(iter(_attributes(lines, name)), "")


def _parameters(lines: list[str], payload_type: str) -> dict[str, str]:
    for value in _attributes(lines, "fmtp"):
        number, _space, rest = value.partition(" ")
        if number == payload_type:
            pairs = (pair.partition("=") for pair in rest.split(";"))
            return {key.strip().lower(): text.strip() for key, _equals, text in pairs}
    return {}


def _decoded(text: str) -> list[bytes]:
    # What is no base64 is left out: the same sets mostly come in band as well.
    found = []
    for part in text.split(","):
        try:
            found.append(base64.b64decode(part, validate=True))
        except (binascii.Error, ValueError):
            continue
    return [nal for nal in found if nal]

"""The session description that DESCRIBE answers with."""

from base64 import b64encode
from dataclasses import dataclass

from cameras.enums import Codec
from cameras.simulator.rtp import CLOCK_RATE, PAYLOAD_TYPE

TRACK = "trackID=1"


@dataclass(frozen=True, slots=True)
class Description:
    """What a client must know before the first packet. `parameter_sets`: VPS (H.265 only), SPS, PPS."""

    codec: Codec
    parameter_sets: tuple[bytes, ...]
    fps: float

    def sdp(self, host: str) -> bytes:
        """The SDP text (RFC 8866) of one video track that is live, without an end."""
        lines = [
            "v=0",
            f"o=- 1 1 IN IP4 {host}",
            "s=Camera",
            f"c=IN IP4 {host}",
            "t=0 0",
            "a=control:*",
            "a=range:npt=now-",
            f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
            f"a=rtpmap:{PAYLOAD_TYPE} {self.codec.value.upper()}/{CLOCK_RATE}",
            f"a=fmtp:{PAYLOAD_TYPE} {self._format()}",
            f"a=framerate:{self.fps:g}",
            f"a=control:{TRACK}",
        ]
        return ("\r\n".join(lines) + "\r\n").encode()

    def _format(self) -> str:
        texts = [b64encode(unit).decode() for unit in self.parameter_sets]
        if self.codec == Codec.H264:
            profile = self.parameter_sets[0][1:4].hex().upper()
            return f"packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={','.join(texts)}"
        return ";".join(f"sprop-{name}={text}" for name, text in zip(("vps", "sps", "pps"), texts, strict=True))

"""What is asked of a read, what bounds it, and what it answers."""

from dataclasses import dataclass

from cameras.enums import Codec
from cameras.streams.address import Credentials, NetworkPolicy, StreamAddress


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """One stream to read, from where, with which password.

    `basic_allowed`: Basic sends the password in the clear; Digest is preferred whenever the camera offers it.

    `verify_tls`: for https only. Cameras carry self-signed certificates as a rule, so that verification would turn
    nearly all of them away; off, the connection is encrypted but anyone on the way can pose as the camera, see
    its pictures and, with Basic, its password. Switch it on where cameras have certificates that verify, and
    switch Basic off where they have not.
    """

    address: StreamAddress
    policy: NetworkPolicy
    credentials: Credentials | None = None
    basic_allowed: bool = True
    verify_tls: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one read may take at most. No peer can make it take more, whatever it sends or withholds."""

    seconds: float = 10.0  # the whole read, from name resolution to the keyframe
    bytes: int = 8 * 1024 * 1024  # read from the network in all
    access_unit: int = 4 * 1024 * 1024  # one keyframe, or one JPEG
    head: int = 16 * 1024  # a message's first line with its headers
    line: int = 4 * 1024  # one line of it
    headers: int = 64  # header lines in a message
    body: int = 64 * 1024  # an RTSP message's body: the SDP
    redirects: int = 2
    name_seconds: float = 5.0  # for the name to resolve
    addresses: int = 8  # that a name may resolve to


DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Keyframe:
    """One whole picture as the camera sent it.

    `access_unit` is Annex B with its parameter sets first (H.264, H.265) or one whole JPEG. `seconds` runs from
    the start of the read to the last byte of the access unit. `fps` is measured, from RTP timestamps or the
    arrivals of MJPEG, when asked for; None when it wasn't or too little came.
    """

    codec: Codec
    access_unit: bytes
    bytes_read: int
    seconds: float
    fps: float | None = None

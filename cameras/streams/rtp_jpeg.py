"""JPEG out of RTP (RFC 2435): the headers that the format leaves out are put back."""

# ruff: noqa: PLR2004 -- the numbers are offsets, widths and types as the format's RFC has them

import base64

from cameras.enums import Codec, Reason
from cameras.streams.failure import StreamFailure
from cameras.streams.rtp import Depacketiser
from cameras.streams.sdp import VideoTrack

# The DHT segments of Annex K's tables of the JPEG standard, as RFC 2435 prescribes them.
_HUFFMAN = base64.b64decode(
    "/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKB"
    "kaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJ"
    "ipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEB"
    "AQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMz"
    "UvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaX"
    "mJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6"
)
# The quantisation tables of Annex K (64 bytes luma, 64 chroma, in zigzag order), for Q = 50.
_QUANTISATION = base64.b64decode(
    "EAsMDgwKEA4NDhIREBMYKBoYFhYYMSMlHSg6Mz08OTM4N0BIXE5ARFdFNzhQbVFXX2JnaGc+TXF5cGR4XGVnYxESEhgVGC8aGi9j"
    "QjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M="
)
_END = b"\xff\xd9"


class JPEGDepacketiser(Depacketiser):
    """Collects the first whole JPEG picture; every one is a keyframe."""

    __slots__ = ("_fragments", "_tables")

    codec = Codec.JPEG

    def __init__(self, track: VideoTrack, largest: int) -> None:
        super().__init__(track, largest)
        self._fragments = 0  # bytes of the scan so far
        self._tables: dict[int, bytes] = {}

    def _take(self, buffer: bytearray, start: int, end: int, timestamp: int) -> None:
        if end - start < 8:
            self._abandon()
            return
        offset = int.from_bytes(buffer[start + 1 : start + 4], "big")
        kind, quality = buffer[start + 4], buffer[start + 5]
        width, height = buffer[start + 6] * 8, buffer[start + 7] * 8
        at, restart = start + 8, 0
        if 64 <= kind <= 127:
            restart = buffer[at] << 8 | buffer[at + 1] if at + 4 <= end else 0
            at += 4
        if kind & 63 > 1 or kind > 127 or not width or not height or not quality:
            raise StreamFailure(Reason.UNSUPPORTED, f"JPEG is sent in a form that is not supported (type {kind})")
        if offset == 0:
            tables, at = self._quantisation(buffer, at, end, quality)
            if len(tables) not in (64, 128):
                self._abandon()
                return
            self._begin(timestamp)
            self._append(_head(kind & 63, width, height, tables, restart))
        if not self._unit or offset != self._fragments or at >= end:
            self._abandon()
            return
        self._fragments += end - at
        self._append(memoryview(buffer)[at:end])

    def _quantisation(self, buffer: bytearray, at: int, end: int, quality: int) -> tuple[bytes, int]:
        """The tables of a picture's first packet, and where its scan begins; empty if they are not known."""
        if quality < 128:
            return _scaled(quality), at
        if at + 4 > end:
            return b"", end
        precision, size = buffer[at + 1], buffer[at + 2] << 8 | buffer[at + 3]
        at += 4
        if precision or at + size > end:
            return b"", end
        tables = bytes(buffer[at : at + size])
        if tables and quality != 255:  # 255: they may change with each picture
            self._tables[quality] = tables
        return tables or self._tables.get(quality, b""), at + size

    def _abandon(self) -> None:
        super()._abandon()
        self._fragments = 0

    def _whole(self) -> bool:
        self.access_unit = bytes(self._unit if self._unit.endswith(_END) else self._unit + _END)
        return True


def _scaled(quality: int) -> bytes:
    quality = min(quality, 99)
    scale = 5000 // quality if quality < 50 else 200 - quality * 2
    return bytes(min(255, max(1, (value * scale + 50) // 100)) for value in _QUANTISATION)


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def _head(kind: int, width: int, height: int, tables: bytes, restart: int) -> bytes:
    """SOI to SOS: baseline, three components, 4:2:2 (kind 0) or 4:2:0 (kind 1)."""
    luma, chroma = tables[:64], tables[64:]
    quantisation = _segment(0xDB, b"\0" + luma) + (_segment(0xDB, b"\1" + chroma) if chroma else b"")
    second = 1 if chroma else 0
    sampling = bytes((1, 0x22 if kind else 0x21, 0, 2, 0x11, second, 3, 0x11, second))
    frame = b"\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\3" + sampling
    scan = b"\3\1\x00\2\x11\3\x11\0\x3f\0"
    interval = _segment(0xDD, restart.to_bytes(2, "big")) if restart else b""
    return b"\xff\xd8" + quantisation + interval + _segment(0xC0, frame) + _HUFFMAN + _segment(0xDA, scan)

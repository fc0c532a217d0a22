"""RTSP's one connection taken apart: messages, and media packets between and around them (RFC 2326, 10.12).

Nothing here reads or waits: bytes are handed in, in whatever pieces they arrived.
"""

# ruff: noqa: PLR2004 -- the numbers are offsets, widths and types as the format's RFC has them

import re
from collections.abc import Callable
from dataclasses import dataclass

from cameras.enums import Reason
from cameras.streams.failure import StreamFailure
from cameras.streams.request import Bounds

DOLLAR = 0x24
NO_CHANNEL = -1

# Answers whether it has what it waited for. Gets the buffer with start and end of one RTP packet in it.
PacketSink = Callable[[bytearray, int, int], bool]

_STATUS = re.compile(rb"RTSP/[12]\.[0-9] +([1-9][0-9]{2})(?: (.*))?")
_SERVER_REQUEST = re.compile(rb"[A-Z_]{3,16} \S+ RTSP/[12]\.[0-9]")


@dataclass(frozen=True, slots=True)
class Response:
    """An RTSP response. Header names are in lower case; values are Latin-1, one character a byte."""

    status: int
    phrase: bytes
    headers: dict[str, list[str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, or "" without one."""
        return self.headers.get(name, [""])[0]


class Demultiplexer:
    """Splits what came into responses (collected) and packets of one channel (handed to the sink).

    Other channels (audio, RTCP) and requests by the server are passed over. The time per packet counts here: a
    25 fps stream brings hundreds a second, and most are looked at only to be skipped.
    """

    __slots__ = ("_awaited", "_bounds", "channel", "complete", "responses", "sink")

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._awaited = 0  # bytes of a message whose head said how long it is: not parsed again with each piece
        self.channel = NO_CHANNEL
        self.sink: PacketSink = lambda _buffer, _start, _end: False
        self.complete = False
        self.responses: list[Response] = []

    def consume(self, buffer: bytearray, end: int) -> int:
        """Take what is whole from the first `end` bytes; how many were taken.

        The caller hands in the rest again with more behind it; the rest never exceeds what one message may have.
        After the packet with which the sink is content, `complete` is set and the sink gets nothing more. Raises
        StreamFailure (NOT_A_STREAM) for what is no RTSP or exceeds the bounds, and what the sink raises.
        """
        if end < self._awaited:
            return 0
        self._awaited = 0
        at = 0
        channel, sink = self.channel, self.sink
        while end - at >= 4:
            if buffer[at] != DOLLAR:
                after = self._message(buffer, at, end)
                if after == at:
                    break
                at = after
                channel, sink = self.channel, self.sink
                continue
            after = at + 4 + (buffer[at + 2] << 8 | buffer[at + 3])
            if after > end:
                break
            start = at + 4
            at = after
            if buffer[start - 3] == channel and sink(buffer, start, after):
                self.complete = True
                self.channel = channel = NO_CHANNEL
        return at

    def _message(self, buffer: bytearray, at: int, end: int) -> int:
        if buffer[at] in b"\r\n":  # empty lines before a message are to be ignored
            return at + 1
        if not bytes(buffer[at : at + 4]).replace(b"_", b"A").isalpha():
            raise StreamFailure(Reason.NOT_A_STREAM, "what arrives is not RTSP")
        limit = min(end, at + self._bounds.head)
        head_end, body_start = _blank_line(buffer, at, limit)
        head = bytes(buffer[at : limit if head_end < 0 else head_end])
        lines = head.split(b"\n")
        too_much = len(lines) > self._bounds.headers + 1 or any(len(line) > self._bounds.line for line in lines)
        if too_much or (head_end < 0 and limit - at == self._bounds.head):
            raise StreamFailure(Reason.NOT_A_STREAM, "an answer has more header than is permitted")
        if len(lines) > 1 or head_end >= 0:
            _check_first_line(lines[0])
        if head_end < 0:
            return at
        headers = _headers(lines[1:])
        length = headers.get("content-length", ["0"])[0]
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > self._bounds.body:
            raise StreamFailure(Reason.NOT_A_STREAM, "an answer has more body than is permitted")
        if body_start + int(length) > end:
            self._awaited = body_start + int(length) - at
            return at
        status = _STATUS.fullmatch(lines[0].rstrip(b"\r"))
        if status is not None:
            body = bytes(buffer[body_start : body_start + int(length)])
            self.responses.append(Response(int(status[1]), status[2] or b"", headers, body))
        return body_start + int(length)


def _blank_line(buffer: bytearray, at: int, limit: int) -> tuple[int, int]:
    """Where the head ends and what follows it begins; -1 without a blank line. Bare line feeds are tolerated."""
    strict, loose = buffer.find(b"\r\n\r\n", at, limit), buffer.find(b"\n\n", at, limit)
    if strict >= 0 and (loose < 0 or strict < loose):
        return strict, strict + 4
    return loose, loose + 2


def _check_first_line(line: bytes) -> None:
    line = line.rstrip(b"\r")
    if _STATUS.fullmatch(line) or _SERVER_REQUEST.fullmatch(line):
        return
    http = line.startswith(b"HTTP/")
    raise StreamFailure(Reason.NOT_A_STREAM, "HTTP answers here, not RTSP" if http else "what arrives is not RTSP")


def _headers(lines: list[bytes]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found

"""Requests and answers of RTSP and HTTP, which share one form."""

from asyncio import LimitOverrunError, StreamReader
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from urllib.parse import urlsplit

_MOST_HEADERS = 16 * 1024
_MOST_BODY = 64 * 1024
_HEADERS = HeaderParser()

_PHRASES = {
    200: "OK",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    503: "Service Unavailable",
}


class MalformedError(Exception):
    """What came is not a request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request's first line, headers and body."""

    method: str
    target: str
    protocol: str
    headers: Message
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path


@dataclass(slots=True)
class Answer:
    """What is sent back; `headers` in the order of the wire."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encode(self, protocol: str) -> bytes:
        """The bytes, with the length of the body where there is one."""
        lines = [f"{protocol} {self.status} {_PHRASES[self.status]}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body or protocol.startswith("HTTP"):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


async def read_request(reader: StreamReader) -> Request:
    """The next request; interleaved packets before it (RTCP of the client) are skipped.

    Raises MalformedError, and asyncio.IncompleteReadError at the end of the connection.
    """
    first = await reader.readexactly(1)
    while first == b"$":
        header = await reader.readexactly(3)
        await reader.readexactly(int.from_bytes(header[1:], "big"))
        first = await reader.readexactly(1)
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
    except LimitOverrunError as error:
        raise MalformedError("The header is too long.") from error
    line, _, fields = head.decode("latin-1").lstrip("\r\n").partition("\r\n")
    parts = line.split(" ")
    if len(parts) != 3 or len(head) > _MOST_HEADERS:  # noqa: PLR2004 - method, target, protocol
        raise MalformedError("The first line is not a request.")
    headers = _HEADERS.parsestr(fields)
    length = str(headers.get("Content-Length", "0")).strip()
    if not length.isdigit() or int(length) > _MOST_BODY:
        raise MalformedError("The body's length is no number, or too large.")
    method, target, protocol = parts
    return Request(method, target, protocol, headers, await reader.readexactly(int(length)))

"""Reads one JPEG over HTTP: a snapshot, or the first whole part of an MJPEG stream.

The messages are parsed by h11: strict, without a socket of its own, and bounded, as reading its source and our tests
show: a head beyond `max_incomplete_event_size` and a malformed one raise RemoteProtocolError, bodies are handed on
in the pieces that came. Its cost per message does not matter for one or two of them.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from http import HTTPStatus
from itertools import pairwise
from statistics import median

import h11

from cameras.enums import Codec, Reason
from cameras.streams.address import AddressError, StreamAddress
from cameras.streams.authentication import Authentication
from cameras.streams.dialogue import AGENT
from cameras.streams.failure import StreamFailure
from cameras.streams.multipart import Parts, boundary_of
from cameras.streams.request import Bounds, Keyframe, StreamRequest
from cameras.streams.resolution import IPAddress, connection_failure, dial
from cameras.streams.status import REDIRECTION, SUCCESS, failure_of

_CHUNK = 64 * 1024
_SAID = 4096  # bytes of a refusal's body that are looked at
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"


async def read_http(
    request: StreamRequest, ips: list[IPAddress], *, bounds: Bounds, deadline: float, measure_seconds: float
) -> tuple[Keyframe, float]:
    """GET, with challenges answered and redirections at the same host and port followed.

    `deadline` is in the event loop's time. Answers the picture (without its seconds) and when it was whole.
    """
    reading = _Reading(request, ips, bounds)
    try:
        async with asyncio.timeout_at(deadline) as limit:
            async with reading.answer() as (exchange, content_type):
                reading.answered = True
                pictures = exchange.pictures(content_type)
                picture = await anext(pictures)
                whole, size = asyncio.get_running_loop().time(), reading.bytes_read
                fps = None
                if measure_seconds > 0:
                    limit.reschedule(whole + measure_seconds + 1)
                    fps = await _measure(pictures, measure_seconds)
                await pictures.aclose()
    except TimeoutError:
        if reading.answered:
            raise StreamFailure(Reason.NO_MEDIA, "no whole picture came in time") from None
        raise StreamFailure(Reason.TIMEOUT, "no answer in time") from None
    return Keyframe(Codec.JPEG, picture, size, 0.0, fps), whole


async def _measure(pictures: AsyncIterator[bytes], seconds: float) -> float | None:
    """Read on for a while; pictures a second by the median of their arrivals, or None for too few."""
    loop = asyncio.get_running_loop()
    times = [loop.time()]
    try:
        async with asyncio.timeout(seconds):
            async for _picture in pictures:
                times.append(loop.time())  # noqa: PERF401 -- what came before a timeout counts
    except (TimeoutError, StreamFailure):
        pass  # whatever ended it, what came is measured
    intervals = [after - before for before, after in pairwise(times)]
    return 1 / median(intervals) if len(intervals) > 1 and median(intervals) > 0 else None


class _Reading:
    """What the connections of one read share: the address, the authentication, the bytes so far."""

    def __init__(self, request: StreamRequest, ips: list[IPAddress], bounds: Bounds) -> None:
        self.request = request
        self.bounds = bounds
        self.bytes_read = 0
        self.answered = False
        self._ips = ips
        self._authentication = Authentication(request.credentials, basic_allowed=request.basic_allowed)

    @asynccontextmanager
    async def answer(self) -> AsyncIterator[tuple["_Exchange", str]]:
        """A successful response and its content type. Each attempt has a connection of its own, to the same IP."""
        address, redirects = self.request.address, 0
        while True:
            async with self._connected() as exchange:
                await exchange.send(address, self._authentication.header("GET", address.path))
                response = await exchange.response()
                status = response.status_code
                if status == HTTPStatus.UNAUTHORIZED:
                    offers = _header_values(response, b"www-authenticate")
                    self._authentication.challenged(offers, response.reason + b" " + await exchange.said())
                    continue
                self._authentication.accepted()
                if status // 100 == REDIRECTION:
                    redirects += 1
                    if redirects > self.bounds.redirects:
                        raise StreamFailure(Reason.NOT_A_STREAM, "the camera redirects again and again")
                    address = _redirected(address, _header_values(response, b"location"))
                    continue
                if status // 100 != SUCCESS:
                    raise failure_of(status, with_credentials=self.request.credentials is not None)
                yield exchange, next(iter(_header_values(response, b"content-type")), "")
                return

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator["_Exchange"]:
        address = self.request.address
        sock = await dial(self._ips, address.port, self.bounds.seconds)
        try:
            reader, writer = await self._opened(sock, address)
        except BaseException:
            sock.close()
            raise
        try:
            yield _Exchange(self, reader, writer)
        finally:
            writer.transport.abort()  # nothing is left to be said, and a camera need not agree to the end

    async def _opened(
        self, sock: socket.socket, address: StreamAddress
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        encrypted = address.scheme == "https"
        try:
            return await asyncio.open_connection(
                sock=sock,
                ssl=_context(verify=self.request.verify_tls) if encrypted else None,
                server_hostname=address.host if encrypted else None,
                limit=_CHUNK,
            )
        except ssl.SSLCertVerificationError:
            raise StreamFailure(Reason.NOT_A_STREAM, "the camera's certificate does not verify") from None
        except ssl.SSLError:
            raise StreamFailure(Reason.NOT_A_STREAM, "what answers does not speak TLS as it should") from None
        except OSError as error:
            raise connection_failure(error) from None


class _Exchange:
    """One request and its response on one connection."""

    def __init__(self, reading: _Reading, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reading = reading
        self._bounds = reading.bounds
        self._reader = reader
        self._writer = writer
        self._silent = True
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=reading.bounds.head)

    async def send(self, address: StreamAddress, authorization: str | None) -> None:
        headers = [
            ("Host", address.origin.partition("://")[2]),
            ("User-Agent", AGENT),
            ("Accept", "image/jpeg, multipart/x-mixed-replace"),
            ("Connection", "close"),
        ]
        if authorization is not None:
            headers.append(("Authorization", authorization))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        head = self._http.send(h11.Request(method=b"GET", target=address.path.encode(), headers=encoded))
        self._http.send(h11.EndOfMessage())
        self._writer.write(head or b"")

    async def response(self) -> h11.Response:
        event = await self._event()
        while isinstance(event, h11.InformationalResponse):
            event = await self._event()
        if not isinstance(event, h11.Response) or len(list(event.headers)) > self._bounds.headers:
            raise StreamFailure(Reason.NOT_A_STREAM, "what arrives is not HTTP")
        return event

    async def said(self) -> bytes:
        """The beginning of a refusal's body."""
        data = b""
        async for piece in self._body():
            data += piece
            if len(data) >= _SAID:
                break
        return data[:_SAID]

    async def pictures(self, content_type: str) -> AsyncGenerator[bytes]:
        """Each JPEG of the body: one of a snapshot, all of a stream. Ends by StreamFailure, if not by one picture."""
        if content_type.lower().startswith("multipart/"):
            parts = Parts(boundary_of(content_type), self._bounds.access_unit)
            async for piece in self._body():
                for part in parts.feed(piece):
                    yield _jpeg(part)
            raise StreamFailure(Reason.NO_MEDIA, "the stream ended before a whole picture came")
        snapshot = bytearray()
        async for piece in self._body():
            snapshot += piece
            if len(snapshot) >= len(_START) and not snapshot.startswith(_START):
                break
            if len(snapshot) > self._bounds.access_unit:
                raise StreamFailure(Reason.TOO_LARGE, "the picture is larger than is permitted")
        yield _jpeg(bytes(snapshot))

    async def _body(self) -> AsyncIterator[bytes]:
        while True:
            event = await self._event()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            else:
                return

    async def _event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            event = self._http.next_event()
            while event is h11.NEED_DATA:
                data = await self._reader.read(_CHUNK)
                self._reading.bytes_read += len(data)
                if self._reading.bytes_read > self._bounds.bytes:
                    raise StreamFailure(Reason.TOO_LARGE, "more bytes came than are permitted")
                self._silent = self._silent and not data
                if not data and self._silent:
                    raise StreamFailure(Reason.REFUSED, "the camera closed the connection without an answer")
                self._http.receive_data(data)
                event = self._http.next_event()
        except h11.RemoteProtocolError:
            if self._reading.answered:
                raise StreamFailure(Reason.NO_MEDIA, "the picture breaks off") from None
            raise StreamFailure(Reason.NOT_A_STREAM, "what arrives is not HTTP within bounds") from None
        except OSError as error:
            if self._reading.answered:
                raise StreamFailure(Reason.NO_MEDIA, "the connection breaks off") from None
            raise connection_failure(error) from None
        return event


def _jpeg(data: bytes) -> bytes:
    """The one picture in these bytes, without what hides behind its end."""
    end = data.rfind(_END)
    if not data.startswith(_START):
        raise StreamFailure(Reason.NOT_A_STREAM, "the answer is no JPEG")
    if end < 0:
        raise StreamFailure(Reason.NO_MEDIA, "the picture breaks off")
    return data[: end + 2]


def _header_values(response: h11.Response, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in response.headers if key == name]


def _redirected(address: StreamAddress, locations: list[str]) -> StreamAddress:
    location = locations[0] if locations else ""
    try:
        target = StreamAddress.parse(address.origin + location if location.startswith("/") else location)
    except AddressError:
        target = None
    if target is None or target.origin != address.origin:
        raise StreamFailure(Reason.NOT_A_STREAM, "the camera redirects to another host")
    return target


@cache
def _context(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

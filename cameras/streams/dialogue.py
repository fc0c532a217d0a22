"""Requests and responses of one RTSP read: authentication, redirects, and what each status means."""

import re
from http import HTTPStatus

from cameras.enums import Reason
from cameras.streams.address import AddressError, StreamAddress
from cameras.streams.authentication import Authentication
from cameras.streams.failure import StreamFailure
from cameras.streams.interleaved import Response
from cameras.streams.request import Bounds, StreamRequest
from cameras.streams.resolution import IPAddress, dial
from cameras.streams.status import REDIRECTION, SUCCESS, failure_of
from cameras.streams.wire import Wire

AGENT = "TramGac/1"
FAREWELL = 0.25  # seconds for the answer to TEARDOWN

_ABSOLUTE = re.compile(r"rtsp[su]?://[^/?]*(.*)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}")
_SESSION = re.compile(r"[\x21-\x3a\x3c-\x7e]{1,256}")


class Dialogue:
    """One RTSP conversation with one checked IP address.

    Every URL in it names the host of the stream's address: what the camera writes into its own URLs beyond the
    path is not believed, be it a trap or, behind a router, just the camera's idea of its address.
    """

    def __init__(self, request: StreamRequest, bounds: Bounds, ips: list[IPAddress]) -> None:
        self._request = request
        self._bounds = bounds
        self._ips = ips
        self._authentication = Authentication(request.credentials, basic_allowed=request.basic_allowed)
        self._sequence = 0
        self._session = ""
        self._aggregate = ""
        self._dialled: Wire | None = None

    @property
    def wire(self) -> Wire:
        if self._dialled is None:
            raise RuntimeError("not connected")
        return self._dialled

    async def connect(self) -> None:
        sock = await dial(self._ips, self._request.address.port, self._bounds.seconds)
        self._dialled = Wire(sock, self._bounds)

    async def describe(self) -> tuple[bytes, str]:
        """The session description, and the URL that its relative URLs stand under."""
        url = self._request.address.url
        for _ in range(self._bounds.redirects + 1):
            response = await self._exchange("DESCRIBE", url, "Accept: application/sdp")
            if response.status // 100 != REDIRECTION:
                break
            url = self.redirected(response)
        else:
            raise StreamFailure(Reason.NOT_A_STREAM, "the camera redirects again and again")
        kind = response.header("content-type").partition(";")[0].strip().lower()
        if kind not in ("application/sdp", ""):
            raise StreamFailure(Reason.NOT_A_STREAM, "the description is not SDP")
        base = response.header("content-base") or response.header("content-location")
        self._aggregate = self.resolve(base, url) if base else url
        return response.body, self._aggregate

    async def set_up(self, url: str) -> int:
        """Ask for a stream within this connection; the channel that its packets come on."""
        response = await self._exchange("SETUP", url, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
        session = response.header("session").partition(";")[0].strip()
        if session and not _SESSION.fullmatch(session):
            raise StreamFailure(Reason.NOT_A_STREAM, "the session has an impossible name")
        self._session = session
        transport = response.header("transport").replace(" ", "").lower()
        if transport and "tcp" not in transport and "interleaved" not in transport:
            raise StreamFailure(Reason.UNSUPPORTED, "the camera does not send its stream within the connection")
        channels = re.search(r"interleaved=([0-9]{1,3})(?![0-9])", transport)
        return int(channels[1]) if channels else 0

    async def play(self, session_control: str) -> None:
        self._aggregate = self.resolve(session_control, self._aggregate)
        await self._exchange("PLAY", self._aggregate, "Range: npt=0.000-")

    async def leave(self) -> None:
        """End the session and close, waiting only a moment for the camera to agree."""
        if self._session and self._dialled is not None:
            await self._dialled.farewell(self._tear_down(), FAREWELL)
            self._session = ""
        self.close()

    def close(self) -> None:
        if self._dialled is not None:
            self._dialled.close(self._tear_down() if self._session else None)

    def _tear_down(self) -> bytes:
        return self._compose("TEARDOWN", self._aggregate)

    def resolve(self, control: str, base: str) -> str:
        """The URL of a control attribute or header: its path, always at the address's own host and port.

        A relative one is put behind its base as cameras mean it (not as RFC 3986 says), query and all.
        """
        absolute = _ABSOLUTE.fullmatch(control)
        origin = self._request.address.origin
        if control in ("", "*"):
            url = base
        elif absolute:
            url = origin + absolute[1]
        elif control.startswith("/"):
            url = origin + control
        else:
            url = f"{base.removesuffix('/')}/{control}"
        try:
            return StreamAddress.parse(url).url
        except AddressError:
            raise StreamFailure(Reason.NOT_A_STREAM, "the camera gives an impossible URL") from None

    def redirected(self, response: Response) -> str:
        """Where a redirection leads, if it stays at the same host and port."""
        try:
            target = StreamAddress.parse(response.header("location"))
        except AddressError:
            target = None
        own = self._request.address
        if target is None or (target.scheme, target.host, target.port) != (own.scheme, own.host, own.port):
            raise StreamFailure(Reason.NOT_A_STREAM, "the camera redirects to another host")
        return target.url

    async def _exchange(self, method: str, url: str, *headers: str) -> Response:
        """Ask and answer challenges until there is a success or, for DESCRIBE, a redirection."""
        patient = False
        while True:
            try:
                response = await self._ask(method, url, headers)
            except StreamFailure:
                if not (patient and self.wire.ended):
                    raise
                patient = False  # some close after a challenge without saying so: once, begin anew
                await self._reconnect()
                continue
            if response.status == HTTPStatus.UNAUTHORIZED:
                patient = True
                said = response.phrase + b" " + response.body
                self._authentication.challenged(response.headers.get("www-authenticate", []), said)
                if response.header("connection").lower() == "close":
                    await self._reconnect()
                continue
            self._authentication.accepted()
            kind = response.status // 100
            if kind == SUCCESS or (kind == REDIRECTION and method == "DESCRIBE"):
                return response
            raise failure_of(response.status, with_credentials=self._request.credentials is not None)

    async def _reconnect(self) -> None:
        spent = self.wire.bytes_read
        self.wire.close()
        await self.connect()
        self.wire.bytes_read = spent

    async def _ask(self, method: str, url: str, headers: tuple[str, ...]) -> Response:
        await self.wire.send(self._compose(method, url, *headers))
        while True:
            response = await self.wire.response()
            # Some cameras leave the number out; one that is lower answers a request of before.
            number = response.header("cseq")
            late = bool(_NUMBER.fullmatch(number)) and int(number) < self._sequence
            if response.status // 100 >= SUCCESS and not late:
                return response

    def _compose(self, method: str, url: str, *headers: str) -> bytes:
        self._sequence += 1
        authorization = self._authentication.header(method, url)
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self._sequence}", f"User-Agent: {AGENT}", *headers]
        if authorization is not None:
            lines.append(f"Authorization: {authorization}")
        if self._session:
            lines.append(f"Session: {self._session}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

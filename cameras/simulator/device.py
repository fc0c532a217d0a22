"""A camera that runs: its listeners, its connections, its fault, its judgement of passwords."""

import asyncio
import errno
import secrets
import socket
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from cameras.enums import StreamKind
from cameras.simulator import rtsp, web
from cameras.simulator.authentication import Scheme, challenge, permitted
from cameras.simulator.camera import SimulatedCamera
from cameras.simulator.faults import CLOSED, PICTURED, QUIET, Fault
from cameras.simulator.feed import Feed
from cameras.simulator.messages import Answer, MalformedError, Request
from cameras.simulator.recipe import Recipe, recipe
from cameras.simulator.studio import Studio

_WRONG_LOGINS = 3
"""After so many the fault `lockout` locks."""

Handler = Callable[["Device", StreamReader, StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Conduct:
    """What all cameras of a fleet have in common. A port of 0 leaves HTTP out."""

    rtsp_port: int = 8554
    http_port: int = 8580
    start: Literal["live", "keyframe"] = "live"
    """Whether media begin at once, in the middle of a group of pictures, or with the next keyframe."""
    lockout_seconds: float = 300.0
    drift_seconds: float = 600.0
    linger: float = 3.0
    """Seconds that an encoder runs on after its last viewer."""
    redirect_host: str = "127.78.0.1"
    """Where the fault `redirect` sends to: outside the fleet, nothing listens there."""


@dataclass(slots=True, eq=False)
class Device:
    """The running side of `camera`; `studio` makes its pictures."""

    camera: SimulatedCamera
    conduct: Conduct
    studio: Studio
    fault: Fault | None = field(init=False)
    playing: int = 0
    connections: set[StreamWriter] = field(default_factory=set)
    _fault_since: float = field(default_factory=time.time)
    _listeners: list[asyncio.Server] = field(default_factory=list)
    _nonce: str = field(default_factory=lambda: secrets.token_hex(16))
    _wrong_logins: int = 0
    _locked_until: float = 0.0

    def __post_init__(self) -> None:
        self.fault = self.camera.fault

    async def start(self) -> None:
        """Opens the listeners, unless the fault keeps them closed. Raises OSError with what to do."""
        if self.fault in CLOSED or self._listeners:
            return
        ports: list[tuple[int, Handler]] = [(self.conduct.rtsp_port, rtsp.serve)]
        if self.conduct.http_port:
            ports.append((self.conduct.http_port, web.serve))
        for port, handler in ports:
            self._listeners.append(await self._listen(port, handler))

    async def _listen(self, port: int, handler: Handler) -> asyncio.Server:
        async def connected(reader: StreamReader, writer: StreamWriter) -> None:
            self.connections.add(writer)
            try:
                await handler(self, reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, MalformedError):
                pass  # the client left, or is no client
            finally:
                self.connections.discard(writer)
                writer.close()

        try:
            # Made here: start_server itself passes over a socket that it could not open.
            listener = socket.create_server((self.camera.address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                advice = "another fleet is running: stop it, or choose another port"
            elif error.errno == errno.EMFILE:
                advice = "too many open files: raise `ulimit -n` (each camera takes 2), or run fewer cameras"
            else:
                advice = error.strerror or str(error)
            raise OSError(
                error.errno, f"Camera {self.camera.number} cannot listen on {self.camera.address}:{port}: {advice}."
            ) from error
        return await asyncio.start_server(connected, sock=listener)

    async def set_fault(self, fault: Fault | None) -> None:
        """Begins `fault`, or ends the present one with None; see QUIET for what happens to connections."""
        self.fault = fault
        self._fault_since = time.time()
        self._wrong_logins, self._locked_until = 0, 0.0
        if fault in CLOSED:
            self._close_listeners()
        else:
            await self.start()
        if fault not in QUIET:
            self.cut_connections()

    def stop(self) -> None:
        """Closes the listeners and cuts all connections."""
        self._close_listeners()
        self.cut_connections()

    def cut_connections(self) -> None:
        """Resets every connection, as when the power goes."""
        for writer in tuple(self.connections):
            writer.transport.abort()

    def _close_listeners(self) -> None:
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()

    def recipe(self, kind: StreamKind) -> Recipe:
        """What it shows now, apart from a clip."""
        return recipe(
            self.camera.view,
            kind,
            self.fault,
            since=self._fault_since,
            drift_seconds=self.conduct.drift_seconds,
        )

    def feed(self, kind: StreamKind) -> Feed:
        """The stream that it serves now: the clip where the fleet has one and no fault changes the picture."""
        if self.fault in PICTURED:
            return self.studio.live(self.recipe(kind))
        return self.studio.clip(self.camera.number) or self.studio.live(self.recipe(kind))

    async def jpeg(self) -> bytes:
        """The main stream's picture of now."""
        clip = None if self.fault in PICTURED else self.studio.clip(self.camera.number)
        return await self.studio.jpeg(clip or self.recipe(StreamKind.MAIN))

    def refusal(self, request: Request) -> Answer | None:
        """401 or 403 where the request does not prove the password; None where it does."""
        changed = self.fault in {Fault.PASSWORD, Fault.LOCKOUT}
        scheme = Scheme.DIGEST if changed and self.camera.scheme is Scheme.NONE else self.camera.scheme
        if time.monotonic() < self._locked_until:
            return Answer(403)
        authorization = request.headers.get("Authorization")
        if not changed and permitted(
            authorization,
            scheme=scheme,
            method=request.method,
            nonce=self._nonce,
            username=self.camera.username,
            password=self.camera.password,
        ):
            return None
        if self.fault is Fault.LOCKOUT and authorization is not None:
            self._wrong_logins += 1
            if self._wrong_logins >= _WRONG_LOGINS:
                self._wrong_logins = 0
                self._locked_until = time.monotonic() + self.conduct.lockout_seconds
        return Answer(401, {"WWW-Authenticate": challenge(scheme, self._nonce)})

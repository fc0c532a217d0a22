"""One RTSP connection: bytes in through the demultiplexer, requests out.

While messages are exchanged the event loop calls us when there is something to read. While media flows it does
not: the socket is emptied on a timer instead. A camera sends a hundred small segments a second, and waking up for
each costs several times what looking at it does; between two turns of the timer the kernel collects them for free.
"""

import asyncio
import socket
from contextlib import suppress

from cameras.enums import Reason
from cameras.streams.failure import StreamFailure
from cameras.streams.interleaved import NO_CHANNEL, Demultiplexer, PacketSink, Response
from cameras.streams.request import Bounds
from cameras.streams.resolution import connection_failure

TURN = 0.05  # seconds between two looks at a socket while media flows
SOON = 0.005  # when much came at once, more is on its way
MUCH = 48 * 1024  # bytes

# What arrives is taken apart before anything else runs, so that all connections of a thread's loop share one buffer;
# only the torn end of it, mostly less than a packet, is kept by each.
_BUFFER = bytearray(256 * 1024)
_VIEW = memoryview(_BUFFER)


class Wire:
    """A connected socket that speaks RTSP. Every failure of it is a StreamFailure; `close` it in any case."""

    __slots__ = ("_answered", "_bounds", "_loop", "_rest", "_sock", "_waiter", "bytes_read", "demultiplexer", "ended")

    def __init__(self, sock: socket.socket, bounds: Bounds) -> None:
        self._sock = sock
        self._bounds = bounds
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._waiter: asyncio.Future[None] | None = None
        self._answered = False
        self.bytes_read = 0
        self.ended = False  # by the other side
        self.demultiplexer = Demultiplexer(bounds)

    async def send(self, data: bytes) -> None:
        try:
            sent = self._sock.send(data)  # a request is small, and the socket's buffer empty
            if sent < len(data):
                await self._loop.sock_sendall(self._sock, data[sent:])
        except OSError as error:
            raise self._lost(error) from None

    async def response(self) -> Response:
        """The next response, in the order of arrival. Media before it goes to the sink, if it is set."""
        responses = self.demultiplexer.responses
        self._loop.add_reader(self._sock, self._readable)
        try:
            while not responses:
                self._waiter = self._loop.create_future()
                await self._waiter
        finally:
            self._loop.remove_reader(self._sock)
        self._answered = True
        return responses.pop(0)

    def _readable(self) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        try:
            self._receive()
        except Exception as error:  # noqa: BLE001 -- whoever waits is told
            waiter.set_exception(error)
        else:
            if self.demultiplexer.responses:
                waiter.set_result(None)

    def listen(self, channel: int, sink: PacketSink) -> None:
        """From now on, hand packets of this channel to the sink, until it is content."""
        demultiplexer = self.demultiplexer
        demultiplexer.channel, demultiplexer.sink, demultiplexer.complete = channel, sink, False

    async def media(self) -> None:
        """Return when the sink is content with what came."""
        delay = 0.0
        while not self.demultiplexer.complete:
            await asyncio.sleep(delay)
            try:
                delay = self._until_turn(SOON if self._receive() > MUCH else TURN)
            except StreamFailure:
                if not self.demultiplexer.complete:
                    raise

    def _until_turn(self, turn: float) -> float:
        """Seconds to the next turn. All connections keep step, so that one awakening of the loop serves them all."""
        left = turn - self._loop.time() % turn
        return (
            left if left > turn / 4 else left + turn
        )  # timers are coarse: one that rang early is not set again at once

    def _receive(self) -> int:
        """Take what one buffer holds of what has come, and no more: others wait for their turn. How many bytes it was.

        Raises StreamFailure if the connection has ended or brought more than is permitted.
        """
        kept = len(self._rest)
        _VIEW[:kept] = self._rest
        try:
            count = self._sock.recv_into(_VIEW[kept:])
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError as error:
            raise self._lost(error) from None
        if count == 0:
            raise self._lost(None)
        self.bytes_read += count
        self._consume(kept + count)
        if self.bytes_read > self._bounds.bytes and not self.demultiplexer.complete:
            raise StreamFailure(Reason.TOO_LARGE, "more bytes came than are permitted, and no keyframe in them")
        return count

    def _consume(self, end: int) -> None:
        try:
            taken = self.demultiplexer.consume(_BUFFER, end)
        except StreamFailure:
            if not self.demultiplexer.complete:
                raise
            taken = end  # what follows a whole picture cannot spoil it
        self._rest = bytes(_VIEW[taken:end])

    def _lost(self, error: OSError | None) -> StreamFailure:
        self.ended = True
        if self._answered:
            return StreamFailure(Reason.NO_MEDIA, "the camera closed the connection before a picture came")
        if error is not None:
            return connection_failure(error)
        return StreamFailure(Reason.REFUSED, "the camera closed the connection without an answer")

    async def farewell(self, request: bytes, seconds: float) -> None:
        """Send a last request and wait a little for its answer, so that the camera frees the session at once.

        Closing with unread media in the socket resets the connection, and the request could be lost with it.
        """
        self.demultiplexer.channel = NO_CHANNEL
        self.demultiplexer.responses.clear()
        with suppress(OSError, StreamFailure):  # the answer no longer matters; TimeoutError is an OSError
            self._sock.send(request)
            async with asyncio.timeout(seconds):
                delay = SOON
                while not self.demultiplexer.responses:
                    await asyncio.sleep(delay)
                    self._receive()
                    delay = TURN

    def close(self, last_words: bytes | None = None) -> None:
        """Close at once; `last_words` are sent if the socket takes them without waiting."""
        if self._sock.fileno() < 0:
            return
        if last_words is not None:
            with suppress(OSError):
                self._sock.send(last_words)
        self._sock.close()

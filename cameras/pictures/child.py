"""A decoding child as the worker sees it: asked for one picture at a time, and mistrusted."""

import asyncio
import os
import socket
from contextlib import suppress

from cameras.pictures.answer import MAX_ANSWER, MalformedAnswerError
from cameras.pictures.server import CODECS, LENGTH, REQUEST, STATUS

CHUNK = 256 * 1024
DISMISSAL_SECONDS = 1.0


class ServerLostError(Exception):
    """The server did not start, or is gone; no picture is to blame."""


class ChildDiedError(Exception):
    """The child ended without an answer. `exit_code` is minus the signal where one killed it."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class Child:
    """The worker's ends of what it shares with one child: memory for access units, and a stream."""

    def __init__(self, memory: int, stream: socket.socket) -> None:
        """Take over both; `stream` does not block."""
        self._memory = memory
        self._stream = stream
        self.served = 0

    async def ask(self, codec: str, access_unit: bytes, width: int | None) -> bytes:
        """Have one picture decoded and return the answer, unchecked but for its length.

        Raises ChildDiedError, ServerLostError, MalformedAnswerError. After any of them, or when
        cancelled, the child is of no more use.
        """
        loop = asyncio.get_running_loop()
        self.served += 1
        request = REQUEST.pack(CODECS.index(codec), width or 0, len(access_unit))
        try:
            os.pwrite(self._memory, access_unit, 0)
            await loop.sock_sendall(self._stream, request)
        except OSError:
            pass  # the child is gone, and the stream says how
        answer = bytearray()
        await self._read(answer, LENGTH.size)
        end = LENGTH.size + LENGTH.unpack_from(answer)[0]
        if end > MAX_ANSWER:
            raise MalformedAnswerError
        await self._read(answer, end)
        if len(answer) != end:
            raise MalformedAnswerError
        return bytes(answer[LENGTH.size :])

    async def _read(self, read: bytearray, size: int) -> None:
        """Read on until `size` bytes are there in all."""
        loop = asyncio.get_running_loop()
        while len(read) < size:
            try:
                chunk = await loop.sock_recv(self._stream, CHUNK)
            except ConnectionError as error:
                raise ServerLostError from error
            if not chunk:
                raise self._ended(read)
            read += chunk

    @staticmethod
    def _ended(read: bytearray) -> Exception:
        """What the end of the stream means: the server's word on a dead child, or not even that."""
        if len(read) < STATUS.size:
            return ServerLostError()
        (status,) = STATUS.unpack_from(read, len(read) - STATUS.size)
        return ChildDiedError(os.waitstatus_to_exitcode(status))

    async def dismiss(self) -> None:
        """Have the child end, and wait for it; TimeoutError where it does not go."""
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # it is gone already
            self._stream.shutdown(socket.SHUT_WR)
        try:
            async with asyncio.timeout(DISMISSAL_SECONDS):
                while await loop.sock_recv(self._stream, CHUNK):
                    pass
        except ConnectionError:
            pass
        finally:
            self.close()

    def close(self) -> None:
        """Let go of both ends."""
        if self._memory >= 0:
            os.close(self._memory)
            self._memory = -1
        self._stream.close()

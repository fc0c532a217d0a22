"""The decoder server as its worker sees it: started, asked, killed."""

import asyncio
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cameras.pictures.answer import MAX_ANSWER
from cameras.pictures.sandbox import OURS, START_SECONDS, confinement, python_command, sandboxed
from cameras.pictures.server import CODECS, READY, REQUEST, STATUS

CHUNK = 256 * 1024
NO_ENVIRONMENT: dict[str, str] = {}


class ServerLostError(Exception):
    """The server did not start, or is gone; no picture is to blame."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a child answered, and how it ended: its exit code, or minus the signal that killed it."""

    answer: bytes
    exit_code: int


@dataclass(frozen=True, slots=True)
class Program:
    """What the server runs: the `main()` of a module, with the folders to import from and to read."""

    module: str = "cameras.pictures.inside"
    folders: tuple[Path, ...] = (OURS.parent.parent,)
    readable: tuple[Path, ...] = (OURS,)


class DecoderProcess:
    """One decoder server, which belongs to the process that started it."""

    def __init__(self, program: Program) -> None:
        command = python_command(program.module, program.folders)
        if confinement().bubblewrap:
            command = sandboxed(command, program.readable)
        self._owner = os.getpid()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)  # noqa: FBT003 - its only argument
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # libav and Python inside would write what a camera sent
                env=NO_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
            )

    async def ready(self) -> None:
        """Wait until the server has imported what it needs; raise ServerLostError if it does not come up."""
        try:
            async with asyncio.timeout(START_SECONDS):
                word = await asyncio.get_running_loop().sock_recv(self._control, len(READY))
        except (TimeoutError, OSError) as error:
            raise ServerLostError from error
        if word != READY:
            raise ServerLostError

    async def ask(self, codec: str, access_unit: bytes, width: int | None) -> Ended:
        """Have one picture decoded and wait until its child is gone; one call at a time.

        Raises ServerLostError. When it is cancelled the child is still at work: kill the server.
        """
        loop = asyncio.get_running_loop()
        ours = self._send(codec, access_unit, width)
        with ours:
            answer = bytearray()
            while len(answer) <= MAX_ANSWER:
                try:
                    chunk = await loop.sock_recv(ours, CHUNK)
                except ConnectionError as error:
                    raise ServerLostError from error
                if not chunk:
                    break
                answer += chunk
        if len(answer) < STATUS.size:
            raise ServerLostError
        (status,) = STATUS.unpack_from(answer, len(answer) - STATUS.size)
        return Ended(bytes(answer[: -STATUS.size]), os.waitstatus_to_exitcode(status))

    def _send(self, codec: str, access_unit: bytes, width: int | None) -> socket.socket:
        """Hand the picture over; return the stream on which the answer comes."""
        request = os.memfd_create("access-unit")
        try:
            with open(request, "wb", buffering=0, closefd=False) as file:
                file.write(access_unit)
            ours, theirs = socket.socketpair()
            ours.setblocking(False)  # noqa: FBT003 - its only argument
            with theirs:
                message = REQUEST.pack(width or 0, CODECS.index(codec))
                try:
                    socket.send_fds(self._control, [message], [request, theirs.fileno()])
                except OSError as error:
                    ours.close()
                    raise ServerLostError from error
        finally:
            os.close(request)
        return ours

    def is_ours(self) -> bool:
        """Whether this process started it, and not the one that this one was forked from."""
        return self._owner == os.getpid()

    def kill(self) -> None:
        """End the server and the child it may have; what is in the sandbox goes down with it."""
        self._control.close()
        if self.is_ours():
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        else:
            self._process.returncode = 0  # it is our parent's to wait for

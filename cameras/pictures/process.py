"""The decoder server as its worker sees it: started, asked for children, killed."""

import asyncio
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cameras.pictures.child import Child, ServerLostError
from cameras.pictures.sandbox import OURS, START_SECONDS, confinement, python_command, sandboxed
from cameras.pictures.server import HIRE, READY

NO_ENVIRONMENT: dict[str, str] = {}


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

    def hire(self) -> Child:
        """A fresh child; the one before must be gone. Raises ServerLostError."""
        memory = os.memfd_create("access-unit")
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003 - its only argument
        child = Child(memory, ours)
        with theirs:
            try:
                socket.send_fds(self._control, [HIRE], [memory, theirs.fileno()])
            except OSError as error:
                child.close()
                raise ServerLostError from error
        return child

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

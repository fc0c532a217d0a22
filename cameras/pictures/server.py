"""The decoder server: imports libav once, then forks the children that decode.

It runs inside the sandbox and reads nothing that came from a camera. Each message on standard input
carries two descriptors, a memfd for access units and a stream, and asks for one child. The child
confines itself and then answers one request after another from the stream until it is closed. The
server waits until that child is gone and then writes how it ended behind the child's last words.
"""

import array
import gc
import os
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from cameras.pictures.answer import pack_picture, pack_refusal
from cameras.pictures.confinement import confine, die_with_parent
from cameras.pictures.picture import Picture, RefusedError

if TYPE_CHECKING:
    from cameras.enums import Codec

CODECS = ("h264", "h265", "jpeg")
CONTROL = 0
READY = b"ready"
HIRE = b"hire"
REQUEST = struct.Struct("!BHI")
"""Codec, width of the JPEG (0: native), and how many bytes of the memfd are the access unit."""
LENGTH = struct.Struct("!I")
STATUS = struct.Struct("!i")

Render = Callable[["Codec", bytes, int | None], Picture]


def serve(render: Render) -> None:
    """Give every message on standard input a child that answers requests with `render`."""
    die_with_parent()
    gc.collect()
    gc.disable()
    gc.freeze()  # a collection in a child would copy every page that holds an object
    control = socket.socket(fileno=CONTROL)
    control.send(READY)
    while descriptors := _receive(control):
        memory, stream = descriptors
        child = os.fork()
        if child == 0:
            _run(render, memory, stream)
        os.close(memory)
        _, status = os.waitpid(child, 0)
        try:
            _write(stream, STATUS.pack(status))
        except OSError:
            pass  # the worker does not wait for it any more
        finally:
            os.close(stream)


def _receive(control: socket.socket) -> list[int]:
    """The descriptors of the next message; none when the worker is gone."""
    descriptors = array.array("i")
    _, ancillary, _, _ = control.recvmsg(len(HIRE), socket.CMSG_SPACE(2 * descriptors.itemsize))
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    return list(descriptors)


def _run(render: Render, memory: int, stream: int) -> None:
    """Be the child: answer requests, then end."""
    try:
        os.close(CONTROL)
        confine()
        while len(request := os.read(stream, REQUEST.size)) == REQUEST.size:
            codec, width, size = REQUEST.unpack(request)
            answer = _rendered(render, CODECS[codec], os.pread(memory, size, 0), width or None)
            _write(stream, LENGTH.pack(len(answer)) + answer)
        os._exit(0)
    finally:
        os._exit(1)


def _rendered(render: Render, codec: str, access_unit: bytes, width: int | None) -> bytes:
    try:
        return pack_picture(render(cast("Codec", codec), access_unit, width))
    except RefusedError as refusal:
        return pack_refusal(refusal)
    except MemoryError:
        return pack_refusal(RefusedError("undecodable", "decoding takes more memory than is permitted"))
    except Exception as error:  # noqa: BLE001 - whatever it was is told to the worker, which ends this child
        return pack_refusal(RefusedError("our_fault", f"decoding failed with {type(error).__name__}"))


def _write(descriptor: int, data: bytes) -> None:
    """Write all of it; `write` is the only system call the child has left for that."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]

"""The decoder server: imports libav once, then forks a fresh child for every picture.

It runs inside the sandbox and reads nothing that came from a camera. A request is one message on
standard input with two descriptors: the access unit (a memfd) and the stream for the answer. The child
confines itself, reads, answers and ends; the server adds how it ended, once it is gone. So a child
can neither see another camera's picture nor answer for one, whatever a hostile stream makes of it.
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

REQUEST = struct.Struct("!HB")
CODECS = ("h264", "h265", "jpeg")
STATUS = struct.Struct("!i")
READY = b"ready"
CONTROL = 0

Render = Callable[["Codec", bytes, int | None], Picture]


def serve(render: Render) -> None:
    """Answer requests on standard input with `render`, each in a child of its own."""
    die_with_parent()
    gc.collect()
    gc.disable()
    gc.freeze()  # a collection in the child would copy every page that holds an object
    control = socket.socket(fileno=CONTROL)
    control.send(READY)
    while True:
        message, descriptors = _receive(control)
        if not message:
            return
        width, codec = REQUEST.unpack(message)
        _answer(render, CODECS[codec], width or None, *descriptors)


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    """One request and its descriptors; an empty message when the worker is gone."""
    descriptors = array.array("i")
    message, ancillary, _, _ = control.recvmsg(REQUEST.size, socket.CMSG_SPACE(2 * descriptors.itemsize))
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    return message, list(descriptors)


def _answer(render: Render, codec: str, width: int | None, request: int, answer: int) -> None:
    child = os.fork()
    if child == 0:
        try:
            os.close(CONTROL)
            confine()
            _write(answer, _rendered(render, codec, os.pread(request, os.lseek(request, 0, os.SEEK_END), 0), width))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(request)
    _, status = os.waitpid(child, 0)
    try:
        _write(answer, STATUS.pack(status))
    except OSError:
        pass  # the worker no longer waits for this picture
    finally:
        os.close(answer)


def _rendered(render: Render, codec: str, access_unit: bytes, width: int | None) -> bytes:
    try:
        return pack_picture(render(cast("Codec", codec), access_unit, width))
    except RefusedError as refusal:
        return pack_refusal(refusal)
    except MemoryError:
        return pack_refusal(RefusedError("undecodable", "decoding takes more memory than is permitted"))
    except Exception as error:  # noqa: BLE001 - the child ends here; whatever it was is told to the worker
        return pack_refusal(RefusedError("our_fault", f"decoding failed with {type(error).__name__}"))


def _write(descriptor: int, data: bytes) -> None:
    """Write all of it; `write` is the only system call the child has left for that."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]

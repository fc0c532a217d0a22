"""What runs in the sandbox: the decoder server with libav, warmed up."""

from typing import TYPE_CHECKING, cast

import av.logging

from cameras.pictures.confinement import libc
from cameras.pictures.render import render
from cameras.pictures.server import serve
from cameras.pictures.specimens import SPECIMENS

if TYPE_CHECKING:
    from cameras.enums import Codec

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT, FROM_HEAP = 64 * 1024 * 1024, 32 * 1024 * 1024


def main() -> None:
    """Serve until the worker goes away."""
    av.logging.set_level(None)
    # A child keeps the memory of one picture for the next: without it, page faults take a tenth of the time.
    libc.mallopt(M_MMAP_THRESHOLD, FROM_HEAP)
    libc.mallopt(M_TRIM_THRESHOLD, KEPT)
    for codec, access_unit in SPECIMENS.items():
        render(cast("Codec", codec), access_unit, None)  # what libav and numpy set up once is set up here
    serve(render)

"""What runs in the sandbox: the decoder server with libav, warmed up."""

from typing import TYPE_CHECKING, cast

import av.logging

from cameras.pictures.render import render
from cameras.pictures.server import serve
from cameras.pictures.specimens import SPECIMENS

if TYPE_CHECKING:
    from cameras.enums import Codec


def main() -> None:
    """Serve until the worker goes away."""
    av.logging.set_level(None)
    for codec, access_unit in SPECIMENS.items():
        render(cast("Codec", codec), access_unit, None)  # what libav and numpy set up once is set up here
    serve(render)

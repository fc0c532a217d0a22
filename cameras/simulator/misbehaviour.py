"""Faults that spare a camera any real answer, the same in RTSP and HTTP."""

import asyncio
import itertools
import os
from asyncio import StreamReader, StreamWriter

from cameras.simulator.faults import Fault
from cameras.simulator.messages import Answer

HTML = b"<!DOCTYPE html><html><head><title>IP Camera</title></head><body>Please sign in.</body></html>"
_DRIP = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nX-Padding: "


async def misbehave(
    fault: Fault | None, reader: StreamReader, writer: StreamWriter, *, elsewhere: str
) -> Answer | None:
    """Acts `fault` out in place of an answer, until the client leaves where that is the fault.

    None: this fault lets the camera answer normally. `elsewhere` is where a redirect leads. An answer's
    connection is to be closed after it; the answer has no RTSP header besides.
    """
    if fault is Fault.HANG:
        while await reader.read(4096):
            pass
    elif fault is Fault.RUBBISH_TCP:
        while True:
            writer.write(os.urandom(4096))
            await writer.drain()
            await asyncio.sleep(0.1)
    elif fault is Fault.DRIP:
        for byte in itertools.chain(_DRIP, itertools.repeat(ord("x"))):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)
    elif fault is Fault.HTML:
        return Answer(200, {"Content-Type": "text/html"}, HTML)
    elif fault is Fault.REDIRECT:
        return Answer(302, {"Location": elsewhere})
    else:
        return None
    raise ConnectionResetError

"""A camera's HTTP side: /snapshot.jpg and /mjpeg."""

import asyncio
import os
from asyncio import StreamReader, StreamWriter
from typing import TYPE_CHECKING

from cameras.simulator.faults import Fault
from cameras.simulator.feed import HUGE
from cameras.simulator.messages import Answer, Request, read_request
from cameras.simulator.misbehaviour import misbehave
from cameras.simulator.studio import PICTURES_PER_SECOND

if TYPE_CHECKING:
    from cameras.simulator.device import Device

_PROTOCOL = "HTTP/1.1"
_MOST_BACKLOG = 2 * 1024 * 1024
_BOUNDARY = "picture"


async def serve(device: "Device", reader: StreamReader, writer: StreamWriter) -> None:
    """Serves one connection until it ends."""
    elsewhere = f"http://{device.conduct.redirect_host}:{device.conduct.http_port}/snapshot.jpg"
    while not writer.is_closing():
        if device.fault is Fault.HANG:
            await misbehave(device.fault, reader, writer, elsewhere=elsewhere)
        request = await read_request(reader)
        wrong = await misbehave(device.fault, reader, writer, elsewhere=elsewhere)
        answer = wrong or _refusal(device, request)
        if answer is None and request.path == "/mjpeg":
            await _stream(device, reader, writer)
            return
        if answer is None:
            answer = Answer(200, {"Content-Type": "image/jpeg"}, await _picture(device))
        data = answer.encode(_PROTOCOL)
        if device.fault is Fault.SILENT and answer.body:
            data = data.removesuffix(answer.body)
        writer.write(data)
        await writer.drain()
        if wrong:
            return


def _refusal(device: "Device", request: Request) -> Answer | None:
    if request.method != "GET":
        return Answer(405, {"Allow": "GET"})
    if refusal := device.refusal(request):
        return refusal
    if device.fault is Fault.NOSTREAM or request.path not in {"/snapshot.jpg", "/mjpeg"}:
        return Answer(404)
    if device.fault is Fault.SESSIONS:
        return Answer(503)
    return None


async def _stream(device: "Device", reader: StreamReader, writer: StreamWriter) -> None:
    """Sends pictures until the client leaves."""
    writer.write(
        f"{_PROTOCOL} 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary={_BOUNDARY}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n".encode()
    )
    gone = asyncio.create_task(reader.read())
    device.playing += 1
    try:
        while not gone.done():
            if device.fault not in {Fault.SILENT, Fault.HANG}:
                body = await _picture(device)
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
                if writer.transport.get_write_buffer_size() > _MOST_BACKLOG:
                    writer.transport.abort()
                    return
                writer.write(head.encode() + body + b"\r\n")
            await asyncio.wait([gone], timeout=1 / PICTURES_PER_SECOND)
    finally:
        device.playing -= 1
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)


async def _picture(device: "Device") -> bytes:
    body = await device.jpeg()
    if device.fault is Fault.RUBBISH:
        return os.urandom(len(body))
    if device.fault is Fault.HUGE:
        return _resized(body)
    return body


def _resized(body: bytes) -> bytes:
    """The JPEG with HUGE x HUGE in its baseline frame header (SOF0)."""
    at = body.index(b"\xff\xc0") + 5
    size = HUGE.to_bytes(2, "big")
    return body[:at] + size + size + body[at + 4 :]

"""RTSP 1.0 with RTP interleaved in its TCP connection (RFC 2326), as a camera serves it."""

import secrets
import time
from asyncio import StreamReader, StreamWriter
from typing import TYPE_CHECKING

from cameras.enums import StreamKind
from cameras.simulator.faults import Fault
from cameras.simulator.feed import Feed
from cameras.simulator.messages import Answer, Request, read_request
from cameras.simulator.misbehaviour import misbehave
from cameras.simulator.rtp import Unit, sender_report, with_random_payload
from cameras.simulator.sdp import TRACK

if TYPE_CHECKING:
    from cameras.simulator.device import Device

PATHS = {"/main": StreamKind.MAIN, "/sub": StreamKind.SUB}
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
_PROTOCOL = "RTSP/1.0"
_MOST_BACKLOG = 2 * 1024 * 1024
"""Bytes that may wait for a client before it is dropped; several of the largest access units."""
_REPORT_SECONDS = 5.0


async def serve(device: "Device", reader: StreamReader, writer: StreamWriter) -> None:
    """Serves one connection until it ends."""
    session = Session(device, writer)
    elsewhere = f"rtsp://{device.conduct.redirect_host}:{device.conduct.rtsp_port}/main"
    try:
        while not writer.is_closing():
            if device.fault is Fault.HANG:
                await misbehave(device.fault, reader, writer, elsewhere=elsewhere)
            request = await read_request(reader)
            if wrong := await misbehave(device.fault, reader, writer, elsewhere=elsewhere):
                protocol = "HTTP/1.1" if device.fault is Fault.HTML else _PROTOCOL
                wrong.headers = {"CSeq": request.headers.get("CSeq", "0")} | wrong.headers
                writer.write(wrong.encode(protocol))
                return
            answer = await session.answer(request)
            answer.headers = {"CSeq": request.headers.get("CSeq", "0")} | answer.headers
            writer.write(answer.encode(_PROTOCOL))
            if request.method == "TEARDOWN":
                return
            if request.method == "PLAY" and answer.status == 200:  # noqa: PLR2004 - OK
                session.begin()
    finally:
        session.end()


class Session:
    """One client's way from OPTIONS to media."""

    def __init__(self, device: "Device", writer: StreamWriter) -> None:
        self._device = device
        self._writer = writer
        self._id = ""
        self._feed: Feed | None = None
        self._playing = False
        self._awaits_keyframe = device.conduct.start == "keyframe" and device.fault is not Fault.STALL
        self._packets = self._payload_bytes = 0
        self._next_report = 0.0

    async def answer(self, request: Request) -> Answer:
        """The camera's answer, without CSeq."""
        if request.method == "OPTIONS":
            return Answer(200, {"Public": _METHODS})
        if refusal := self._device.refusal(request):
            return refusal
        match request.method:
            case "DESCRIBE":
                return await self._describe(request)
            case "SETUP":
                return self._setup(request)
            case "PLAY" | "GET_PARAMETER" | "SET_PARAMETER" | "TEARDOWN":
                return self._within_session(request)
        return Answer(405, {"Allow": _METHODS})

    def _within_session(self, request: Request) -> Answer:
        if not self._id or request.headers.get("Session", self._id).partition(";")[0].strip() != self._id:
            return Answer(454)
        return self._play(request) if request.method == "PLAY" else Answer(200, {"Session": self._id})

    async def _describe(self, request: Request) -> Answer:
        if self._device.fault is Fault.SESSIONS and self._device.camera.number % 2 == 0:
            return Answer(503)
        feed = self._found(request)
        if feed is None:
            return Answer(404)
        description = await feed.description()
        headers = {"Content-Base": request.target.rstrip("/") + "/", "Content-Type": "application/sdp"}
        return Answer(200, headers, description.sdp(self._device.camera.address))

    def _setup(self, request: Request) -> Answer:
        if self._playing:
            return Answer(455)
        if self._device.fault is Fault.SESSIONS:
            return Answer(453)
        feed = self._found(request)
        if feed is None:
            return Answer(404)
        offers = request.headers.get("Transport", "").split(",")
        if not any(offer.strip().upper().startswith("RTP/AVP/TCP") for offer in offers):
            return Answer(461)
        self._feed = feed
        self._id = secrets.token_hex(4)
        transport = f"RTP/AVP/TCP;unicast;interleaved=0-1;ssrc={feed.ssrc:08X};mode=play"
        return Answer(200, {"Transport": transport, "Session": f"{self._id};timeout=60"})

    def _play(self, request: Request) -> Answer:
        headers = {"Session": self._id, "Range": "npt=now-"}
        if self._feed is not None and not self._playing:
            sequence, timestamp = self._feed.subscribe(self)
            url = f"{request.target.rstrip('/')}/{TRACK}"
            # Whoever waits for a keyframe cannot know yet where it will begin.
            where = "" if self._awaits_keyframe else f";seq={sequence};rtptime={timestamp}"
            headers["RTP-Info"] = f"url={url}{where}"
        return Answer(200, headers)

    def _found(self, request: Request) -> Feed | None:
        path = request.path.rstrip("/").removesuffix(f"/{TRACK}").rstrip("/")
        kind = PATHS.get(path)
        return None if kind is None or self._device.fault is Fault.NOSTREAM else self._device.feed(kind)

    def begin(self) -> None:
        """Counts the client as playing."""
        if not self._playing:
            self._playing = True
            self._device.playing += 1

    def end(self) -> None:
        """Leaves the feed."""
        if self._feed is not None:
            self._feed.unsubscribe(self)
        if self._playing:
            self._playing = False
            self._device.playing -= 1

    def deliver(self, unit: Unit, captured: float) -> None:
        """Writes the access unit; drops a client that does not take what it asked for."""
        fault = self._device.fault
        if fault is Fault.SILENT or fault is Fault.HANG or (self._awaits_keyframe and not unit.keyframe):
            return
        self._awaits_keyframe = False
        transport = self._writer.transport
        if transport.get_write_buffer_size() > _MOST_BACKLOG:
            transport.abort()
            return
        data = with_random_payload(unit.data) if fault is Fault.RUBBISH else unit.data
        if (now := time.monotonic()) >= self._next_report:
            self._next_report = now + _REPORT_SECONDS
            data = self._report(unit, captured) + data
        self._packets += unit.packets
        self._payload_bytes += unit.payload_bytes
        transport.write(data)

    def _report(self, unit: Unit, captured: float) -> bytes:
        return sender_report(
            ssrc=int.from_bytes(unit.data[12:16], "big"),
            wall=captured,
            timestamp=unit.timestamp,
            packets=self._packets,
            payload_bytes=self._payload_bytes,
        )

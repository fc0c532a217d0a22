"""Servers of a few lines that say exactly what a test tells them to, on the loopback interface."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from cameras.streams.address import Credentials, NetworkPolicy, StreamAddress
from cameras.streams.reader import StreamRequest

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

LOOPBACK = NetworkPolicy((), loopback_allowed=True)


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[int]:
    """Run the script for each connection; the port."""

    async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has left, or the test is over
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()

    server = await asyncio.start_server(run, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def request_to(
    port: int,
    path: str = "/live",
    *,
    scheme: str = "rtsp",
    user: str = "",
    password: str = "",
    basic_allowed: bool = True,
) -> StreamRequest:
    credentials = Credentials(user, password) if user else None
    address = StreamAddress(scheme, "127.0.0.1", port, path)
    return StreamRequest(address, LOOPBACK, credentials, basic_allowed)


def interleaved(packet: bytes, channel: int = 0) -> bytes:
    return b"$" + bytes((channel,)) + len(packet).to_bytes(2, "big") + packet


def sdp(rtpmap: str = "H264/90000", control: str = "trackID=1", *more: str) -> bytes:
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", "t=0 0", "m=audio 0 RTP/AVP 8", "a=control:trackID=9"]
    lines += ["m=video 0 RTP/AVP 96", f"a=rtpmap:96 {rtpmap}", f"a=control:{control}", *more]
    return "\r\n".join([*lines, ""]).encode()


@dataclass
class Answer:
    """One response. Headers come after CSeq, which is the request's unless `sequence` says otherwise."""

    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    body: bytes = b""
    before: bytes = b""  # sent ahead of it
    after: bytes = b""
    sequence: str | None = None
    close: bool = False

    def encode(self, sequence: str) -> bytes:
        number = sequence if self.sequence is None else self.sequence
        lines = [f"RTSP/1.0 {self.status}", *([f"CSeq: {number}"] if number else []), *self.headers]
        lines += [f"Content-Length: {len(self.body)}"] if self.body else []
        return self.before + ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + self.body + self.after


@dataclass
class ScriptedCamera:
    """A camera that plays `media` after PLAY. `answers` holds what it says instead, by method, one after the other.

    With `digest` (an algorithm) or `basic`, it wants the user "cam" with the password "right".
    """

    media: bytes = b""
    description: bytes = field(default_factory=sdp)
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    digest: str = ""
    qop: str = ""
    basic: bool = False
    requests: list[str] = field(default_factory=list)
    connections: int = 0
    later: bytes = b""  # more media, a moment after
    hold: bool = True  # stay silent after the media; else close

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(head)
            method = head.partition(" ")[0]
            sequence = re.search(r"CSeq: (\d+)", head)
            answer = self.answer(method, head)
            writer.write(answer.encode(sequence[1] if sequence else ""))
            await writer.drain()
            if answer.close or method == "TEARDOWN":
                return
            if method == "PLAY" and answer.status.startswith("200"):
                writer.write(self.media)
                await writer.drain()
                if self.later:
                    await asyncio.sleep(0.2)
                    writer.write(self.later)
                    await writer.drain()
                if not self.hold:
                    return

    def answer(self, method: str, head: str) -> Answer:
        if self.answers.get(method):
            return self.answers[method].pop(0)
        if (self.digest or self.basic) and not self.let_in(method, head):
            return Answer("401 Unauthorized", self.challenges())
        if method == "DESCRIBE":
            return Answer(headers=("Content-Type: application/sdp",), body=self.description)
        if method == "SETUP":
            return Answer(headers=("Session: 12345;timeout=60", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"))
        return Answer()

    def challenges(self) -> tuple[str, ...]:
        offered = ['WWW-Authenticate: Basic realm="camera"'] if self.basic else []
        if self.digest:
            qop = f', qop="{self.qop}"' if self.qop else ""
            algorithm = "" if self.digest == "MD5" else f", algorithm={self.digest}"
            offered.append(
                f'WWW-Authenticate: Digest realm="a \\"camera\\"", nonce="n0nce", opaque="o"{qop}{algorithm}'
            )
        return tuple(offered)

    def let_in(self, method: str, head: str) -> bool:
        header = re.search(r"Authorization: (\w+) (.*)\r", head)
        if header is None:
            return False
        if header[1] == "Basic":
            return self.basic and header[2] == "Y2FtOnJpZ2h0"
        given = {
            key: quoted or plain
            for key, quoted, plain in re.findall(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^",\s]+))', header[2])
        }
        uri = head.split(" ")[1]

        def hashed(text: str) -> str:
            return hashlib.new({"MD5": "md5", "SHA-256": "sha256"}[self.digest], text.encode()).hexdigest()

        secret = hashed('cam:a "camera":right')
        middle = f"n0nce:{given['nc']}:{given['cnonce']}:auth" if self.qop else "n0nce"
        right = hashed(f"{secret}:{middle}:{hashed(f'{method}:{uri}')}")
        return (
            bool(given["response"] == right)
            and given["uri"] == uri
            and given["username"] == "cam"
            and given["opaque"] == "o"
        )

    def methods(self) -> list[str]:
        return [head.partition(" ")[0] for head in self.requests]

"""A plain RTSP client that shows everything as it is on the wire."""

import asyncio
import hashlib
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cameras.simulator.camera import PASSWORD
from cameras.simulator.fleet import Fleet


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Packet:
    channel: int
    data: bytes

    @property
    def marker(self) -> bool:
        return bool(self.data[1] & 0x80)

    @property
    def sequence(self) -> int:
        return int.from_bytes(self.data[2:4], "big")

    @property
    def timestamp(self) -> int:
        return int.from_bytes(self.data[4:8], "big")

    @property
    def payload(self) -> bytes:
        return self.data[12:]


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, password: str) -> None:
        self.reader, self.writer, self.url, self.password = reader, writer, url, password
        self.challenge: str | None = None
        self.cseq = 0

    async def raw(self, method: str, url: str, extra: dict[str, str] | None = None) -> Reply:
        self.cseq += 1
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self.cseq}"]
        lines += [f"{name}: {value}" for name, value in (extra or {}).items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        headers = dict(line.split(": ", 1) for line in rest)
        body = await self.reader.readexactly(int(headers.get("Content-Length", 0)))
        return Reply(int(first.split(" ")[1]), headers, body)

    async def ask(self, method: str, url: str | None = None, **extra: str) -> Reply:
        url = url or self.url
        reply = await self.raw(method, url, extra | self.authorization(method, url))
        if reply.status == 401 and self.challenge is None:
            self.challenge = reply.headers["WWW-Authenticate"]
            reply = await self.raw(method, url, extra | self.authorization(method, url))
        return reply

    def authorization(self, method: str, url: str) -> dict[str, str]:
        if self.challenge is None:
            return {}
        realm, nonce = re.findall(r'realm="(.*?)", nonce="(.*?)"', self.challenge)[0]
        secret, request = md5(f"viewer:{realm}:{self.password}"), md5(f"{method}:{url}")
        response = md5(f"{secret}:{nonce}:{request}")
        proof = f'username="viewer", realm="{realm}", nonce="{nonce}", uri="{url}", response="{response}"'
        return {"Authorization": f"Digest {proof}"}

    async def play(self) -> Reply:
        """From DESCRIBE to PLAY; the answer to PLAY, which must succeed."""
        assert (await self.ask("DESCRIBE")).status == 200
        setup = await self.ask("SETUP", f"{self.url}/trackID=1", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
        assert setup.status == 200
        play = await self.ask("PLAY", Session=setup.headers["Session"].split(";")[0])
        assert play.status == 200
        return play

    async def packet(self) -> Packet:
        magic = await self.reader.readexactly(4)
        assert magic[0] == ord("$")
        return Packet(magic[1], await self.reader.readexactly(int.from_bytes(magic[2:], "big")))

    async def packets(self, seconds: float) -> list[Packet]:
        """What comes within so many seconds."""
        received: list[Packet] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    received.append(await self.packet())
        except TimeoutError:
            return received


@asynccontextmanager
async def connected(fleet: Fleet, number: int, path: str = "/main", password: str = PASSWORD) -> AsyncIterator[Client]:
    url = fleet.rtsp_url(number, path)
    reader, writer = await asyncio.open_connection(fleet.device(number).camera.address, fleet.conduct.rtsp_port)
    try:
        yield Client(reader, writer, url, password)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


PROJECT = Path(__file__).parents[3]


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    """A program that has ended, with what it wrote."""
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)

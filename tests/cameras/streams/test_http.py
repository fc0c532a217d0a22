import asyncio
import hashlib
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cameras.enums import Codec, Reason
from cameras.streams.reader import Bounds, Keyframe, StreamFailure, read_keyframe
from tests.cameras.streams.footage import decoded_size, jpeg
from tests.cameras.streams.scripted import request_to

JPEG = jpeg()


def reply(body: bytes = b"", *headers: str, status: str = "200 OK", sized: bool = True) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, *([f"Content-Length: {len(body)}"] if sized else [])]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


SNAPSHOT = reply(JPEG, "Content-Type: image/jpeg")


@dataclass
class WebCamera:
    """Answers each connection with the next of its replies; the last one for ever."""

    replies: list[bytes]
    hold: bool = False
    pause: float = 0.0  # before the second half
    requests: list[str] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
        data = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        writer.write(data[: len(data) // 2])
        await asyncio.sleep(self.pause)
        writer.write(data[len(data) // 2 :])
        await writer.drain()
        if self.hold:
            await reader.read()


@asynccontextmanager
async def serving(camera: Any, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:  # noqa: ANN401 -- any script
    async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await camera(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has left, or the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(run, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0)


async def read(camera: Any, *, bounds: Bounds | None = None, measure: float = 0.0, **login: Any) -> Keyframe:  # noqa: ANN401 - any script
    async with serving(camera) as port:
        request = request_to(port, "/snap?x=1", scheme="http", **login)
        return await read_keyframe(request, bounds=bounds or Bounds(), measure_seconds=measure)


async def reason_of(camera: Any, **more: Any) -> Reason:  # noqa: ANN401 -- any script
    with pytest.raises(StreamFailure) as caught:
        await read(camera, **more)
    return caught.value.reason


def chunked(body: bytes) -> bytes:
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        SNAPSHOT,
        reply(JPEG, "Content-Type: image/jpeg", sized=False),
        reply(chunked(JPEG), "content-type: image/jpeg", "Transfer-Encoding: chunked", sized=False),
        reply(JPEG, "Content-Type: application/octet-stream"),
        reply(JPEG),
        reply(JPEG + b"\r\n<script>alert(1)</script>", "Content-Type: image/jpeg"),
        b"HTTP/1.0 200 OK\nContent-Type: image/jpeg\n\n" + JPEG,
        b"HTTP/1.1 100 Continue\r\n\r\n" + SNAPSHOT,
    ],
)
async def test_a_snapshot_is_read(data: bytes) -> None:
    camera = WebCamera([data])
    keyframe = await read(camera)
    assert (keyframe.codec, keyframe.access_unit) == (Codec.JPEG, JPEG)
    assert decoded_size(Codec.JPEG, keyframe.access_unit) == (320, 240)
    assert keyframe.bytes_read == len(data)
    assert keyframe.fps is None
    [head] = camera.requests
    assert head.startswith("GET /snap?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert "Authorization" not in head


def mjpeg(*headers: str, boundary: str = "--frame", count: int = 1) -> bytes:
    part = "\r\n".join([boundary, *headers, "", ""]).encode() + JPEG + b"\r\n"
    return part * count + boundary.encode() + b"\r\n"


MULTIPART = "Content-Type: multipart/x-mixed-replace; boundary="


@pytest.mark.parametrize(
    "data",
    [
        reply(mjpeg("Content-Type: image/jpeg", f"Content-Length: {len(JPEG)}"), MULTIPART + "frame", sized=False),
        reply(mjpeg("Content-Type: image/jpeg"), MULTIPART + "--frame", sized=False),
        reply(mjpeg(f"content-length: {len(JPEG)}"), MULTIPART + '"frame"', sized=False),
        reply(b"a preamble\r\n" + mjpeg("A: b"), MULTIPART + "frame;x=y", sized=False),
        reply(chunked(mjpeg("A: b")), MULTIPART + "frame", "Transfer-Encoding: chunked", sized=False),
    ],
)
async def test_the_first_picture_of_mjpeg_is_read(data: bytes) -> None:
    keyframe = await read(WebCamera([data], hold=True))
    assert (keyframe.codec, keyframe.access_unit) == (Codec.JPEG, JPEG)


async def test_the_rate_of_mjpeg_is_measured() -> None:
    async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply(b"", MULTIPART + "frame", sized=False))
        while not writer.is_closing():
            writer.write(mjpeg(f"Content-Length: {len(JPEG)}")[:-9])
            await writer.drain()
            await asyncio.sleep(0.05)

    keyframe = await read(stream, measure=0.8)
    assert keyframe.fps is not None
    assert 2 < keyframe.fps < 25


HTML = reply(b"<html>", "Content-Type: text/html")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (HTML, Reason.NOT_A_STREAM),
        (reply(b"<html>" * 99_999, "Content-Type: image/jpeg", sized=False), Reason.NOT_A_STREAM),
        (reply(b"", "Content-Type: image/jpeg"), Reason.NOT_A_STREAM),
        (reply(b"x", "Content-Type: multipart/x-mixed-replace"), Reason.NOT_A_STREAM),
        (reply(b"x" * 9999, MULTIPART + "frame"), Reason.NOT_A_STREAM),
        (reply(b"--frame\r\n" + b"X: y\r\n" * 2000, MULTIPART + "frame"), Reason.NOT_A_STREAM),
        (reply(b"--frame\r\n\r\n<html>--frame", MULTIPART + "frame"), Reason.NOT_A_STREAM),
        (reply(b"--frame\r\nContent-Length: 99999999\r\n\r\n", MULTIPART + "frame"), Reason.TOO_LARGE),
        (reply(b"--frame\r\n\r\n" + JPEG, MULTIPART + "frame"), Reason.NO_MEDIA),
        (reply(JPEG[:-400], "Content-Type: image/jpeg"), Reason.NO_MEDIA),
        (SNAPSHOT[:-400], Reason.NO_MEDIA),
        (b"RTSP/1.0 400 Bad Request\r\n\r\n", Reason.NOT_A_STREAM),
        (b"-ERR what\r\n", Reason.NOT_A_STREAM),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 16_384 + b"\r\n\r\n", Reason.NOT_A_STREAM),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 16_384, Reason.NOT_A_STREAM),
        (reply(JPEG, *["X: y"] * 70), Reason.NOT_A_STREAM),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", Reason.NOT_A_STREAM),
        (b"", Reason.REFUSED),
        (reply(status="404 Not Found"), Reason.NO_SUCH_STREAM),
        (reply(status="403 Forbidden"), Reason.AUTHENTICATION),
        (reply(status="423 Locked"), Reason.LOCKED_OUT),
        (reply(status="503 Busy"), Reason.TOO_MANY_SESSIONS),
        (reply(status="500 Oops"), Reason.NO_MEDIA),
    ],
    ids=lambda value: ascii(value[:60]),
)
async def test_what_is_no_picture_is_told_apart(data: bytes, reason: Reason) -> None:
    assert await reason_of(WebCamera([data])) is reason


async def test_bounds_hold() -> None:
    large = reply(JPEG[:-2] + bytes(200_000), "Content-Type: image/jpeg", sized=False)
    parts = reply(b"--frame\r\n\r\n" + JPEG[:-2] + bytes(200_000), MULTIPART + "frame", sized=False)
    for data in (large, parts):
        assert await reason_of(WebCamera([data]), bounds=Bounds(bytes=100_000)) is Reason.TOO_LARGE
        assert await reason_of(WebCamera([data]), bounds=Bounds(access_unit=100_000)) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", Reason.TIMEOUT), (b"HTTP/1", Reason.TIMEOUT), (SNAPSHOT[:-400], Reason.NO_MEDIA)]
)
async def test_silence_ends_at_the_deadline(data: bytes, reason: Reason) -> None:
    assert await reason_of(WebCamera([data], hold=True), bounds=Bounds(seconds=0.3)) is reason


DIGEST = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'
BASIC = 'WWW-Authenticate: Basic realm="r"'
LOGIN: dict[str, Any] = {"user": "cam", "password": "right"}


def unauthorized(*headers: str, body: bytes = b"", status: str = "401 Unauthorized") -> bytes:
    return reply(body, *headers, status=status)


async def test_digest_is_preferred_and_right() -> None:
    camera = WebCamera([unauthorized(BASIC, DIGEST), SNAPSHOT])
    await read(camera, **LOGIN)
    first, second = camera.requests
    assert "Authorization" not in first
    given = dict(re.findall(r'(\w+)="?([^",\s]+)', second.partition("Authorization: Digest ")[2]))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    middle = f"n:{given['nc']}:{given['cnonce']}:auth"
    assert given["response"] == md5(f"{md5('cam:r:right')}:{middle}:{md5('GET:/snap?x=1')}")
    assert given["uri"] == "/snap?x=1"


async def test_basic_is_answered_only_where_allowed() -> None:
    camera = WebCamera([unauthorized(BASIC), SNAPSHOT])
    await read(camera, **LOGIN)
    assert "Authorization: Basic Y2FtOnJpZ2h0\r" in camera.requests[1]
    camera = WebCamera([unauthorized(BASIC), SNAPSHOT])
    assert await reason_of(camera, **LOGIN, basic_allowed=False) is Reason.AUTHENTICATION
    assert len(camera.requests) == 1


@pytest.mark.parametrize(
    ("replies", "login", "reason", "requests"),
    [
        ([unauthorized(DIGEST)], LOGIN, Reason.AUTHENTICATION, 2),
        ([unauthorized(BASIC)], LOGIN, Reason.AUTHENTICATION, 2),
        ([unauthorized(DIGEST), unauthorized(BASIC)], LOGIN, Reason.AUTHENTICATION, 2),
        ([unauthorized(DIGEST)], {}, Reason.AUTHENTICATION, 1),
        ([unauthorized(DIGEST, body=b"<lockStatus>lock</lockStatus>")], LOGIN, Reason.LOCKED_OUT, 1),
        ([unauthorized(DIGEST), reply(status="403 Forbidden")], LOGIN, Reason.LOCKED_OUT, 2),
    ],
)
async def test_a_rejected_password_is_not_shown_again(
    replies: list[bytes], login: dict[str, str], reason: Reason, requests: int
) -> None:
    camera = WebCamera(replies)
    assert await reason_of(camera, **login) is reason
    assert len(camera.requests) == requests


async def test_a_redirection_at_home_is_followed_at_most_twice() -> None:
    camera = WebCamera(
        [reply(b"", "Location: /a", status="302 Found"), reply(b"", "Location: /b", status="307 X"), SNAPSHOT]
    )
    await read(camera)
    assert [head.partition(" HTTP")[0] for head in camera.requests] == ["GET /snap?x=1", "GET /a", "GET /b"]
    camera = WebCamera([reply(b"", "Location: /a", status="302 Found")])
    assert await reason_of(camera) is Reason.NOT_A_STREAM
    assert len(camera.requests) == 3


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{other}/",
        "//127.0.0.1:{other}/",
        "http://evil.example/",
        "file:///etc/passwd",
        "https://127.0.0.1:{own}/",
        "",
    ],
)
async def test_a_redirection_elsewhere_is_not_followed(location: str) -> None:
    other, camera = WebCamera([SNAPSHOT]), WebCamera([b""])
    async with serving(other) as other_port, serving(camera) as port:
        camera.replies = [
            reply(b"", f"Location: {location.format(own=port, other=other_port)}", status="302 Found"),
            HTML,
        ]
        with pytest.raises(StreamFailure) as caught:
            await read_keyframe(request_to(port, scheme="http", **LOGIN))
    assert caught.value.reason is Reason.NOT_A_STREAM
    assert other.requests == []


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What a camera has: a certificate by itself, for another name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    certificate = builder.sign(key, hashes.SHA256())
    path: Path = tmp_path_factory.mktemp("tls") / "camera.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_tls_is_read_with_a_certificate_by_itself(tls: ssl.SSLContext) -> None:
    async with serving(WebCamera([SNAPSHOT]), tls) as port:
        keyframe = await read_keyframe(request_to(port, scheme="https"))
    assert keyframe.access_unit == JPEG


async def test_verification_turns_such_a_certificate_away_before_anything_is_said(tls: ssl.SSLContext) -> None:
    camera = WebCamera([SNAPSHOT])
    async with serving(camera, tls) as port:
        with pytest.raises(StreamFailure) as caught:
            await read_keyframe(replace(request_to(port, scheme="https", **LOGIN), verify_tls=True))
    assert caught.value.reason is Reason.NOT_A_STREAM
    assert camera.requests == []


async def test_a_port_without_tls_is_no_https_stream() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async with serving(plain) as port:
        with pytest.raises(StreamFailure) as caught:
            await read_keyframe(request_to(port, scheme="https"))
    assert caught.value.reason is Reason.NOT_A_STREAM

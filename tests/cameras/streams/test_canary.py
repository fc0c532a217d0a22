"""A password is nowhere to be found after any failure: not in what is raised, not in what is logged."""

import asyncio
import base64
import contextlib
import gc
import hashlib
import logging
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from cameras.enums import Reason
from cameras.streams import resolution
from cameras.streams.address import AddressError, Credentials, StreamAddress, split_credentials
from cameras.streams.reader import Bounds, StreamFailure, StreamRequest, read_keyframe
from tests.cameras.streams.scripted import LOOPBACK, Answer, ScriptedCamera, request_to, sdp, serving

CANARY = "cAnary-7f3a9+x"
SHAPES = (
    CANARY,
    quote(CANARY, safe=""),
    base64.b64encode(f"cam:{CANARY}".encode()).decode(),
    hashlib.md5(f"cam:x:{CANARY}".encode(), usedforsecurity=False).hexdigest(),
)


def everything_of(error: BaseException) -> str:
    """All that a log, a debugger's summary or a task queue could write about an exception and its causes."""
    seen, texts = set[int](), []
    queue: list[Any] = [error]
    while queue:
        one = queue.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        texts += [str(one), repr(one), repr(one.args), repr(vars(one)), *traceback.format_exception(one)]
        queue += [one.__cause__, one.__context__]
    return "\n".join(texts)


def assert_clean(text: str) -> None:
    for shape in SHAPES:
        assert shape not in text


DIGEST, BASIC = 'WWW-Authenticate: Digest realm="x", nonce="y"', 'WWW-Authenticate: Basic realm="x"'


def asks(header: str, *then: Answer) -> ScriptedCamera:
    return ScriptedCamera(answers={"DESCRIBE": [Answer("401 Unauthorized", (header,)), *then]})


def echo(status: str) -> Callable[..., Any]:
    """Asks for Basic, then says what it was told back in every place that there is."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"RTSP/1.0 401 No\r\nCSeq: 1\r\n{BASIC}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        token = base64.b64decode(head.partition("Basic ")[2].partition("\r")[0]).decode()
        body = sdp(f"{token}/90000", token).decode()
        headers = f"Location: rtsp://{token}@127.0.0.1/{token}\r\nSession: {token} \x01\r\nContent-Length: {len(body)}"
        writer.write(
            f"RTSP/1.0 {status} {token}\r\nCSeq: 2\r\n{headers}\r\nWWW-Authenticate: {token}\r\n\r\n{body}".encode()
        )
        await reader.read()

    return script


def raw(data: bytes) -> Callable[..., Any]:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()

    return script


FAILURES = {
    "rejected digest": asks(DIGEST, Answer("401 Unauthorized", (DIGEST,))),
    "rejected basic": asks(BASIC, Answer("401 Unauthorized", (BASIC,))),
    "unusable challenge": asks("WWW-Authenticate: Negotiate"),
    "locked": asks(DIGEST, Answer("423 Locked")),
    "no such stream": asks(BASIC, Answer("404 Not Found")),
    "sessions": asks(BASIC, Answer("453 Full")),
    "html": asks(BASIC, Answer(headers=("Content-Type: text/html",), body=b"<html>")),
    "codec": asks(BASIC, Answer(headers=("Content-Type: application/sdp",), body=sdp("AV1/90000"))),
    "redirect": asks(BASIC, Answer("302 Moved", ("Location: rtsp://evil.example/",))),
    "silence": asks(BASIC, Answer("100 Continue")),
    "no media": asks(BASIC),
    **{f"echo {status}": echo(status) for status in ("200", "302", "401", "404", "500")},
    "closed": raw(b""),
    "rubbish": raw(b"\x00rubbish"),
    "http": raw(b"HTTP/1.1 400 Bad\r\n\r\n"),
    "http digest": raw(f"HTTP/1.1 401 No\r\n{DIGEST}\r\nContent-Length: 0\r\n\r\n".encode()),
    "http basic": raw(f"HTTP/1.1 401 No\r\n{BASIC}\r\nContent-Length: 0\r\n\r\n".encode()),
}


@pytest.mark.parametrize("scheme", ["rtsp", "http", "https"])
@pytest.mark.parametrize("camera", FAILURES.values(), ids=FAILURES)
async def test_no_failure_shows_the_password(camera: Any, scheme: str, caplog: pytest.LogCaptureFixture) -> None:  # noqa: ANN401 - any script
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    async with serving(camera) as port:
        request = request_to(port, scheme=scheme, user="cam", password=CANARY)
        with pytest.raises(StreamFailure) as caught:
            await read_keyframe(request, bounds=Bounds(seconds=0.4))
    assert_clean(everything_of(caught.value))
    assert_clean("\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records))
    assert_clean(repr(request))


@pytest.mark.parametrize("error", [ConnectionRefusedError(111, CANARY), OSError(113, CANARY), TimeoutError(CANARY)])
async def test_no_error_of_the_system_is_quoted(error: OSError, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_anything: object) -> None:
        raise error

    monkeypatch.setattr(resolution, "_connect", fail)
    with pytest.raises(StreamFailure) as caught:
        await read_keyframe(request_to(9, user="cam", password=CANARY), bounds=Bounds(seconds=1))
    assert CANARY not in str(caught.value) + repr(caught.value) + repr(vars(caught.value))


@pytest.mark.parametrize("prefix", ["", "\r\n", "\\", "%ff", "%0a"])
@pytest.mark.parametrize("act", [StreamAddress.parse, split_credentials])
def test_no_address_error_repeats_the_text(act: Callable[[str], object], prefix: str) -> None:
    try:
        act(f"rtsp://cam:{prefix}{CANARY}@host:99999/#x")
    except AddressError as error:
        assert_clean(everything_of(error) + str(error.message))


async def test_nothing_that_outlives_a_read_holds_the_password() -> None:
    camera = ScriptedCamera(digest="MD5")
    secret = "gone-afterwards-4711"
    async with serving(camera) as port:
        with contextlib.suppress(StreamFailure):
            request = StreamRequest(StreamAddress("rtsp", "127.0.0.1", port, "/"), LOOPBACK, Credentials("cam", secret))
            await read_keyframe(request)
        del request
    gc.collect()
    kept = [one for one in gc.get_objects() if type(one) is Credentials and one.password == secret]
    assert kept == []


def test_a_failure_says_what_an_operator_needs() -> None:
    failure = StreamFailure(Reason.NO_SUCH_STREAM, "the camera answers with status 404")
    assert str(failure) == "no_such_stream: the camera answers with status 404"

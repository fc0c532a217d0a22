import re
from typing import Any

import pytest

from cameras.enums import Reason
from cameras.streams.reader import read_keyframe
from tests.cameras.streams.rtsp_reading import DESCRIBED, H264, reason_of, seen
from tests.cameras.streams.scripted import Answer, ScriptedCamera, request_to, serving

LOGINS = [
    {"digest": "MD5"},
    {"digest": "MD5", "qop": "auth"},
    {"digest": "MD5", "qop": "auth-int,auth"},
    {"digest": "SHA-256"},
    {"digest": "SHA-256", "qop": "auth"},
    {"basic": True},
    {"basic": True, "digest": "MD5"},
]


@pytest.mark.parametrize("login", LOGINS, ids=str)
async def test_the_right_password_is_shown_on_challenge(login: dict[str, Any]) -> None:
    camera = ScriptedCamera(H264, **login)
    async with serving(camera) as port:
        await read_keyframe(request_to(port, user="cam", password="right"))
    assert camera.methods() == ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]
    schemes = [re.findall(r"Authorization: (\w+)", head) for head in camera.requests]
    assert schemes == [[], *[["Digest" if "digest" in login else "Basic"]] * 4]


@pytest.mark.parametrize("login", LOGINS, ids=str)
async def test_a_rejected_password_is_not_shown_again(login: dict[str, Any]) -> None:
    camera = ScriptedCamera(H264, **login)
    assert await reason_of(camera, user="cam", password="wrong") is Reason.AUTHENTICATION
    assert len(camera.requests) == 2
    assert camera.connections == 1


async def test_a_challenge_without_a_stored_password_is_not_answered() -> None:
    camera = ScriptedCamera(H264, digest="MD5")
    assert await reason_of(camera) is Reason.AUTHENTICATION
    assert len(camera.requests) == 1


async def test_basic_is_not_answered_where_it_is_not_allowed() -> None:
    camera = ScriptedCamera(H264, basic=True)
    assert await reason_of(camera, user="cam", password="right", basic_allowed=False) is Reason.AUTHENTICATION
    assert len(camera.requests) == 1


def challenge(*headers: str, **more: Any) -> Answer:
    return Answer("401 Unauthorized", tuple(f"WWW-Authenticate: {header}" for header in headers), **more)


@pytest.mark.parametrize(
    "header",
    [
        'Digest realm="x", nonce="y", algorithm=SHA-512-256',
        'Digest realm="x", nonce="y", qop="auth-int"',
        'Digest realm="x"',
        'Digest realm="x\x01", nonce="y"',
        "Negotiate",
        'NTLM abc=, Bearer realm="x"',
        "",
    ],
)
async def test_a_challenge_that_cannot_be_answered_is_not(header: str) -> None:
    camera = seen(DESCRIBE=[challenge(header)])
    assert await reason_of(camera, user="cam", password="right") is Reason.AUTHENTICATION
    assert len(camera.requests) == 1


STALE = 'Digest realm="x", nonce="{}", stale=true'


async def test_a_stale_nonce_is_renewed_once() -> None:
    camera = seen(DESCRIBE=[challenge(STALE.format(1)), challenge(STALE.format(2)), DESCRIBED])
    async with serving(camera) as port:
        await read_keyframe(request_to(port, user="cam", password="right"))
    assert camera.methods() == ["DESCRIBE"] * 3 + ["SETUP", "PLAY", "TEARDOWN"]


async def test_a_camera_that_calls_every_nonce_stale_is_given_up() -> None:
    camera = seen(DESCRIBE=[challenge(STALE.format(number)) for number in range(9)])
    assert await reason_of(camera, user="cam", password="right") is Reason.AUTHENTICATION
    assert len(camera.requests) == 3


async def test_a_new_nonce_for_each_request_is_borne_once_the_password_was_accepted() -> None:
    new = 'Digest realm="x", nonce="{}"'
    camera = seen(
        DESCRIBE=[challenge(new.format(1)), DESCRIBED],
        SETUP=[challenge(new.format(2))],
        PLAY=[challenge(new.format(3))],
    )
    async with serving(camera) as port:
        await read_keyframe(request_to(port, user="cam", password="right"))
    assert camera.methods() == ["DESCRIBE", "DESCRIBE", "SETUP", "SETUP", "PLAY", "PLAY", "TEARDOWN"]


@pytest.mark.parametrize("header", [(), ("Connection: close",)])
async def test_a_camera_that_closes_after_its_challenge_is_called_again(header: tuple[str, ...]) -> None:
    closing = Answer("401 Unauthorized", ('WWW-Authenticate: Digest realm="x", nonce="y"', *header), close=True)
    camera = seen(DESCRIBE=[closing])
    async with serving(camera) as port:
        await read_keyframe(request_to(port, user="cam", password="right"))
    assert camera.connections == 2
    assert sum("Authorization" in head for head in camera.requests) == 4


async def test_names_and_passwords_outside_of_ascii_are_utf8() -> None:
    camera = seen(DESCRIBE=[challenge('Basic realm="x"')])
    async with serving(camera) as port:
        await read_keyframe(request_to(port, user="người", password="mật:khẩu"))
    assert "Authorization: Basic bmfGsOG7nWk6beG6rXQ6a2jhuql1\r" in camera.requests[1]


STATUSES = {
    "403 Forbidden": Reason.LOCKED_OUT,
    "423 Locked": Reason.LOCKED_OUT,
    "404 Not Found": Reason.NO_SUCH_STREAM,
    "454 Session Not Found": Reason.NO_SUCH_STREAM,
    "453 Not Enough Bandwidth": Reason.TOO_MANY_SESSIONS,
    "503 Service Unavailable": Reason.TOO_MANY_SESSIONS,
    "461 Unsupported Transport": Reason.UNSUPPORTED,
    "500 Oops": Reason.NO_MEDIA,
}


@pytest.mark.parametrize(("status", "reason"), STATUSES.items())
@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
async def test_each_refusal_has_its_reason(method: str, status: str, reason: Reason) -> None:
    camera = ScriptedCamera(H264, answers={method: [challenge('Digest realm="x", nonce="y"'), Answer(status)]})
    assert await reason_of(camera, user="cam", password="right") is reason


async def test_forbidden_without_a_password_is_no_lock() -> None:
    assert await reason_of(seen(DESCRIBE=[Answer("403 Forbidden")])) is Reason.AUTHENTICATION


@pytest.mark.parametrize(
    "locked", [{"status": "401 Account Locked"}, {"body": b"<lockStatus>locked</lockStatus>"}, {"body": b"lock"}]
)
async def test_a_lock_told_with_a_challenge_is_a_lock(locked: dict[str, Any]) -> None:
    header = ('WWW-Authenticate: Digest realm="x", nonce="y"',)
    camera = seen(DESCRIBE=[Answer(**{"status": "401 Unauthorized", "headers": header} | locked)])
    assert await reason_of(camera, user="cam", password="right") is Reason.LOCKED_OUT
    assert len(camera.requests) == 1

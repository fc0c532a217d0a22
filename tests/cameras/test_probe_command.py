"""The installer's command, against cameras of a few lines and with the real decoder."""

import asyncio
import getpass
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image

from cameras.enums import Codec
from cameras.management.commands import probe as command
from tests.cameras.streams.footage import annex_b, packets
from tests.cameras.streams.scripted import Answer, ScriptedCamera, interleaved, sdp, serving

ROOT = Path(__file__).parents[2]
H264 = b"".join(interleaved(packet) for packet in packets(Codec.H264, annex_b(Codec.H264)))
SECRET = "s3cret-of-the-gate"


def camera(**more: Any) -> ScriptedCamera:
    return ScriptedCamera(H264, later=H264, **more)


@contextmanager
def running(script: ScriptedCamera) -> Iterator[int]:
    """The camera in a thread of its own, as the command brings its own event loop."""
    ready: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        async with serving(script) as port:
            ready.set_result((port, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    port, loop, stop = ready.result(10)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


@dataclass
class Said:
    code: object
    out: str
    err: str


def probe(port: int, *options: str, path: str = "/live", login: str = "") -> Said:
    return said(f"rtsp://{login}127.0.0.1:{port}{path}", *options)


def said(*arguments: str) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("probe", *arguments, stdout=out, stderr=err)
    return Said(caught.value.code, out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True)
def _quick_and_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAMERA_USERNAME", raising=False)
    monkeypatch.delenv("CAMERA_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(command, "MEASURE_SECONDS", 0.5)


def test_a_good_camera_is_told_in_words() -> None:
    with running(camera()) as port:
        answer = probe(port, "--language", "en")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[:4] == ["State: Working", "Format: H.264", "Size: 320×240", "Pictures a second: 25.0"]
    assert lines[4].startswith("Seconds to the picture: ")
    assert answer.err == ""


def test_json_is_one_object_with_the_agreed_keys() -> None:
    with running(camera()) as port:
        answer = probe(port, "--json")
    figures = json.loads(answer.out)
    assert answer.out.count("\n") == 1
    assert 0 <= figures.pop("seconds_to_picture") < 10
    assert figures == {"state": "ok", "reason": "", "codec": "h264", "width": 320, "height": 240, "fps": 25.0}


def test_a_black_picture_is_impaired() -> None:
    encode = "ffmpeg -v error -f lavfi -i color=black:s=320x240 -frames:v 3 -pix_fmt yuv420p -c:v libx264 -f h264 -"
    black = subprocess.run(encode.split(), check=True, capture_output=True).stdout
    media = b"".join(interleaved(packet) for packet in packets(Codec.H264, black))
    with running(ScriptedCamera(media)) as port:
        answer = probe(port, "--json")
    figures = json.loads(answer.out)
    assert answer.code == 1
    assert (figures["state"], figures["reason"], figures["width"], figures["fps"]) == ("impaired", "black", 320, None)


NOTHING = {"codec": None, "width": None, "height": None, "fps": None, "seconds_to_picture": None}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (camera(digest="MD5"), "authentication"),
        (camera(answers={"DESCRIBE": [Answer("404 Not Found")]}), "no_such_stream"),
        (camera(description=sdp("AV1/90000")), "unsupported"),
        (ScriptedCamera(b""), "no_media"),
    ],
)
def test_no_picture_has_its_reason(script: ScriptedCamera, reason: str) -> None:
    with running(script) as port:
        answer = probe(port, "--json", "--seconds", "0.5")
    assert answer.code == 2
    assert json.loads(answer.out) == {"state": "down", "reason": reason, **NOTHING}


def test_rubbish_for_a_picture_is_no_picture() -> None:
    noise = bytes(range(1, 200)) * 20
    sets = b"\0\0\0\1\x67\x42\x00\x1e" + noise[:9] + b"\0\0\0\1\x68" + noise[:5]
    media = b"".join(interleaved(packet) for packet in packets(Codec.H264, sets + b"\0\0\0\1\x65\x88" + noise))
    with running(ScriptedCamera(media)) as port:
        answer = probe(port, "--json")
    assert answer.code == 2
    figures = json.loads(answer.out)
    assert (figures["state"], figures["reason"], figures["seconds_to_picture"]) == ("down", "undecodable", None)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "rtsp://127.1/", "rtsp://169.254.169.254/", "rtsp://[fd00:ec2::254]/"]
)
def test_an_address_that_is_none_to_call(url: str) -> None:
    answer = said(url, "--json")
    assert answer.code == 2
    assert json.loads(answer.out) == {"state": "down", "reason": "address", **NOTHING}


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMERA_USERNAME", "cam")
    monkeypatch.setenv("CAMERA_PASSWORD", "right")
    with running(camera(digest="SHA-256")) as port:
        answer = probe(port)
    assert answer.code == 0
    assert "right" not in answer.out + answer.err


def test_a_password_in_the_address_is_used_and_warned_of() -> None:
    with running(camera(digest="MD5")) as port:
        answer = probe(port, "--json", "--language", "en", login="cam:right@")
    assert answer.code == 0
    assert json.loads(answer.out)["state"] == "ok"
    assert answer.err.splitlines() == [
        "The password stands in the command line: this machine's history and process list show it."
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("options", "typed"), [((), "cam\n"), (("--username", "cam"), "")])
def test_the_password_is_asked_for_when_the_camera_wants_one(
    options: tuple[str, ...], typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer_prompt(prompt: str) -> str:
        asked.append(prompt)
        return "right"

    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(getpass, "getpass", answer_prompt)
    with running(camera(digest="MD5")) as port:
        answer = probe(port, "--json", *options)
    assert answer.code == 0
    assert len(asked) == 1
    assert json.loads(answer.out)["state"] == "ok"


def test_no_password_is_asked_for_when_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: pytest.fail("asked"))
    with running(camera()) as port:
        assert probe(port).code == 0


def test_a_wrong_password_is_shown_once_and_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setenv("CAMERA_PASSWORD", SECRET)
    script = camera(digest="MD5")
    with running(script) as port:
        answer = probe(port, "--username", "cam")
    assert answer.code == 2
    assert len(script.requests) == 2
    assert SECRET not in answer.out + answer.err


def test_the_picture_is_saved_at_its_own_size(tmp_path: Path) -> None:
    target = tmp_path / "gate.jpg"
    target.write_bytes(b"\xff\xd8\xff an older picture")
    with running(camera()) as port:
        answer = probe(port, "--save", str(target))
    assert answer.code == 0
    with Image.open(target) as picture:
        assert (picture.format, picture.size) == ("JPEG", (320, 240))
    assert str(target) in answer.err


def test_without_a_picture_nothing_is_saved(tmp_path: Path) -> None:
    target = tmp_path / "gate.jpg"
    with running(camera(description=sdp("AV1/90000"))) as port:
        answer = probe(port, "--save", str(target), "--language", "en")
    assert answer.code == 2
    assert not target.exists()
    assert answer.err.splitlines() == ["No picture came; nothing was saved."]


def test_what_is_no_picture_is_not_overwritten_and_the_camera_not_called(tmp_path: Path) -> None:
    target = tmp_path / "notes.txt"
    target.write_text("keep me")
    script = camera()
    with running(script) as port, pytest.raises(CommandError) as caught:
        call_command("probe", f"rtsp://127.0.0.1:{port}/", "--save", str(target))
    assert caught.value.returncode == 2
    assert str(target) in str(caught.value)
    assert target.read_text() == "keep me"
    assert script.connections == 0


def test_it_needs_neither_database_nor_redis() -> None:
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    login = {"CAMERA_USERNAME": "cam", "CAMERA_PASSWORD": "right"}
    with running(camera(basic=True)) as port:
        arguments = [sys.executable, "manage.py", "probe", f"rtsp://127.0.0.1:{port}/live", "--json"]
        done = subprocess.run(
            arguments,
            cwd=ROOT,
            env={**os.environ, **nowhere, **login},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["state"] == "ok"

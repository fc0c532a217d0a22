"""`make demo`: a second one says so, a crashed one comes back with its data, a stopped one leaves nothing running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from uvicorn.main import main as uvicorn

from portal.environment import BASE_DIR
from portal.management.commands.demo import _commands
from tests.browser.site import free_port

START_SECONDS = 120.0
WELCOME = "Password of all of them"


class Demo:
    """The command on servers and ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        base = free_port()
        # Three ports in a row, from where free ones are handed out.
        self.options = ["--port", str(free_port()), "--camera-port", str(base - base % 4), "--cameras", "60"]
        own = {"VAR_DIR": str(folder), "CAMERAS_ON_LOOPBACK": "1", "LOG_LEVEL": "WARNING", "PYTHONUNBUFFERED": "1"}
        addresses = ("DATABASE_URL", "REDIS_URL", "XDG_RUNTIME_DIR")
        self.environment = {name: value for name, value in os.environ.items() if name not in addresses} | own

    @contextmanager
    def running(self) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """The process once the pages answer, and what it said until then."""
        process = self.start()
        try:
            yield process, self.said_until_welcome(process)
        finally:
            process.terminate()
            process.communicate(timeout=60)

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "manage.py", "demo", *self.options]
        return subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @staticmethod
    def said_until_welcome(process: subprocess.Popen[str]) -> str:
        said = ""
        deadline = time.monotonic() + START_SECONDS
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if WELCOME in line:
                return said
            assert time.monotonic() < deadline, said
        pytest.fail(f"the demonstration ended: {said}")

    def left_over(self) -> list[str]:
        """Command lines of processes that work inside the folder."""
        return [
            " ".join(process.info["cmdline"])
            for process in psutil.process_iter(["cmdline", "environ", "cwd"])
            if str(self.folder) in (process.info["cwd"] or "")
            or (process.info["environ"] or {}).get("VAR_DIR") == str(self.folder)
        ]


def test_alone_crashed_and_stopped(tmp_path: Path) -> None:
    # PostgreSQL runs as a user of its own and must be able to reach its folder.
    tmp_path.chmod(0o755)
    demo = Demo(tmp_path / "var")
    with demo.running() as (first, said):
        assert "Seeded in" in said
        password = said.rpartition(WELCOME)[2]
        second = subprocess.run(
            [sys.executable, "manage.py", "demo", *demo.options],
            cwd=BASE_DIR,
            env=demo.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode != 0
        assert f"runs already: http://127.0.0.1:{demo.options[1]}/ (process {first.pid})" in second.stderr
        assert first.poll() is None
        first.send_signal(signal.SIGKILL)
        first.wait()
    with demo.running() as (_, said):
        assert "nothing of it is changed" in said
        assert said.rpartition(WELCOME)[2] == password
        assert "60 cameras in Quảng Nam" in said
    deadline = time.monotonic() + 20
    while left := demo.left_over():
        assert time.monotonic() < deadline, left
        time.sleep(0.5)


def test_nobody_says_for_themselves_from_where_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set by what is asked for, and so put back.
    monkeypatch.setenv("SIMULATOR_PASSWORD", "")
    python_option, module, *options = _commands([8000, 8001, 8002, 8003], 60)["pages"]
    assert (python_option, module) == ("-m", "uvicorn")
    assert uvicorn.make_context("uvicorn", options).params["proxy_headers"] is False

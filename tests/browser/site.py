"""The whole portal as people meet it: pages, workers and the scheduler in processes of their own."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.db import connection

from portal.demo.processes import started

START_SECONDS = 60.0


@dataclass(frozen=True)
class Site:
    """A running portal."""

    address: str

    def url(self, path: str) -> str:
        return self.address + path


@contextmanager
def running_site(logs: Path, *, jobs: bool) -> Iterator[Site]:
    """The portal over the database of the running test; with `jobs` cameras are looked at as well."""
    port = free_port()
    commands = {"pages": _uvicorn(port)}
    if jobs:
        celery = ["-m", "celery", "-A", "portal"]
        queues = "default,probe.central"
        commands["worker"] = [*celery, "worker", "-Q", queues, "-c", "2", "-O", "fair", "-l", "WARNING"]
        commands["beat"] = [*celery, "beat", "-l", "WARNING", "--pidfile=", "-s", str(logs / "beat")]
    with ExitStack() as stack:
        environment = {
            "DATABASE_URL": _test_database(),
            "CAMERAS_ON_LOOPBACK": "1",
            "EMAIL_URL": f"file://{logs}/mail",
            "LOG_LEVEL": "WARNING",
            "SECOND_FACTOR_REQUIRED": str(settings.SECOND_FACTOR_REQUIRED),
        }
        stack.enter_context(mock.patch.dict(os.environ, environment))
        stack.enter_context(started(commands, logs))
        wait_until(lambda: _answers(port), seconds=START_SECONDS, what="the pages answer")
        yield Site(f"http://127.0.0.1:{port}")


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(done: Callable[[], object], *, seconds: float, what: str) -> None:
    """Wait for `done` to be true. Fails the test by saying what did not happen."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.2)


def _uvicorn(port: int) -> list[str]:
    options = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    return ["-m", "uvicorn", "portal.asgi:application", *options]


def _test_database() -> str:
    database = connection.settings_dict
    host = database.get("HOST") or database["OPTIONS"].get("host", "")
    port = f"&port={database['PORT']}" if database.get("PORT") else ""
    password = f":{database['PASSWORD']}" if database.get("PASSWORD") else ""
    return f"postgresql://{database['USER']}{password}@/{database['NAME']}?host={host}{port}"


def _answers(port: int) -> bool:
    page = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        page.request("GET", "/login/")
        return page.getresponse().status < 500
    except OSError:
        return False
    finally:
        page.close()

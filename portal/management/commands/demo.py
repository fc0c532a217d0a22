"""A province with simulated cameras, from nothing to a page in the browser."""

import fcntl
import os
import secrets
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from subprocess import Popen
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from facilities.models import Facility, User
from portal.demo.capacity import Capacity, capacity
from portal.demo.faults import LATER_SECONDS, fail, spread
from portal.demo.people import ACCOUNTS, create_people
from portal.demo.processes import ProcessEndedError, started, watch
from portal.demo.rollout import order, report
from portal.demo.seed import NEIGHBOUR_CAMERAS, seed, seeded, simulated
from portal.environment import VAR, own_secret

LOGS = VAR / "log"
READY_SECONDS = 60.0


class Command(BaseCommand):
    help = "Seeds Quảng Nam with 60 facilities and simulated cameras, and runs the whole portal until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the pages are served on 127.0.0.1")
        parser.add_argument(
            "--camera-port", type=int, default=8554, help="the simulated cameras' port; the two after it are used too"
        )
        parser.add_argument("--cameras", type=int, help="how many; as many as this machine carries by default")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        port: int = options["port"]
        address = f"http://127.0.0.1:{port}/"
        if not settings.CAMERAS_ON_LOOPBACK:
            raise CommandError("The simulated cameras are on loopback addresses: start it with `make demo`.")
        with _alone(address):
            room = Capacity(options["cameras"], "as asked for") if options["cameras"] else capacity()
            self._lay_out(room, options["camera_port"])
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            ports = [port, *range(options["camera_port"], options["camera_port"] + 3)]
            cameras = simulated()
            with started(_commands(ports, cameras), LOGS) as processes:
                try:
                    self._wait_for([port, ports[-1]], processes)
                    self._welcome(address, cameras, room.why)
                    watch(processes, LOGS, seconds=LATER_SECONDS)
                    fail(spread(cameras)[1], ports[-1])
                    watch(processes, LOGS)
                except (ProcessEndedError, ValueError) as error:
                    raise CommandError(str(error)) from error
                except KeyboardInterrupt:
                    self.stdout.write("\nStopping…")

    def _lay_out(self, room: Capacity, camera_port: int) -> None:
        self.stdout.write("Laying out the database…")
        call_command("migrate", verbosity=0)
        if seeded():
            self.stdout.write("The province is there from before; nothing of it is changed.")
            return
        began = time.monotonic()
        now = timezone.now()
        # The simulator takes it from the environment: no password on a command line.
        password = own_secret("demo-camera-password")
        seed(cameras=room.cameras, port=camera_port, password=password, now=now, progress=self._progress)
        create_people(password=own_secret("demo-password", secrets.token_urlsafe(9)), now=now)
        report(list(Facility.objects.order_by("code")), now=now)
        order(actor=User.objects.get(username="quocgia"), now=now)
        self.stdout.write(f"\nSeeded in {time.monotonic() - began:.0f} s.")

    def _progress(self, done: int, of: int, what: str) -> None:
        bar = "█" * (30 * done // of)
        self.stdout.write(f"\r  {bar:<30} {done:>2}/{of} {what:<45.45}", ending="")
        self.stdout.flush()

    def _wait_for(self, ports: Sequence[int], processes: Mapping[str, Popen[bytes]]) -> None:
        self.stdout.write("Starting the cameras, the workers and the pages…")
        deadline = time.monotonic() + READY_SECONDS
        while not all(_answers(port) for port in ports):
            for name, process in processes.items():
                if process.poll() is not None:
                    raise ProcessEndedError(f"{name} ended with status {process.returncode}; see {LOGS / name}.log")
            if time.monotonic() > deadline:
                raise CommandError(f"The pages or the cameras do not answer after {READY_SECONDS:g} s; see {LOGS}")
            time.sleep(0.3)

    def _welcome(self, address: str, cameras: int, why: str) -> None:
        say = self.stdout.write
        say(f"\nTrạm Gác runs at {self.style.SUCCESS(address)}\n")
        say(f"{cameras - NEIGHBOUR_CAMERAS} cameras in Quảng Nam ({why}), {NEIGHBOUR_CAMERAS} in Đà Nẵng.")
        say("All are looked at within a minute; some never work, a few more fail while you watch.\n")
        password = own_secret("demo-password")
        say(f"  {'account':<10} {'who':<62} role")
        for account in ACCOUNTS:
            who = f"{account.full_name}, {account.title}"
            say(f"  {account.username:<10} {who:<62} {account.role.value}")
        say(f"\nPassword of all of them: {self.style.SUCCESS(password)}")
        if not settings.SECOND_FACTOR_REQUIRED:
            say("A real installation asks most of them for a second factor too; this demonstration does not.")
        say("Ctrl-C stops everything; nothing is lost.")


@contextmanager
def _alone(address: str) -> Iterator[None]:
    """One demonstration at a time in a checkout. The lock goes with its process, so a crash leaves none behind."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(f"The demonstration runs already: {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})")
        lock.flush()
        yield


def _commands(ports: Sequence[int], cameras: int) -> dict[str, list[str]]:
    port, rtsp, http, control = map(str, ports)
    os.environ["SIMULATOR_PASSWORD"] = own_secret("demo-camera-password")
    faults = [f"--fault={number}={fault}" for number, fault in spread(cameras)[0].items()]
    celery = ["-m", "celery", "-A", "portal"]
    return {
        "simulator": [
            *("manage.py", "simulate", "--cameras", str(cameras), *faults),
            *("--port", rtsp, "--http-port", http, "--control-port", control),
        ],
        "worker": [*celery, "worker", "-Q", "default,probe.central", "-c", "3", "-O", "fair", "-l", "WARNING"],
        "intake": [*celery, "worker", "-Q", "intake", "-c", "1", "-n", "intake@%h", "-l", "WARNING"],
        "exports": [*celery, "worker", "-Q", "exports", "-c", "1", "-n", "exports@%h", "-l", "WARNING"],
        "beat": [*celery, "beat", "-l", "WARNING", "--pidfile="],
        "pages": [
            *("-m", "uvicorn", "portal.asgi:application", "--host", "127.0.0.1", "--port", port),
            # By default it believes what anybody on this machine says about whom they forward.
            *("--no-proxy-headers", "--log-level", "warning", "--no-access-log"),
        ],
    }


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True

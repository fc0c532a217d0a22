"""`make bench-pages`: what each of the leaders' pages and exports costs, as the country and its history grow.

Three countries, each in a database of its own: 1,500 facilities with 12,000 cameras and a month of history; 3,000 with
30,000 and a month; the same with a year, about ten million transitions. Pages are fetched as a national leader through
the portal's own views, cold figures refreshed beforehand; times are medians, on the server, without the network. Beside
them the straightforward way in Django: the national table's aggregates over raw rows, in the same run.
"""

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.http import QueryDict
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cameras.models import Transition
from facilities.enums import Role
from facilities.models import AdministrativeUnit, Facility, User
from portal.exports.registry import TABLES
from portal.exports.xlsx import write_xlsx
from portal.rules.records import load_rules
from tests.bench import country, history, raw

ROUNDS = 9
COUNTRIES = {"small": (1500, 8, 30), "month": (3000, 10, 30), "year": (3000, 10, 365)}
EXPORTED = 30_000

Task = Callable[[], object]


def main() -> None:
    """Build the countries one after the other, measure, print the table and, on the last line, JSON."""
    only = sys.argv[2:] or list(COUNTRIES)
    found: dict[str, dict[str, tuple[float, int]]] = {}
    figures: dict[str, float] = {}
    for name in only:
        with _country(name) as person:
            found[name] = {page: _measured(task) for page, task in _pages(person).items()}
            found[name]["national, aggregates over raw rows"] = _measured(lambda: raw.national(person), rounds=3)
            _print({name: found[name]})
            if name == only[-1]:
                figures = _exports(person)
    if len(found) > 1:
        _print(found)
    national = {name: pages["national"][0] for name, pages in found.items()}
    last = found[only[-1]]
    answer = {
        "national_ms": national,
        **figures,
        "raw_over_ours": round(last["national, aggregates over raw rows"][0] / last["national"][0], 1),
        "growth_year_over_month": {
            page: round(found["year"][page][0] / found["month"][page][0], 2) for page in found.get("month", {})
        }
        if {"month", "year"} <= found.keys()
        else {},
    }
    print(json.dumps(answer))


@contextmanager
def _country(name: str) -> Iterator[User]:
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(SECOND_FACTOR_REQUIRED=False, ALLOWED_HOSTS=["testserver"]):
            facilities, cameras, days = COUNTRIES[name]
            started = time.perf_counter()
            land = country.lay_out(facilities=facilities, cameras=cameras)
            load_rules(actor=None, now=timezone.now() - timedelta(days=500))
            history.give_a_past(land.national, days=days, now=timezone.now())
            person = User.objects.create_user(username="leader", full_name="Leader")
            country.grant(person, Role.LEADER, [land.national])
            print(
                f"{name}: {Facility.objects.count()} facilities, {facilities * cameras} cameras, "
                f"{Transition.objects.count()} transitions, built in {time.perf_counter() - started:.0f} s",
                flush=True,
            )
            yield person
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def _pages(person: User) -> dict[str, Task]:
    client = Client()
    client.force_login(person)
    province = AdministrativeUnit.objects.filter(level="province", facilities_in_province__isnull=False).first()
    facility = Facility.objects.order_by("pk")[1]
    assert province is not None
    week_ago = (timezone.localdate() - timedelta(days=7)).isoformat()

    def fetch(path: str) -> Task:
        def task() -> None:
            answer = client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")

        return task

    rules = "&".join(f"columns=R{number}" for number in range(1, 13))
    return {
        "national": fetch(reverse("compliance")),
        "national, every rule a column": fetch(f"{reverse('compliance')}?columns=pair&columns=zones&{rules}"),
        "national, a week ago": fetch(f"{reverse('compliance')}?as_of={week_ago}"),
        "province": fetch(reverse("compliance_unit", args=[province.pk])),
        "facilities of the country": fetch(f"{reverse('compliance_facilities')}?columns=pair&columns=stage"),
        "facilities, found by name": fetch(f"{reverse('compliance_facilities')}?q=co+so+12"),
        "not connected": fetch(reverse("not_connected")),
        "contradictions": fetch(reverse("compliance_contradictions")),
        "cameras": fetch(reverse("compliance_cameras")),
        "map": fetch(reverse("compliance_map")),
        "progress": fetch(reverse("compliance_progress")),
        "strips": fetch(reverse("compliance_strips")),
        "facility": fetch(reverse("facility", args=[facility.pk])),
        "facility, hours of 31 days": fetch(reverse("facility_uptime", args=[facility.pk])),
        "facility, rules": fetch(reverse("facility_rules", args=[facility.pk])),
        "facility, rollout": fetch(reverse("rollout", args=[facility.pk])),
    }


def _measured(task: Task, rounds: int = ROUNDS) -> tuple[float, int]:
    """Median milliseconds, and the number of queries."""
    task()
    with CaptureQueriesContext(connection) as asked:
        task()
    # The next request forgets them.
    queries = len(asked)
    taken = []
    for _ in range(rounds):
        gc.collect()
        started = time.perf_counter()
        task()
        taken.append(time.perf_counter() - started)
    return round(statistics.median(taken) * 1000, 1), queries


def _exports(person: User) -> dict[str, float]:
    """Seconds and the growth of memory of the table of all cameras, in a process of its own."""
    program = (
        "import django; django.setup(); from tests.bench.pages import export_all; "
        f"export_all({person.pk}, {connection.settings_dict['NAME']!r})"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def export_all(person: int, database: str) -> None:
    """In a process of its own: write all cameras as XLSX, print seconds, rows and MiB beyond what there was before."""
    connection.settings_dict["NAME"] = database
    with tempfile.TemporaryDirectory() as folder:
        who = User.objects.get(pk=person)
        # What getrusage calls the most ever includes the process that started this one; this peak begins here.
        Path("/proc/self/clear_refs").write_text("5")
        before = _resident("VmRSS")
        started = time.perf_counter()
        sheet = TABLES["cameras"].sheet(who, QueryDict(""), timezone.now())
        write_xlsx(sheet, Path(folder) / "cameras.xlsx")
        seconds = time.perf_counter() - started
        grown = (_resident("VmHWM") - before) / 1024
    print(
        json.dumps(
            {
                "xlsx_30000_seconds": round(seconds * EXPORTED / max(1, sheet.count), 1),
                "xlsx_rows": sheet.count,
                "xlsx_mib": round(grown, 1),
            }
        )
    )


def _resident(of: str) -> int:
    """Of this process, in KiB: VmRSS is what it holds, VmHWM the most that it has held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{of}:"))


def _print(found: dict[str, dict[str, tuple[float, int]]]) -> None:
    print(f"medians in ms, with the number of queries; {ROUNDS} rounds")
    print(f"{'page':<38}" + "".join(f"{name:>16}" for name in found))
    for page in next(iter(found.values())):
        cells = "".join(f"{pages[page][0]:>9.1f} ({pages[page][1]:>3})" for pages in found.values())
        print(f"{page:<38}{cells}")

"""`make bench-access`: what the rule of access costs, for few grants and for many, beside guardian's way.

Three people reach the same 300 facilities with 3,000 cameras, of 3,000 with 30,000: by one grant on their province, by
30 on its districts, and by 300 on the facilities themselves. Two more stand in the table alone: one who reaches the
country, and one who reaches the civil facilities of a province along a mandate.

Through the portal's own API: the list (its first 100 cameras, and how many there are), one camera, and their number
alone. Guardian's `get_objects_for_user` answers in the same resource, with a row for each of exactly the same cameras.
All take turns; figures are medians.
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from cameras.models import Camera
from cameras.models.camera import CameraQuerySet
from facilities.enums import Permission, Role
from facilities.models import User
from tests.bench import country, per_camera

ROUNDS = 21
COMPARED = ("1", "30", "300")
ALONE = ("country", "mandate")
WAYS = ("rule", "guardian")
WHAT = ("list", "detail", "count")
Task = Callable[[], object]
# The way, the person, and what they do.
Key = tuple[str, str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Measure:
    """One thing that one person does in one of the two ways."""

    key: Key
    task: Task


def main() -> None:
    """Lay out the country in a database of its own, measure, print the table and, on the last line, JSON."""
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        # Second factors cost a query of their own, the same for everybody.
        with override_settings(
            ROOT_URLCONF="tests.bench.per_camera", SECOND_FACTOR_REQUIRED=False, ALLOWED_HOSTS=["testserver"]
        ):
            _compare()
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)


def _compare() -> None:
    measures = [measure for name, person in _people().items() for measure in _measures(name, person)]
    queries = {each.key: _queries(each.task) for each in measures}
    ms = _medians(measures)
    _print_table(queries, ms)
    figures = {
        "queries": {name: _of(queries, "rule", name) for name in COMPARED},
        "ms": {name: _of(ms, "rule", name) for name in COMPARED},
        "guardian_ms": {name: _of(ms, "guardian", name) for name in COMPARED},
        "guardian_queries": {name: _of(queries, "guardian", name) for name in COMPARED},
        "cameras_reached": {name: _reached(name).count() for name in (*COMPARED, *ALONE)},
        "alone_ms": {name: _of(ms, "rule", name) for name in ALONE},
    }
    print(json.dumps(figures))


def _people() -> dict[str, User]:
    """Those who are compared, each with their grants, and for guardian with a row for each camera they reach."""
    land = country.lay_out()
    grants = {
        "1": [land.capital],
        "30": land.districts,
        "300": land.facilities,
        "country": [land.national],
        "mandate": [land.health[1]],
    }
    people = {}
    for name, nodes in grants.items():
        people[name] = person = User.objects.create_user(username=name, full_name=name)
        country.grant(person, Role.LEADER, nodes)
        per_camera.grant_each(person, _reached(name))
    for name in COMPARED:
        if len(grants[name]) != int(name) or set(_reached(name)) != set(_reached("1")):
            raise RuntimeError(f"{len(grants[name])} grants do not reach the same cameras as one")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return people


def _reached(name: str) -> CameraQuerySet:
    return Camera.objects.visible_to(User.objects.get(username=name), Permission.VIEW_FIGURES)


def _measures(name: str, person: User) -> list[Measure]:
    client = Client()
    client.force_login(person)
    some = _reached(name).order_by("pk")[_reached(name).count() // 2]

    def fetch(path: str) -> Task:
        def task() -> None:
            answer = client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path} as {name}: {answer.status_code}")

        return task

    return [
        Measure(("rule", name, "list"), fetch("/api/cameras/")),
        Measure(("guardian", name, "list"), fetch("/per-camera/cameras/")),
        Measure(("rule", name, "detail"), fetch(f"/api/cameras/{some.pk}/")),
        Measure(("guardian", name, "detail"), fetch(f"/per-camera/cameras/{some.pk}/")),
        Measure(("rule", name, "count"), lambda: Camera.objects.visible_to(person, Permission.VIEW_FIGURES).count()),
        Measure(("guardian", name, "count"), lambda: per_camera.cameras_of(person).count()),
    ]


def _queries(task: Task) -> int:
    task()  # what is looked up once for all, as the types of contents are, is no part of it
    with CaptureQueriesContext(connection) as captured:
        task()
    return len(captured)


def _medians(measures: list[Measure]) -> dict[Key, float]:
    """Milliseconds; whatever slows the machine down for a while slows all of them."""
    seconds: dict[Key, list[float]] = {each.key: [] for each in measures}
    for _ in range(ROUNDS):
        for each in measures:
            started = time.perf_counter()
            each.task()
            seconds[each.key].append(time.perf_counter() - started)
    return {key: round(statistics.median(taken) * 1000, 1) for key, taken in seconds.items()}


def _of(figures: dict[Key, T], way: str, name: str) -> dict[str, T]:
    return {what: figures[way, name, what] for what in WHAT}


def _print_table(queries: dict[Key, int], ms: dict[Key, float]) -> None:
    print(f"{Camera.objects.count()} cameras; medians of {ROUNDS} turns, in ms, with the number of queries")
    head = "".join(f"{f'{way}: {what}':>20}" for what in WHAT for way in WAYS)
    print(f"{'grants':>8} {'cameras':>8}{head}")
    for name in (*COMPARED, *ALONE):
        keys = [(way, name, what) for what in WHAT for way in WAYS]
        cells = "".join(f"{ms[key]:>13.1f} ({queries[key]:>3}) " for key in keys)
        print(f"{name:>8} {_reached(name).count():>8}{cells}")

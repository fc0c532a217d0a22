"""docs/worked-example.md holds: its raw tables, entered, give the figures that were worked out there by hand."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cameras.enums import State
from cameras.models import Camera
from facilities.domain.deadlines import day_ends
from facilities.enums import ReportKind, Sector, SinkSays, Stage, ZoneKind
from facilities.models import Facility, ProgressReport, SinkReport, Zone
from portal.environment import BASE_DIR
from portal.figures.freezing import differences, freeze
from portal.figures.loading import facts_of
from portal.models import Snapshot
from tests.portal.figures.happenings import deadline, report, rule, turn
from tests.world import World, add_camera, add_facility

PAGE = (BASE_DIR / "docs" / "worked-example.md").read_text(encoding="utf-8")
ENTERED = day_ends(date(2021, 5, 30)) + timedelta(hours=7)
MIDNIGHT = day_ends(date(2021, 6, 6))
FROZEN_AT = MIDNIGHT + timedelta(minutes=10)


def table(*heads: str) -> list[dict[str, str]]:
    """The rows of the page's table with these headings."""
    found = re.search(rf"^\| {re.escape(' | '.join(heads))} \|\n\|[- |]+\|\n((?:\|.*\|\n)+)", PAGE, re.MULTILINE)
    assert found, heads
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def moment(text: str) -> datetime:
    return timezone.make_aware(datetime.strptime(text, "%d/%m/%Y %H:%M:%S"))  # noqa: DTZ007 - made aware


def day(text: str) -> date:
    return moment(f"{text} 00:00:00").date()


@pytest.fixture
def facility(world: World) -> Facility:
    """The facility with all that the page says of it."""
    district = world.facilities["tam_ky_school"].district
    assert district is not None
    facility = add_facility(world, "TK-07", world.nodes["tam_ky"], district, Sector.CIVIL)
    Camera.objects.filter(zone__facility=facility).delete()
    Zone.objects.filter(facility=facility).delete()
    national = world.nodes["national"]
    rule(national, "R1", ENTERED)
    rule(national, "R2", ENTERED)
    rule(national, "R3", ENTERED, sinks=["central", "health", "ioc"])
    rule(national, "R6", ENTERED)
    rule(national, "R9", ENTERED, days=7, threshold=0.99)
    deadline(national, date(2021, 6, 11), ENTERED)
    for row in table("zone", "kind", "a camera there"):
        zone = Zone.objects.create(facility=facility, kind=ZoneKind(row["kind"]), name=row["zone"])
        assert zone.requirement.value == row["a camera there"]
    cameras = {row["camera"]: _camera(facility, row) for row in table("camera", "zone", "registered")}
    _enter_reports(facility)
    changes = table("camera", "state", "true from", "noticed at")
    for row in sorted(changes, key=lambda row: moment(row["true from"])):
        turn(cameras[row["camera"]], State(row["state"]), moment(row["true from"]), moment(row["noticed at"]))
    _enter_in_the_past()
    return facility


def _camera(facility: Facility, row: dict[str, str]) -> Camera:
    camera = add_camera(facility, row["camera"], kind=ZoneKind(facility.zones.get(name=row["zone"]).kind))
    Camera.objects.filter(pk=camera.pk).update(registered_at=moment(row["registered"]))
    return camera


def _enter_reports(facility: Facility) -> None:
    entered: dict[str, ProgressReport] = {}
    for row in table("report", "says", "day", "reported at", "withdraws"):
        stage = Stage.NOT_SURVEYED if row["says"] == ReportKind.WITHDRAWAL else Stage(row["says"])
        at, withdraws = moment(row["reported at"]), entered.get(row["withdraws"])
        entered[row["report"]] = report(facility, stage, day(row["day"]), at, withdraws=withdraws)
    for row in table("sink", "says", "day", "reported at"):
        SinkReport.objects.create(
            facility=facility,
            sink=row["sink"],
            says=SinkSays(row["says"]),
            on=day(row["day"]),
            recorded_at=moment(row["reported at"]),
        )


def _enter_in_the_past() -> None:
    """Versions are dated when they are written; these are to be of the time that the page tells of."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in ("facility", "organisation", "zone", "compliancerule"):
            cursor.execute(f"UPDATE facilities_{name}event SET pgh_created_at = %s", [ENTERED])  # noqa: S608 - of this list
        cursor.execute("UPDATE cameras_cameraevent SET pgh_created_at = %s", [ENTERED])
        cursor.execute("SET LOCAL session_replication_role = origin")


def expected() -> dict[str, Any]:
    return {row["figure"]: row["value"] for row in table("figure", "value")}


def written(value: object) -> str:
    """A figure as the page writes it."""
    if isinstance(value, list):
        return ", ".join(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def test_the_frozen_row_is_what_was_worked_out_by_hand(facility: Facility) -> None:
    freeze(date(2021, 6, 6), now=FROZEN_AT)
    row = Snapshot.objects.get(facility=facility)
    figures = expected()
    assert {name: written(getattr(row, name)) for name in figures} == figures
    assert differences(row) == {}


def test_the_hours_of_the_page_add_up(facility: Facility) -> None:
    def seconds(text: str) -> int:
        hours = re.match(r"(\d+)(?: less (\d+) s)?$", text)
        return int(hours[1]) * 3600 - int(hours[2] or 0) if hours else int(text.removesuffix(" s"))

    spent = dict.fromkeys(("ok", "impaired", "down", "unknown"), 0)
    for row in table("camera", "from", "until", "state", "hours"):
        spent[row["state"]] += seconds(row["hours"])
    assert {f"{state}_seconds": str(count) for state, count in spent.items()}.items() <= expected().items()
    facts = facts_of([facility.pk], as_of=MIDNIGHT, known_at=FROZEN_AT)[facility.pk]
    week = list(facts.days.values())
    assert sum(each.ok for each in week) == spent["ok"]
    assert sum(each.unknown for each in week) == spent["unknown"]

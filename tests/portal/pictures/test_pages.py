from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cameras.domain.uptime import Seconds
from cameras.domain.uptime_reading import day_starts
from cameras.enums import Reason, State
from cameras.models import Camera, Transition
from facilities.enums import Sector, ZoneKind
from facilities.models import AdministrativeUnit
from tests.portal.pictures.made import frozen, standing_of
from tests.world import World, add_camera, add_facility

Login = Callable[[str], Client]
DAY = timedelta(days=1)


def change(camera: Camera, at: Any, state: State, reason: Reason = Reason.NONE) -> None:  # noqa: ANN401 - a moment
    Transition.objects.create(camera=camera, before=State.UNKNOWN, state=state, reason=reason, at=at, noticed_at=at)


@pytest.fixture
def figured(world: World) -> World:
    """Figures of all four facilities, with numbers that could leak."""
    today = timezone.localdate()
    due = today + 3 * DAY
    standing_of(world.facilities["tam_ky_school"], claimed=8, verified=4, connected_on=today - DAY, due_on=due)
    standing_of(world.facilities["hoi_an_hotel"], claimed=2, verified=2, due_on=due, failed=["R1", "R9"])
    standing_of(world.facilities["qn_barracks"], claimed=10, verified=10, connected_on=today - 9 * DAY, due_on=due)
    standing_of(world.facilities["da_nang_dormitory"], claimed=77, verified=7, due_on=today - DAY, failed=["R9"])
    for name, ok in (("tam_ky_school", 43200), ("hoi_an_hotel", 86400), ("qn_barracks", 0), ("da_nang_dormitory", 777)):
        facility = world.facilities[name]
        frozen(facility, today - DAY, day_ok_seconds=ok, day_down_seconds=86400 - ok)
    return world


def unit(name: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(name=name)


# --- the map


def shown(answer: Any) -> dict[str, str]:  # noqa: ANN401 - the test client's answer
    return {tile.figures.code: tile.text for tile in answer.context["map"].tiles if tile.figures}


def test_the_squares_show_the_figure_that_is_chosen_and_the_table_the_same(figured: World, login: Login) -> None:
    client, address = login("national_leader"), reverse("compliance_map")
    expected = {
        "": {"49": "80,0%", "48": "9,0%"},
        "verified": {"49": "80,0%", "48": "9,0%"},
        "connected": {"49": "2/3", "48": "0/1"},
        "late": {"49": "0", "48": "1"},
        "R1": {"49": "1", "48": "0"},
        "R9": {"49": "1", "48": "1"},
        "nonsense": {"49": "80,0%", "48": "9,0%"},
    }
    for figure, texts in expected.items():
        answer = client.get(address, {"figure": figure})
        assert shown(answer) == texts
        assert {row.code: text for row, text in answer.context["map"].listed} == texts
        assert len(answer.context["map"].tiles) == 63


def test_the_total_equals_the_rows_and_the_title_says_what_was_found(figured: World, login: Login) -> None:
    client, address = login("national_leader"), reverse("compliance_map")
    found = client.get(address).context["map"]
    assert found.totals == {
        name: sum(getattr(row, name) for row in found.rows)
        for name in ("facilities", "claimed", "verified", "connected", "late", "failing")
    }
    # 23 of 97, cut and not rounded.
    assert found.total == "23,7%"
    assert "23,7%" in found.title
    assert "Đà Nẵng" in found.title
    assert found.rows[0].code == "48"


def steady(answer: Any) -> list[str]:  # noqa: ANN401 - the test client's answer
    """The page's lines but for those that change with each look."""
    return [line for line in answer.content.decode().splitlines() if "csrf" not in line and "as-of" not in line]


def test_a_province_out_of_reach_looks_like_one_without_facilities(figured: World, login: Login) -> None:
    client = login("qn_leader")
    answer = client.get(reverse("compliance_map"))
    assert shown(answer) == {"49": "80,0%"}
    standing_of(figured.facilities["da_nang_dormitory"]).delete()
    without = client.get(reverse("compliance_map"))
    csrf_and_time = [
        line for line in answer.content.decode().splitlines() if "csrf" not in line and "as-of" not in line
    ]
    assert csrf_and_time == [
        line for line in without.content.decode().splitlines() if "csrf" not in line and "as-of" not in line
    ]


def test_a_department_sees_of_its_province_what_it_oversees(figured: World, login: Login) -> None:
    assert shown(login("qn_health_inspector").get(reverse("compliance_map"))) == {"49": "60,0%"}


def test_a_unit_of_2025_takes_no_square_of_2021(figured: World, login: Login) -> None:
    newer = AdministrativeUnit.objects.create(
        level="province", code="01", name="Mới", full_name="Tỉnh Mới", valid_from="2025-07-01"
    )
    standing_of(figured.facilities["hoi_an_hotel"], province=newer, claimed=1)
    answer = login("national_leader").get(reverse("compliance_map"))
    assert "01" not in shown(answer)
    assert "Tỉnh Mới" in [row.name for row in answer.context["map"].rows]


def test_a_closed_facility_is_not_late(figured: World, login: Login) -> None:
    standing_of(figured.facilities["da_nang_dormitory"], closed=True)
    assert shown(login("national_leader").get(reverse("compliance_map"), {"figure": "late"}))["48"] == "0"


# --- the strips of units


def strips_of(answer: Any) -> dict[str, str]:  # noqa: ANN401 - the test client's answer
    return {strip.label: strip.uptime for strip in answer.context["strips"]}


def test_each_level_has_its_rows_the_worst_first(figured: World, login: Login) -> None:
    client, address = login("national_leader"), reverse("compliance_strips")
    country = client.get(address)
    assert list(strips_of(country).items()) == [("Tỉnh Đà Nẵng", "0,8%"), ("Tỉnh Quảng Nam", "50,0%")]
    province = client.get(address, {"unit": unit("Quảng Nam").pk})
    assert list(strips_of(province).items()) == [("Huyện Tam Kỳ", "25,0%"), ("Huyện Hội An", "100,0%")]
    district = client.get(address, {"unit": unit("Tam Kỳ").pk})
    by_facility = [("Cơ sở qn_barracks", "0,0%"), ("Cơ sở tam_ky_school", "50,0%")]
    assert list(strips_of(district).items()) == by_facility
    all_of_it = client.get(address, {"unit": str(unit("Quảng Nam").pk), "by": "facility"})
    assert list(strips_of(all_of_it).items()) == [*by_facility, ("Cơ sở hoi_an_hotel", "100,0%")]


def test_amended_days_count_once_and_as_amended(figured: World, login: Login) -> None:
    school, yesterday = figured.facilities["tam_ky_school"], timezone.localdate() - DAY
    wrong = school.snapshots.get(day=yesterday)
    frozen(school, yesterday, version=2, amends=wrong, day_ok_seconds=86400)
    answer = login("tam_ky_officer").get(reverse("compliance_strips"))
    assert strips_of(answer) == {"Cơ sở tam_ky_school": "100,0%"}


def test_only_the_last_31_whole_days_are_drawn(figured: World, login: Login) -> None:
    school, today = figured.facilities["tam_ky_school"], timezone.localdate()
    for ago in (0, 31, 32):
        frozen(school, today - ago * DAY, day_ok_seconds=86400 if ago == 31 else 0, day_down_seconds=5)
    (strip,) = login("tam_ky_officer").get(reverse("compliance_strips")).context["strips"]
    assert strip.total == Seconds(ok=43200 + 86400, down=43200 + 5)
    assert len(strip.values) == 31


@pytest.mark.parametrize("route", ["compliance_strips", "compliance_progress"])
def test_a_unit_out_of_reach_is_not_there(figured: World, login: Login, route: str) -> None:
    client = login("qn_leader")
    for asked in (str(unit("Đà Nẵng").pk), str(unit("Hải Châu").pk), "999", "x", "9" * 30, "٣", "-1"):
        assert client.get(reverse(route), {"unit": asked}).status_code == 404
    assert client.get(reverse(route), {"unit": unit("Hội An").pk}).status_code == 200
    assert login("qn_army_leader").get(reverse(route), {"unit": unit("Hội An").pk}).status_code == 404


@pytest.mark.parametrize("route", ["compliance_map", "compliance_strips", "compliance_progress"])
def test_nothing_of_another_province_is_said(figured: World, login: Login, route: str) -> None:
    page = login("qn_leader").get(reverse(route)).content.decode()
    assert "Tỉnh Đà Nẵng" not in page
    assert "da_nang_dormitory" not in page
    assert "9,0%" not in page
    assert "0,8%" not in page


@pytest.mark.parametrize("route", ["compliance_map", "compliance_strips", "compliance_progress"])
def test_who_reaches_no_figures_is_told_why_there_are_none(world: World, login: Login, route: str) -> None:
    for name in ("nobody", "national_leader"):
        answer = login(name).get(reverse(route))
        assert answer.status_code == 200
        assert "empty-title" in answer.content.decode()


@pytest.mark.parametrize("route", ["compliance_map", "compliance_strips", "compliance_progress"])
def test_the_number_of_queries_does_not_grow_with_what_is_shown(figured: World, login: Login, route: str) -> None:
    client = login("national_leader")
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(route))
    for number in range(3):
        more = add_facility(figured, f"more_{number}", figured.nodes["hoi_an"], unit("Hội An"), Sector.CIVIL)
        standing_of(more, claimed=1)
        frozen(more, timezone.localdate() - DAY, day_ok_seconds=1)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(route))
    assert len(many) == len(few)


# --- progress


def test_claimed_and_verified_are_counted_by_day(figured: World, login: Login) -> None:
    today = timezone.localdate()
    proven = {"connected_on": today - 9 * DAY, "zones_required": 2, "zones_verified": 2}
    barracks, school = figured.facilities["qn_barracks"], figured.facilities["tam_ky_school"]
    frozen(barracks, today - 4 * DAY, **proven)
    frozen(barracks, today - 3 * DAY, **proven)
    # Claimed but not proven; proven but not claimed; nothing required.
    frozen(school, today - 3 * DAY, **proven | {"zones_verified": 1})
    frozen(school, today - 4 * DAY, **proven | {"connected_on": None})
    frozen(school, today - 5 * DAY, **proven | {"zones_required": 0, "zones_verified": 0})
    found = login("national_leader").get(reverse("compliance_progress")).context["progress"]
    assert found.target == 4
    assert [(found.claimed[today - ago * DAY], found.verified[today - ago * DAY]) for ago in (10, 9, 5, 4, 1, 0)] == [
        (0, 0),
        (1, 0),
        (1, 0),
        (1, 1),
        (2, 1),
        (2, 1),
    ]
    assert found.deadline == today + 3 * DAY
    assert found.otherwise_due == 1


def test_of_what_was_verified_before_the_days_shown_none_is_lost(figured: World, login: Login) -> None:
    today, barracks = timezone.localdate(), figured.facilities["qn_barracks"]
    standing_of(barracks, connected_on=today - 300 * DAY)
    for ago in (200, 60, 59):
        frozen(barracks, today - ago * DAY, connected_on=today - 300 * DAY, zones_required=1, zones_verified=1)
    found = login("qn_army_leader").get(reverse("compliance_progress")).context["progress"]
    assert found.first == today - 60 * DAY
    assert set(found.claimed.values()) == set(found.verified.values()) == {1}


def test_facilities_closed_before_they_were_connected_are_not_waited_for(figured: World, login: Login) -> None:
    standing_of(figured.facilities["hoi_an_hotel"], closed=True)
    standing_of(figured.facilities["qn_barracks"], closed=True)
    found = login("qn_leader").get(reverse("compliance_progress")).context["progress"]
    assert (found.target, found.claimed_now) == (2, 2)


# --- one facility, day and night


@pytest.fixture
def watched(world: World) -> World:
    """Tam Kỳ's school since 40 days: good, but for two hours the day before yesterday, and one hour not observed."""
    camera = world.cameras["tam_ky_school"]
    toilet = add_camera(world.facilities["tam_ky_school"], "toilet", kind=ZoneKind.TOILET)
    start = day_starts(timezone.localdate() - 2 * DAY)
    Camera.objects.update(registered_at=start - 40 * DAY)
    change(camera, start - 40 * DAY, State.OK)
    change(camera, start + timedelta(hours=5), State.DOWN, Reason.TIMEOUT)
    change(camera, start + timedelta(hours=7), State.OK)
    change(camera, start + timedelta(hours=9, minutes=30), State.UNKNOWN, Reason.OVERDUE)
    change(camera, start + timedelta(hours=10, minutes=30), State.OK)
    change(toilet, start, State.DOWN, Reason.TIMEOUT)
    return world


def page_of(world: World, name: str) -> str:
    return reverse("facility_uptime", args=[world.facilities[name].pk])


def test_hours_of_31_days_are_drawn_and_the_title_says_what_was_found(watched: World, login: Login) -> None:
    answer = login("tam_ky_officer").get(page_of(watched, "tam_ky_school"))
    strips = answer.context["strips"]
    assert len(strips) == 31
    assert all(len(strip.values) == 24 for strip in strips[1:])
    day = strips[2]
    assert day.values[4:8] == ("100,0%", "0,0%", "0,0%", "100,0%")
    assert day.total == Seconds(ok=21 * 3600, down=7200, unknown=3600)
    assert [(cell.x, cell.width, cell.shade, cell.hatched) for cell in day.cells] == [
        ("0.00%", "20.83%", 0, ""),
        ("20.83%", "8.33%", 4, ""),
        ("29.17%", "8.33%", 0, ""),
        ("37.50%", "8.33%", 0, "50.00%"),
        ("45.83%", "54.17%", 0, ""),
    ]
    # 165 of 167 observed hours of seven days, one of 168 not observed: cut, not rounded.
    assert "98,8%" in answer.context["finding"]
    assert "0,5%" in answer.context["finding"]


def test_a_day_is_drawn_by_minutes_and_lists_what_happened(watched: World, login: Login) -> None:
    day = timezone.localdate() - 2 * DAY
    answer = login("tam_ky_officer").get(page_of(watched, "tam_ky_school"), {"day": f"{day:%Y-%m-%d}"})
    (strip,) = answer.context["strips"]
    assert [(piece.state, piece.x) for piece in strip.pieces] == [
        (State.OK, "0.000%"),
        (State.DOWN, "20.833%"),
        (State.OK, "29.167%"),
        (State.UNKNOWN, "39.583%"),
        (State.OK, "43.750%"),
    ]
    assert [change.state for change in answer.context["changes"]] == ["down", "ok", "unknown", "ok"]
    # The camera in the toilet stands on no strip and in no list.
    assert "toilet" not in answer.content.decode()


@pytest.mark.parametrize("asked", ["x", "2021-02-31", "0001-01-01", "9999-12-31", "2021-06-11T00:00"])
def test_a_day_that_is_none_shows_the_31(watched: World, login: Login, asked: str) -> None:
    answer = login("tam_ky_officer").get(page_of(watched, "tam_ky_school"), {"day": asked})
    assert len(answer.context["strips"]) == 31


def test_a_facility_without_cameras_says_so(world: World, login: Login) -> None:
    Camera.objects.all().delete()
    client, page = login("tam_ky_officer"), page_of(world, "tam_ky_school")
    assert client.get(page).status_code == 200
    assert client.get(page, {"day": f"{timezone.localdate():%Y-%m-%d}"}).status_code == 200


def test_another_facilitys_hours_are_not_there(watched: World, login: Login) -> None:
    assert login("hoi_an_officer").get(page_of(watched, "tam_ky_school")).status_code == 404


@pytest.mark.parametrize("query", [{}, {"day": "today"}])
def test_queries_do_not_grow_with_cameras(watched: World, login: Login, query: dict[str, str]) -> None:
    if query:
        query = {"day": f"{timezone.localdate():%Y-%m-%d}"}
    client, page = login("tam_ky_officer"), page_of(watched, "tam_ky_school")
    change(watched.cameras["tam_ky_school"], timezone.now(), State.DOWN)
    with CaptureQueriesContext(connection) as few:
        client.get(page, query)
    for number in range(3):
        camera = add_camera(watched.facilities["tam_ky_school"], f"more {number}")
        change(camera, timezone.now(), State.OK)
    with CaptureQueriesContext(connection) as many:
        client.get(page, query)
    assert len(many) == len(few)


def test_the_cameras_page_shows_its_day(watched: World, login: Login) -> None:
    client = login("tam_ky_officer")
    answer = client.get(reverse("camera", args=[watched.cameras["tam_ky_school"].pk]))
    assert [piece.state for piece in answer.context["strip"].pieces] == [State.OK]
    toilet = Camera.objects.get(name="toilet")
    assert client.get(reverse("camera", args=[toilet.pk])).context["strip"] is None

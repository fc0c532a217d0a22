from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cameras.domain.uptime import Change, History, Seconds, seconds
from cameras.domain.uptime_reading import counted, day_seconds, day_starts, histories
from cameras.enums import State
from cameras.models import Camera, Transition
from facilities.domain.deadlines import day_ends
from facilities.enums import ZoneKind
from tests.world import World, add_camera

DAY = date(2021, 6, 10)
DAYS = (date(2021, 6, 9), DAY, date(2021, 6, 11))
START = day_starts(DAY)


def registered(camera: Camera, at: datetime) -> None:
    Camera.objects.filter(pk=camera.pk).update(registered_at=at)


def change(camera: Camera, at: datetime, state: State) -> None:
    Transition.objects.create(camera=camera, before=State.UNKNOWN, state=state, at=at, noticed_at=at)


def test_days_are_those_of_viet_nam(world: World) -> None:
    camera, school = world.cameras["tam_ky_school"], world.facilities["tam_ky_school"]
    registered(camera, START - timedelta(days=2))
    change(camera, START - timedelta(minutes=1), State.OK)
    change(camera, START + timedelta(hours=23), State.DOWN)
    assert day_seconds([school.pk], DAYS)[school.pk] == {
        date(2021, 6, 9): Seconds(ok=60, unknown=86340),
        DAY: Seconds(ok=23 * 3600, down=3600),
        date(2021, 6, 11): Seconds(down=86400),
    }


def test_cameras_in_forbidden_zones_and_of_others_do_not_count(world: World) -> None:
    school, hotel = world.facilities["tam_ky_school"], world.facilities["hoi_an_hotel"]
    toilet = add_camera(school, "toilet", kind=ZoneKind.TOILET)
    for camera in (world.cameras["tam_ky_school"], world.cameras["hoi_an_hotel"], toilet):
        registered(camera, START)
        change(camera, START, State.OK)
    found = day_seconds([school.pk, hotel.pk], [DAY])
    assert found == {facility.pk: {DAY: Seconds(ok=86400)} for facility in (school, hotel)}


def test_a_facility_without_cameras_in_that_time_has_none_of_it(world: World) -> None:
    school = world.facilities["tam_ky_school"]
    registered(world.cameras["tam_ky_school"], day_ends(DAY))
    assert day_seconds([school.pk], [DAY]) == {school.pk: {DAY: Seconds()}}
    assert day_seconds([school.pk], []) == {school.pk: {}}


@pytest.mark.parametrize("more", [0, 2])
def test_two_queries_read_any_number_of_cameras(
    world: World, django_assert_num_queries: DjangoAssertNumQueries, more: int
) -> None:
    for number in range(more):
        add_camera(world.facilities["tam_ky_school"], f"more {number}")
    Camera.objects.update(registered_at=START)
    for camera in Camera.objects.all():
        for hour in range(3):
            change(camera, START + timedelta(hours=hour), State.OK)
    with django_assert_num_queries(2):
        assert len(histories(counted(Camera.objects.all()), start=START, end=day_ends(DAY))) == 4 + more


minutes = st.integers(-3000, 4000).map(lambda minute: START + timedelta(seconds=minute * 41.5))
pasts = st.lists(st.tuples(minutes, st.sampled_from(State)), max_size=8, unique_by=lambda each: each[0])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes, pasts)
def test_what_is_loaded_gives_what_the_whole_past_gives(
    world: World, at: datetime, past: list[tuple[datetime, State]]
) -> None:
    camera, school = world.cameras["tam_ky_school"], world.facilities["tam_ky_school"]
    Transition.objects.all().delete()
    registered(camera, at)
    for moment, state in past:
        change(camera, moment, state)
    whole = History(at, tuple(Change(moment, state) for moment, state in sorted(past)))
    assert day_seconds([school.pk], DAYS)[school.pk] == {
        day: seconds(whole, start=day_starts(day), end=day_ends(day)) for day in DAYS
    }

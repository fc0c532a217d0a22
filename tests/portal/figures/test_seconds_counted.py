"""What the database counts for many facilities at once equals what the arithmetic says camera by camera."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cameras.domain.uptime import Seconds
from cameras.domain.uptime_reading import day_seconds, day_starts
from cameras.enums import State
from cameras.models import Camera, Transition
from facilities.enums import ZoneKind
from portal.figures.seconds import Counted, seconds_by_day
from tests.world import World, add_camera

DAYS = (date(2021, 6, 9), date(2021, 6, 10), date(2021, 6, 11))
MIDNIGHT = day_starts(DAYS[1])

# Around midnights, within one second of each other, and far away.
moments = st.one_of(
    st.integers(-3000, 4000).map(lambda minute: MIDNIGHT + timedelta(seconds=minute * 41.5)),
    st.tuples(st.integers(-2, 2), st.integers(-1500, 1500)).map(
        lambda at: MIDNIGHT + timedelta(days=at[0], milliseconds=at[1])
    ),
)
pasts = st.lists(st.tuples(moments, st.sampled_from(State)), max_size=6, unique_by=lambda each: each[0])
cameras = st.lists(st.tuples(moments, pasts), min_size=3, max_size=3)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cameras)
def test_the_database_counts_as_the_arithmetic_does(
    world: World, found: list[tuple[datetime, list[tuple[datetime, State]]]]
) -> None:
    school, hotel = world.facilities["tam_ky_school"], world.facilities["hoi_an_hotel"]
    Transition.objects.all().delete()
    Camera.objects.filter(name="gate").delete()
    rows = [
        world.cameras["tam_ky_school"],
        add_camera(school, "gate", kind=ZoneKind.GATE),
        world.cameras["hoi_an_hotel"],
    ]
    counted = []
    for camera, (registered_at, past) in zip(rows, found, strict=True):
        Camera.objects.filter(pk=camera.pk).update(registered_at=registered_at)
        counted.append(Counted(camera.pk, camera.zone.facility_id, registered_at))
        Transition.objects.bulk_create(
            Transition(camera=camera, before=State.UNKNOWN, state=state, at=at, noticed_at=at) for at, state in past
        )
    by_database = seconds_by_day(counted, DAYS, known_at=timezone.now())
    for facility, days in day_seconds([school.pk, hotel.pk], DAYS).items():
        for day, seconds in days.items():
            assert by_database.get(facility, {}).get(day, Seconds()) == seconds

"""Each facility's figures follow what changes about it, whoever changes it and however."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cameras.enums import State
from cameras.models import Camera, CameraState
from facilities.enums import SinkSays, Stage, ZoneKind
from facilities.models import Contact, FacilityChange, Organisation, SinkReport, Zone
from portal.figures.refreshing import refresh, refresh_all
from portal.models import FacilityStanding
from tests.portal.figures.happenings import deadline, report, turn
from tests.world import World, add_camera

NOW = timezone.now()


def standing(world: World, name: str) -> FacilityStanding:
    while refresh(now=timezone.now()):
        pass
    return FacilityStanding.objects.get(facility=world.facilities[name])


def test_a_facility_that_nobody_reported_about(world: World) -> None:
    row = standing(world, "tam_ky_school")
    assert (row.stage, row.claimed, row.verified, row.unknown, row.zones_required) == ("not_surveyed", 1, 0, 1, 2)
    assert (row.zones_claimed, row.zones_verified, row.connected_on, row.due_on) == (1, 0, None, None)
    assert row.name == "Cơ sở tam_ky_school"
    assert "co so tam_ky_school" in row.folded


def test_a_picture_verifies_its_camera_and_its_zone_and_no_other_facility(world: World) -> None:
    turn(world.cameras["tam_ky_school"], State.OK, NOW)
    row, other = standing(world, "tam_ky_school"), standing(world, "hoi_an_hotel")
    assert (row.claimed, row.verified, row.unknown, row.zones_verified) == (1, 1, 0, 1)
    assert (other.verified, other.zones_verified) == (0, 0)


def test_a_camera_in_a_forbidden_zone_counts_for_nothing_and_is_named(world: World) -> None:
    camera = add_camera(world.facilities["tam_ky_school"], "Phòng 101", kind=ZoneKind.TOILET)
    turn(camera, State.OK, NOW)
    row = standing(world, "tam_ky_school")
    assert (row.claimed, row.forbidden, row.verified) == (2, 1, 0)
    assert row.contradictions == ["camera_in_forbidden_zone"]


CHANGES: dict[str, Callable[[World], object]] = {
    "a look": lambda world: turn(world.cameras["tam_ky_school"], State.OK, NOW),
    "raw SQL on states": lambda world: CameraState.objects.filter(camera=world.cameras["tam_ky_school"]).update(
        state=State.IMPAIRED, reason="black"
    ),
    "a report": lambda world: report(world.facilities["tam_ky_school"], Stage.SURVEYED, NOW.date(), NOW),
    "a zone": lambda world: Zone.objects.create(
        facility=world.facilities["tam_ky_school"], kind=ZoneKind.YARD, name="Sân"
    ),
    "no zone": lambda world: world.facilities["tam_ky_school"].zones.get(kind=ZoneKind.GATE).delete(),
    "a camera's zone": lambda world: Camera.objects.filter(pk=world.cameras["tam_ky_school"].pk).update(
        zone=world.facilities["tam_ky_school"].zones.get(kind=ZoneKind.TOILET)
    ),
    "a name": lambda world: Organisation.objects.filter(pk=world.nodes["tam_ky_school"].pk).update(name="Trường mới"),
    "a sink": lambda world: SinkReport.objects.create(
        facility=world.facilities["tam_ky_school"],
        sink="ioc",
        says=SinkSays.CLAIMED,
        on=NOW.date(),
        recorded_at=NOW,
    ),
    "a contact": lambda world: Contact.objects.create(
        facility=world.facilities["tam_ky_school"], full_name="A", title="B", phone="0905123456", email="a@b.vn"
    ),
    "the sector": lambda world: (
        type(world.facilities["tam_ky_school"])
        .objects.filter(pk=world.facilities["tam_ky_school"].pk)
        .update(sector="army")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_a_facility_makes_its_figures_and_no_others_anew(world: World, change: str) -> None:
    standing(world, "tam_ky_school")
    CHANGES[change](world)
    later = timezone.now()
    assert refresh(now=later) == 1
    assert list(FacilityStanding.objects.filter(computed_at=later).values_list("facility", flat=True)) == [
        world.facilities["tam_ky_school"].pk
    ]
    assert refresh(now=timezone.now()) == 0


def test_a_look_that_changes_nothing_costs_nothing(world: World) -> None:
    standing(world, "tam_ky_school")
    CameraState.objects.update(observed_at=NOW, seconds=0.5)
    assert not FacilityChange.objects.exists()


def test_a_deadline_concerns_them_all(world: World) -> None:
    standing(world, "tam_ky_school")
    deadline(world.nodes["national"], NOW.date() + timedelta(days=3), NOW)
    assert refresh(now=timezone.now()) == 4
    assert standing(world, "da_nang_dormitory").due_on == NOW.date() + timedelta(days=3)


def test_another_day_makes_all_of_them_anew(world: World) -> None:
    standing(world, "tam_ky_school")
    tomorrow = timezone.now() + timedelta(days=1)
    assert refresh(now=tomorrow, limit=3) == 3
    assert refresh(now=tomorrow, limit=3) == 1
    assert refresh(now=tomorrow, limit=3) == 0


def test_what_is_told_while_others_are_made_is_made_next(world: World) -> None:
    standing(world, "tam_ky_school")
    for name in ("tam_ky_school", "hoi_an_hotel", "qn_barracks"):
        turn(world.cameras[name], State.OK, NOW)
    assert [refresh(now=timezone.now(), limit=2) for _ in range(3)] == [2, 1, 0]
    assert FacilityStanding.objects.filter(verified=1).count() == 3


def test_as_many_queries_for_four_facilities_as_for_one(world: World) -> None:
    def queries(names: list[str]) -> int:
        standing(world, "tam_ky_school")
        for name in names:
            report(world.facilities[name], Stage.SURVEYED, NOW.date(), timezone.now())
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert refresh(now=timezone.now()) == len(names)
        return len(asked)

    assert queries(["tam_ky_school"]) == queries(list(world.facilities))


def test_all_of_them_at_once_are_the_same_as_one_after_the_other(world: World) -> None:
    turn(world.cameras["tam_ky_school"], State.OK, NOW)
    one_by_one = standing(world, "tam_ky_school")
    assert refresh_all(now=one_by_one.computed_at) == 4
    anew = FacilityStanding.objects.get(facility=world.facilities["tam_ky_school"])
    assert {f.attname: getattr(anew, f.attname) for f in FacilityStanding._meta.concrete_fields} == {
        f.attname: getattr(one_by_one, f.attname) for f in FacilityStanding._meta.concrete_fields
    }

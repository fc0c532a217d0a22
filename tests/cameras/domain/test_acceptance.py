"""Acceptance of cameras: with what was measured and a picture of the last minutes, or not at all."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from cameras.domain.acceptance import candidates, report_acceptance
from cameras.enums import Reason, State
from cameras.live.tiles import Tile, publish
from cameras.models import Acceptance, Camera, CameraState, ConformanceResult
from facilities.domain.rollout import Account, report_step, standing_of
from facilities.domain.stored_files import folder
from facilities.enums import Stage, ZoneKind
from facilities.models import Facility, ProgressReport, StoredFile
from tests.world import NOW, World, add_camera

ON = Account(on=date(2021, 6, 11))
SEEN = NOW - timedelta(minutes=2)


@pytest.fixture
def school(world: World) -> Facility:
    school = world.facilities["tam_ky_school"]
    for stage in list(Stage)[1:6]:
        report_step(facility=school, stage=stage, account=ON, actor=None, now=NOW)
    return school


@pytest.fixture
def camera(world: World, school: Facility) -> Camera:
    return delivering(world.cameras["tam_ky_school"])


def delivering(camera: Camera) -> Camera:
    CameraState.objects.filter(camera=camera).update(
        state=State.OK, reason="", pictured_at=SEEN, codec="h264", width=1280, height=720, luma=92.5, contrast=40.0
    )
    return camera


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 36), (20, 90, 120)).save(file, "JPEG")
    return file.getvalue()


def on_the_wall(camera: Camera, school: Facility, *, hidden: bool = False) -> None:
    tile = Tile(camera.pk, school.pk, State.OK, Reason.NONE, SEEN, SEEN, SEEN, jpeg(), hidden)
    publish([tile])


def accept(school: Facility, *cameras: Camera) -> ProgressReport:
    return report_acceptance(
        facility=school, cameras=[camera.pk for camera in cameras], account=ON, actor=None, now=NOW
    )


def refused(school: Facility, *cameras: Camera) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        accept(school, *cameras)
    assert list(refusal.value.message_dict) == ["cameras"]
    assert not Acceptance.objects.exists()
    assert standing_of(school).stage is Stage.INSTALLING
    return list(refusal.value.message_dict["cameras"])


def test_a_camera_is_accepted_with_what_was_measured_and_its_picture(school: Facility, camera: Camera) -> None:
    on_the_wall(camera, school)
    report = accept(school, camera)
    kept = Acceptance.objects.get(camera=camera)
    found = kept.conformance
    assert (found.codec, found.width, found.height, found.luma, found.contrast) == ("h264", 1280, 720, 92.5, 40.0)
    assert (found.measured_at, found.frame_rate) == (SEEN, None)
    assert (kept.report, kept.pictured_at) == (report, SEEN)
    assert kept.picture is not None
    assert (folder() / kept.picture.stored_as).read_bytes() == jpeg()
    assert kept.picture.organisation_id == school.organisation_id
    assert standing_of(school).stage is Stage.ACCEPTED


def test_without_a_tile_it_is_accepted_by_what_the_prober_saw(school: Facility, camera: Camera) -> None:
    accept(school, camera)
    kept = Acceptance.objects.get(camera=camera)
    assert (kept.picture, kept.pictured_at) == (None, SEEN)


def test_each_camera_that_has_no_picture_is_refused_by_name(school: Facility, camera: Camera) -> None:
    other = add_camera(school, "Cổng chính", kind=ZoneKind.GATE)
    (text,) = refused(school, camera, other)
    assert text.startswith("Cổng chính") or "Cổng chính" in text
    assert camera.name not in text
    assert not ConformanceResult.objects.exists()


@pytest.mark.parametrize(
    ("state", "reason"), [(State.DOWN, Reason.TIMEOUT), (State.UNKNOWN, Reason.NOT_PROBED), (State.IMPAIRED, "black")]
)
def test_a_picture_of_before_does_not_help_one_that_delivers_none(
    school: Facility, camera: Camera, state: State, reason: str
) -> None:
    CameraState.objects.filter(camera=camera).update(state=state, reason=reason)
    assert len(refused(school, camera)) == 1


def test_a_picture_is_good_for_ten_minutes(school: Facility, camera: Camera) -> None:
    CameraState.objects.filter(camera=camera).update(pictured_at=NOW - timedelta(minutes=10, seconds=1))
    assert "10" in refused(school, camera)[0]
    CameraState.objects.filter(camera=camera).update(pictured_at=NOW - timedelta(minutes=10))
    accept(school, camera)


def test_no_picture_of_a_forbidden_zone_is_kept(school: Facility) -> None:
    """Even where one lies in the store of tiles, from before the zone was entered rightly."""
    camera = delivering(add_camera(school, "Trong phòng", kind=ZoneKind.TOILET))
    on_the_wall(camera, school)
    accept(school, camera)
    assert Acceptance.objects.get(camera=camera).picture is None
    assert not StoredFile.objects.exists()


def test_a_camera_of_another_facility_is_not_there(world: World, school: Facility, camera: Camera) -> None:
    foreign = delivering(world.cameras["da_nang_dormitory"])
    (text,) = refused(school, camera, foreign)
    assert foreign.name not in text


def test_an_acceptance_of_nothing_is_none(school: Facility) -> None:
    refused(school)


def test_candidates_are_told_in_a_number_of_queries_that_does_not_grow(
    school: Facility, camera: Camera, django_assert_num_queries: object
) -> None:
    add_camera(school, "Cổng 1", kind=ZoneKind.GATE)
    add_camera(school, "Cổng 2", kind=ZoneKind.GATE)
    with django_assert_num_queries(1):  # type: ignore[operator] # a fixture of pytest-django
        found = candidates(school, now=NOW)
    assert [bool(each.refusal) for each in found] == [False, True, True]

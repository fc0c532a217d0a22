"""Not looked at is not disconnected."""

from datetime import timedelta

import pytest

from cameras.domain.unobserved import mark_unobserved
from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Transition
from tests.world import NOW, World


@pytest.fixture
def camera(world: World) -> Camera:
    camera = world.cameras["tam_ky_school"]
    CameraState.objects.filter(pk=camera.pk).update(state=State.OK, reason="", observed_at=NOW)
    return camera


def test_a_camera_that_missed_its_turns_is_not_observed(camera: Camera) -> None:
    assert mark_unobserved(now=NOW + timedelta(seconds=180)) == 0
    assert mark_unobserved(now=NOW + timedelta(seconds=181)) == 1
    state = CameraState.objects.get(pk=camera.pk)
    assert (state.state, state.reason, state.since) == (
        State.UNKNOWN,
        Reason.OVERDUE,
        NOW + timedelta(seconds=60),
    )
    moved = Transition.objects.get()
    assert (moved.before, moved.state, moved.at) == (State.OK, State.UNKNOWN, NOW + timedelta(seconds=60))


def test_it_is_marked_once(camera: Camera) -> None:
    later = NOW + timedelta(hours=1)
    assert [mark_unobserved(now=later), mark_unobserved(now=later)] == [1, 0]


def test_a_paused_camera_stays_as_it_was(camera: Camera) -> None:
    CameraState.objects.filter(pk=camera.pk).update(state=State.DOWN, reason=Reason.AUTHENTICATION, due_at=None)
    assert mark_unobserved(now=NOW + timedelta(days=1)) == 0

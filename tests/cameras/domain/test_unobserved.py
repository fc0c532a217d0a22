"""Not looked at is not disconnected."""

from datetime import timedelta

import pytest

from cameras.domain.dispatch import claim_due
from cameras.domain.unobserved import OVERDUE_AFTER, mark_unobserved
from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Transition
from tests.world import NOW, World


@pytest.fixture
def camera(world: World) -> Camera:
    camera = world.cameras["tam_ky_school"]
    CameraState.objects.filter(pk=camera.pk).update(state=State.OK, reason="", observed_at=NOW)
    return camera


def test_a_camera_whose_look_is_overdue_is_not_observed(camera: Camera) -> None:
    assert mark_unobserved(now=NOW + OVERDUE_AFTER) == 0
    assert mark_unobserved(now=NOW + OVERDUE_AFTER + timedelta(seconds=1)) == 1
    state = CameraState.objects.get(pk=camera.pk)
    assert (state.state, state.reason, state.since) == (State.UNKNOWN, Reason.OVERDUE, NOW)
    moved = Transition.objects.get()
    assert (moved.before, moved.state, moved.at) == (State.OK, State.UNKNOWN, NOW)


def test_history_never_runs_backwards(camera: Camera) -> None:
    """The look before took so long that its picture came after the next one was due."""
    seen = NOW + timedelta(seconds=8)
    CameraState.objects.filter(pk=camera.pk).update(since=seen)
    assert mark_unobserved(now=NOW + OVERDUE_AFTER + timedelta(seconds=1)) == 1
    assert Transition.objects.get().at == seen


def test_claims_that_nobody_fulfils_do_not_hide_it(camera: Camera) -> None:
    """The schedule moves on with each claim; the look that is awaited does not."""
    for minute in range(3):
        claim_due(now=NOW + timedelta(minutes=minute), vantage="central")
    assert mark_unobserved(now=NOW + timedelta(minutes=3)) == 1
    assert Transition.objects.get().at == NOW


def test_a_camera_that_was_paused_for_days_is_not_overdue_once_it_is_mended(camera: Camera) -> None:
    CameraState.objects.filter(pk=camera.pk).update(state=State.DOWN, reason=Reason.AUTHENTICATION, due_at=None)
    later = NOW + timedelta(days=3)
    CameraState.objects.filter(pk=camera.pk).update(due_at=later)
    assert mark_unobserved(now=later + timedelta(minutes=1)) == 0


def test_it_is_marked_once(camera: Camera) -> None:
    later = NOW + timedelta(hours=1)
    assert [mark_unobserved(now=later), mark_unobserved(now=later)] == [1, 0]


def test_a_paused_camera_stays_as_it_was(camera: Camera) -> None:
    CameraState.objects.filter(pk=camera.pk).update(state=State.DOWN, reason=Reason.AUTHENTICATION, due_at=None)
    assert mark_unobserved(now=NOW + timedelta(days=1)) == 0

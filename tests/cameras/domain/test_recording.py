"""Observations into states: once, in order, and with nothing lost."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from pytest_django import DjangoCaptureOnCommitCallbacks

from cameras.domain.dispatch import LEASE, claim_due
from cameras.domain.observation import Observation
from cameras.domain.recording import record
from cameras.domain.unobserved import OVERDUE_AFTER, mark_unobserved
from cameras.domain.verdict import Verdict, fault
from cameras.enums import Codec, Reason, State
from cameras.live import tiles
from cameras.live.tiles import Tile
from cameras.models import Camera, CameraState, Transition
from cameras.pictures.picture import Picture
from facilities.enums import ZoneKind
from tests.world import NOW, World, add_camera

PICTURE = Picture(
    width=1280,
    height=720,
    codec=Codec.H264,
    jpeg=b"\xff\xd8picture\xff\xd9",
    luma=100.0,
    contrast=40.0,
    sharpness=120.0,
    fingerprint=b"f" * 16,
)


@pytest.fixture
def camera(world: World) -> Camera:
    return world.cameras["tam_ky_school"]


def look(camera: Camera, minute: int, *, reason: Reason = Reason.NONE) -> Observation:
    """Claim the camera and see a picture, or the fault of `reason`."""
    now = NOW + timedelta(minutes=minute)
    CameraState.objects.filter(pk=camera.pk).update(due_at=now, claimed_until=None)
    claim = next(claim.number for claim in claim_due(now=now, vantage="central") if claim.camera == camera.pk)
    if reason:
        return Observation(camera.pk, claim, now, fault(reason))
    return Observation(camera.pk, claim, now, Verdict(State.OK), PICTURE, 1.5)


def state_of(camera: Camera) -> CameraState:
    return CameraState.objects.get(pk=camera.pk)


def head(camera: Camera) -> dict[str, str]:
    frame = tiles.read([camera.pk])[camera.pk]
    length = int.from_bytes(frame[:4])
    found: dict[str, str] = json.loads(frame[4 : 4 + length])
    return found


def test_a_picture_makes_a_camera_work(camera: Camera) -> None:
    seen = look(camera, 0)
    assert record([seen], now=NOW) == 1
    state = state_of(camera)
    assert (state.state, state.reason, state.since) == (State.OK, Reason.NONE, NOW)
    assert (state.width, state.height, state.codec, state.seconds) == (1280, 720, Codec.H264, 1.5)
    assert state.claimed_until is None
    moved = Transition.objects.get()
    assert (moved.before, moved.state, moved.at) == (State.UNKNOWN, State.OK, NOW)


def test_recorded_twice_is_recorded_once(camera: Camera) -> None:
    seen = look(camera, 0)
    assert [record([seen], now=NOW) for _ in range(3)] == [1, 0, 0]
    assert Transition.objects.count() == 1


def test_a_late_result_does_not_undo_a_newer_one(camera: Camera) -> None:
    late = look(camera, 0, reason=Reason.TIMEOUT)
    record([look(camera, 1)], now=NOW)
    assert record([late], now=NOW) == 0
    assert state_of(camera).state == State.OK


def test_a_result_that_nobody_claimed_is_dropped(camera: Camera) -> None:
    seen = look(camera, 0)
    assert record([replace(seen, claim=seen.claim + 1)], now=NOW) == 0


def test_a_death_is_dated_from_the_first_failure_and_the_last_picture_stays_known(camera: Camera) -> None:
    record([look(camera, 0)], now=NOW)
    record([look(camera, 1, reason=Reason.REFUSED)], now=NOW)
    waiting = state_of(camera)
    assert waiting.state == State.OK
    assert waiting.due_at == NOW + timedelta(minutes=1, seconds=15)
    record([look(camera, 2, reason=Reason.REFUSED)], now=NOW)
    dead = state_of(camera)
    assert (dead.state, dead.reason, dead.since) == (State.DOWN, Reason.REFUSED, NOW + timedelta(minutes=1))
    assert (dead.pictured_at, dead.width) == (NOW, 1280)
    record([look(camera, 3)], now=NOW)
    assert list(Transition.objects.order_by("at").values_list("state", flat=True)) == [State.OK, State.DOWN, State.OK]


def test_a_rejected_password_pauses_the_checks(camera: Camera) -> None:
    record([look(camera, 0, reason=Reason.AUTHENTICATION)], now=NOW)
    assert state_of(camera).due_at is None
    assert state_of(camera).state == State.DOWN


def test_a_look_that_fails_through_our_own_fault_stays_awaited(camera: Camera) -> None:
    """Nobody saw the camera: it must not go on counting as working, nor wait for its next turn."""
    record([look(camera, 0)], now=NOW)
    assert record([look(camera, 1, reason=Reason.OUR_FAULT)], now=NOW) == 0
    due = NOW + timedelta(minutes=1)
    assert state_of(camera).state == State.OK
    assert (state_of(camera).awaited_since, state_of(camera).claimed_until) == (due, due + LEASE)
    assert mark_unobserved(now=due + OVERDUE_AFTER + timedelta(seconds=1)) == 1
    assert (state_of(camera).state, state_of(camera).since) == (State.UNKNOWN, due)


def test_the_tile_is_published_when_the_state_is_committed(
    camera: Camera, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        record([look(camera, 0)], now=NOW)
        assert tiles.read([camera.pk]) == {}
    assert head(camera)["state"] == "ok"
    assert head(camera)["captured_at"] == NOW.isoformat()
    assert tiles.read([camera.pk])[camera.pk].endswith(PICTURE.jpeg)


def test_without_redis_the_states_are_recorded_all_the_same(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The wall stands still; what was seen is not lost, and the rest of the batch goes on."""
    monkeypatch.setattr(tiles, "_store", lambda: redis.Redis.from_url("unix:///nowhere/redis.sock", retry=None))
    camera = committed_world.cameras["tam_ky_school"]
    assert record([look(camera, 0)], now=NOW) == 1
    assert state_of(camera).state == State.OK
    assert [entry.levelname for entry in caplog.records] == ["ERROR"]


def test_a_fault_keeps_the_last_picture_with_its_own_time(
    camera: Camera, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        record([look(camera, 0)], now=NOW)
        record([look(camera, 1, reason=Reason.AUTHENTICATION)], now=NOW)
    assert (head(camera)["state"], head(camera)["captured_at"]) == ("down", NOW.isoformat())


def test_what_a_camera_in_a_forbidden_zone_sees_is_shown_to_nobody(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    camera = add_camera(world.facilities["tam_ky_school"], "Trong nhà vệ sinh", kind=ZoneKind.TOILET)
    stray = Tile(camera.pk, camera.zone.facility_id, State.OK, Reason.NONE, NOW, NOW, NOW, PICTURE.jpeg)
    tiles.publish([stray])
    with django_capture_on_commit_callbacks(execute=True):
        record([look(camera, 0)], now=NOW)
    assert state_of(camera).state == State.OK
    assert PICTURE.jpeg not in tiles.read([camera.pk])[camera.pk]
    assert head(camera)["captured_at"] is None

"""People edit and delete while the prober records: neither waits for the other in a circle, neither loses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from cameras.domain.dispatch import claim_due
from cameras.domain.observation import Observation
from cameras.domain.recording import record
from cameras.domain.registration import EditConflict, delete_camera, edit_camera, register_camera, version
from cameras.domain.stream_entry import RegistrationRefused, StreamEntry
from cameras.domain.verdict import Verdict, fault
from cameras.enums import Reason, State, StreamKind
from cameras.models import Camera, CameraState, Transition
from facilities.enums import ZoneKind
from facilities.models import Zone
from tests.world import NOW, World

ROUNDS = 20
LATER = NOW + timedelta(minutes=1)


def side_by_side(*jobs: Callable[[], object]) -> list[object]:
    """Run the jobs at once, each on a connection of its own; what they return, or the error that ended them."""

    def run(job: Callable[[], object]) -> object:
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as people:
        return [future.result() for future in [people.submit(run, job) for job in jobs]]


def entry(number: int) -> StreamEntry:
    return StreamEntry(StreamKind.MAIN, f"rtsp://10.1.2.{number}/main")


def edit(camera: Camera, number: int, seen: str | None = None) -> None:
    edit_camera(
        camera=camera,
        zone=camera.zone,
        name=f"Lần {number}",
        streams=[entry(number)],
        interval=60,
        seen=seen,
        actor=None,
        now=LATER,
    )


@pytest.fixture
def gate(committed_world: World) -> Zone:
    return committed_world.facilities["tam_ky_school"].zones.get(kind=ZoneKind.GATE)


@pytest.fixture
def camera(gate: Zone) -> Camera:
    return register_camera(zone=gate, name="Cổng", streams=[entry(1)], interval=60, actor=None, now=NOW)


def test_an_edit_and_a_result_that_meet_end_in_order(camera: Camera) -> None:
    """Each turn's look changes the state and so writes history, which refers to the camera that is being edited."""
    for turn in range(1, ROUNDS):
        CameraState.objects.filter(camera=camera).update(due_at=NOW)
        claim = next(claim for claim in claim_due(now=LATER, vantage="central") if claim.camera == camera.pk)
        verdict = Verdict(State.OK) if turn % 2 else fault(Reason.AUTHENTICATION)
        seen = Observation(camera.pk, claim.number, LATER, verdict)
        side_by_side(lambda seen=seen: record([seen], now=LATER), lambda turn=turn: edit(camera, turn + 1))  # type: ignore[misc] # mypy cannot see through a default of a lambda
        state = CameraState.objects.get(camera=camera)
        # Whoever came first, the look began before the edit: the camera is due again.
        assert (state.due_at, state.recorded_claim) == (LATER, claim.number)
        assert Camera.objects.get(pk=camera.pk).name == f"Lần {turn + 1}"


def test_of_two_people_who_save_what_they_saw_one_is_told(camera: Camera) -> None:
    def save(number: int) -> bool:
        try:
            edit(camera, number, seen)
        except EditConflict:
            return False
        return True

    seen = version(camera, camera.streams.all())
    assert sorted(side_by_side(lambda: save(2), lambda: save(3)), key=bool) == [False, True]


def test_of_people_who_take_one_name_one_has_it_and_the_others_are_told(gate: Zone) -> None:
    def take(number: int) -> str:
        try:
            register_camera(zone=gate, name="Cổng", streams=[entry(number)], interval=60, actor=None, now=NOW)
        except RegistrationRefused as refused:
            return " ".join(problem.field for problem in refused.problems)
        return "registered"

    assert sorted(map(str, side_by_side(*(partial(take, number) for number in (1, 2, 3))))) == [
        "name",
        "name",
        "registered",
    ]


def test_a_deletion_and_a_result_that_meet_leave_nothing_behind(gate: Zone) -> None:
    for turn in range(1, ROUNDS):
        camera = register_camera(zone=gate, name=f"Cổng {turn}", streams=[entry(1)], interval=60, actor=None, now=NOW)
        pk = camera.pk
        claim = next(claim for claim in claim_due(now=LATER, vantage="central") if claim.camera == pk)
        seen = Observation(pk, claim.number, LATER, fault(Reason.AUTHENTICATION))
        side_by_side(
            lambda seen=seen: record([seen], now=LATER),  # type: ignore[misc] # as above
            lambda camera=camera: delete_camera(camera=camera, actor=None),  # type: ignore[misc] # as above
        )
        assert not Camera.objects.filter(pk=pk).exists()
        assert not Transition.objects.filter(camera=pk).exists()

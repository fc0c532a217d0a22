"""What is due is claimed once."""

import threading
from datetime import timedelta

from django.db import connection

from cameras.domain.dispatch import BATCH, LEASE, Claim, batches, claim_due
from cameras.models import CameraState
from tests.world import NOW, World


def test_what_is_due_is_claimed_and_nothing_else(world: World) -> None:
    late = world.cameras["hoi_an_hotel"].state
    late.due_at = NOW + timedelta(seconds=1)
    late.save()
    claimed = {claim.camera for claim in claim_due(now=NOW, vantage="central")}
    assert claimed == {camera.pk for name, camera in world.cameras.items() if name != "hoi_an_hotel"}


def test_a_claimed_camera_is_due_again_only_when_its_claim_has_lapsed(world: World) -> None:
    first = claim_due(now=NOW, vantage="central")
    CameraState.objects.update(due_at=NOW)
    assert claim_due(now=NOW + LEASE - timedelta(seconds=1), vantage="central") == []
    again = claim_due(now=NOW + LEASE, vantage="central")
    assert {claim.number for claim in first} == {1}
    assert {claim.number for claim in again} == {2}


def test_the_next_turn_keeps_the_phase_after_a_pause(world: World) -> None:
    camera = world.cameras["tam_ky_school"]
    claim_due(now=NOW + timedelta(seconds=60 * 10 + 7), vantage="central")
    camera.state.refresh_from_db()
    assert camera.state.due_at == NOW + timedelta(seconds=60 * 11)


def test_a_paused_camera_is_never_claimed(world: World) -> None:
    CameraState.objects.update(due_at=None)
    assert claim_due(now=NOW + timedelta(days=1), vantage="central") == []


def test_dispatchers_side_by_side_share_the_work(committed_world: World) -> None:
    claimed: list[Claim] = []

    def dispatch() -> None:
        for _ in range(5):
            claimed.extend(claim_due(now=NOW, vantage="central", limit=1))
        connection.close()

    threads = [threading.Thread(target=dispatch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claim.camera for claim in claimed) == sorted(camera.pk for camera in committed_world.cameras.values())


def test_batches_are_per_vantage_and_bounded() -> None:
    claims = [Claim(number, 1, "north" if number % 2 else "south") for number in range(2 * BATCH + 4)]
    made = list(batches(claims))
    assert [(vantage, len(batch)) for vantage, batch in made] == [
        ("north", BATCH),
        ("north", 2),
        ("south", BATCH),
        ("south", 2),
    ]
    assert {claim for _, batch in made for claim in batch} == set(claims)

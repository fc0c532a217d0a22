"""What is due is claimed once."""

import threading
from datetime import datetime, timedelta

from django.db import connection

from cameras.domain.dispatch import BATCH, LEASE, Claim, batches, claim_due
from cameras.models import Camera, CameraState
from tests.world import NOW, World

INTERVAL = timedelta(seconds=60)


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


def test_a_look_that_is_lost_is_taken_again_however_long_the_interval_is(world: World) -> None:
    Camera.objects.update(interval=3600)
    first = claim_due(now=NOW, vantage="central")
    assert claim_due(now=NOW + LEASE - timedelta(seconds=1), vantage="central") == []
    again = claim_due(now=NOW + LEASE, vantage="central")
    assert {claim.camera for claim in again} == {claim.camera for claim in first}


def next_turns(world: World, now: datetime) -> list[datetime]:
    CameraState.objects.update(due_at=now, claimed_until=None)
    claim_due(now=now, vantage="central")
    return [due for due in CameraState.objects.order_by("camera").values_list("due_at", flat=True) if due]


def test_the_next_turn_comes_within_an_interval_and_each_at_its_own_moment(world: World) -> None:
    turns = next_turns(world, NOW)
    assert all(NOW < turn <= NOW + INTERVAL for turn in turns)
    assert len(set(turns)) == len(world.cameras)


def test_a_pause_does_not_bring_everybody_into_step(world: World) -> None:
    before = next_turns(world, NOW)
    after = next_turns(world, NOW + 10 * INTERVAL + timedelta(seconds=7))
    assert {(later - sooner) % INTERVAL for sooner, later in zip(before, after, strict=True)} == {timedelta(0)}


def test_a_paused_camera_is_never_claimed(world: World) -> None:
    claim_due(now=NOW, vantage="central")
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

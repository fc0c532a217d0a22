"""Which claims still stand when their batch is taken up."""

from cameras.domain.dispatch import LEASE, claim_due
from cameras.domain.jobs import load_jobs
from cameras.models import CameraState
from tests.world import NOW, World


def test_of_two_claims_of_a_camera_only_the_later_one_calls_it(world: World) -> None:
    camera = world.cameras["tam_ky_school"]
    claim_due(now=NOW, vantage="central")
    claim_due(now=NOW + LEASE, vantage="central")
    assert load_jobs([(camera.pk, 1)]) == []
    assert [(job.camera, job.claim) for job in load_jobs([(camera.pk, 2)])] == [(camera.pk, 2)]


def test_what_is_recorded_is_not_looked_at_again(world: World) -> None:
    camera = world.cameras["tam_ky_school"]
    claim_due(now=NOW, vantage="central")
    CameraState.objects.filter(pk=camera.pk).update(recorded_claim=1)
    assert load_jobs([(camera.pk, 1)]) == []

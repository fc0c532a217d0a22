"""The jobs of the camera side. Their arguments are ids and numbers; everything else they fetch themselves."""

from typing import Any

from celery import shared_task
from celery.signals import worker_process_shutdown
from django.conf import settings
from django.utils import timezone

from cameras.domain import dispatch as dispatching
from cameras.domain.prober import probe, shut_down
from cameras.domain.unobserved import mark_unobserved


@shared_task
def dispatch() -> int:
    """Claim the cameras that are due and spread them over the vantages' queues. Returns how many they are."""
    claims = dispatching.claim_due(now=timezone.now(), vantage=settings.DEFAULT_VANTAGE)
    for vantage, batch in dispatching.batches(claims):
        probe_batch.apply_async(
            args=([(claim.camera, claim.number) for claim in batch],),
            queue=f"probe.{vantage}",
            # Taken up later, the look could outlive its claim, and somebody else call the camera at the same time.
            expires=dispatching.QUEUED.total_seconds(),
        )
    return len(claims)


@shared_task
def probe_batch(claims: list[tuple[int, int]]) -> None:
    """Look at the claimed cameras (camera, claim number) side by side."""
    probe(claims)


@shared_task
def watch_the_clock() -> int:
    """Find the cameras that were not looked at in time."""
    return mark_unobserved(now=timezone.now())


@worker_process_shutdown.connect
def _leave_nothing_behind(**_: Any) -> None:
    shut_down()

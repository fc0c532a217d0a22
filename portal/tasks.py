"""The jobs of the portal's own subjects."""

from celery import shared_task
from django.utils import timezone

from portal.exports import making, orders

LONGEST_SECONDS = 1800


@shared_task(time_limit=LONGEST_SECONDS)
def make_export(pk: int, attempt: int) -> None:
    """Make a file that was ordered."""
    try:
        making.make(pk, attempt, now=timezone.now())
    except Exception:
        orders.broken_off(pk, attempt, timezone.now())
        raise


@shared_task
def tidy_exports() -> None:
    """Notice lost workers, and remove what has been kept long enough."""
    now = timezone.now()
    orders.mend(now)
    orders.forget_the_old(now)

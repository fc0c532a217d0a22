"""The jobs of the portal's own subjects."""

import logging

from celery import shared_task
from django.utils import timezone

from portal.exports import making, orders
from portal.figures.freezing import freeze_what_is_over
from portal.figures.refreshing import refresh

log = logging.getLogger(__name__)

# A day of the country's cameras, or a table of all of them, takes seconds; a month that was missed, minutes.
LONGEST_SECONDS = 1800


@shared_task
def refresh_figures() -> int:
    """Make the figures anew of what changed. Returns of how many facilities; what is left waits for the next run."""
    return refresh(now=timezone.now(), wait=False)


@shared_task(time_limit=LONGEST_SECONDS)
def freeze_days() -> int:
    """Freeze the figures of the days that are over. Returns how many days those were."""
    days = freeze_what_is_over(now=timezone.now())
    for day in days:
        log.info("Figures of %s frozen", day)
    return len(days)


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

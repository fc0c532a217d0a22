"""The portal's own jobs."""

import logging

from celery import shared_task
from django.utils import timezone

from portal.figures.freezing import freeze_what_is_over
from portal.figures.refreshing import refresh

log = logging.getLogger(__name__)


@shared_task
def refresh_figures() -> int:
    """Make the figures anew of what changed. Returns of how many facilities; what is left waits for the next run."""
    return refresh(now=timezone.now(), wait=False)


# A day of the country's cameras takes seconds; a month that was missed, minutes.
@shared_task(time_limit=1800)
def freeze_days() -> int:
    """Freeze the figures of the days that are over. Returns how many days those were."""
    days = freeze_what_is_over(now=timezone.now())
    for day in days:
        log.info("Figures of %s frozen", day)
    return len(days)

"""The jobs of who and where."""

import logging

from celery import shared_task
from django.utils import timezone

from facilities.domain import seals

logger = logging.getLogger(__name__)


# Reading a day of millions of rows takes minutes; each day that is done stays done.
@shared_task(time_limit=1800)
def seal_days() -> int:
    """Seal the days that are over. Returns how many were sealed; one that must wait is tried again by the next run."""
    try:
        return len(seals.seal_days(now=timezone.now()))
    except seals.NotSealableError as error:
        logger.warning("Day not sealed yet: %s", error)
        return 0

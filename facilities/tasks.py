"""The jobs of who and where."""

import logging

from celery import shared_task
from django.utils import timezone

from facilities.domain import reminder_mails, reminder_rules, seals
from facilities.domain.records import done_by

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


@shared_task(time_limit=600)
def send_reminders() -> int:
    """Send the rounds of reminders whose day has come. Returns how many; a second run sends none of them again."""
    with done_by("send_reminders"):
        return len(reminder_rules.send_due(now=timezone.now()))


# A round reaches up to three thousand facilities, and a mail server may take seconds for each.
@shared_task(time_limit=3 * 3600)
def mail_reminders(reminding: int) -> int:
    """Mail the reminders of one round to the facilities' contacts. Returns how many went."""
    return reminder_mails.mail_round(reminding)

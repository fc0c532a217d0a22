"""The jobs of imports. A file of tens of thousands of rows takes minutes, which no other job does."""

from celery import shared_task
from django.utils import timezone

from facilities.intake import orders, steps

LONGEST_SECONDS = 3600


@shared_task(time_limit=LONGEST_SECONDS)
def check(pk: int, attempt: int) -> None:
    """Try the file."""
    try:
        steps.check(pk, attempt, now=timezone.now())
    except Exception:
        orders.broken_off(pk, attempt)
        raise


@shared_task(time_limit=LONGEST_SECONDS)
def take_in(pk: int, attempt: int, portal: str) -> None:
    """Take the file in."""
    try:
        steps.take_in(pk, attempt, portal, now=timezone.now())
    except Exception:
        orders.broken_off(pk, attempt)
        raise


@shared_task(time_limit=LONGEST_SECONDS)
def take_back(pk: int, attempt: int) -> None:
    """Take back what was taken in."""
    try:
        steps.take_back(pk, attempt, now=timezone.now())
    except Exception:
        orders.broken_off(pk, attempt)
        raise


@shared_task
def tidy_imports() -> None:
    """Notice lost workers, and forget uploads that nobody decided about."""
    now = timezone.now()
    orders.mend(now)
    orders.forget_the_old(now)

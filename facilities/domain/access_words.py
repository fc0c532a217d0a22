"""Words for what people may do, and until when."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from facilities.enums import Permission


def in_words(permissions: Iterable[Permission]) -> str:
    """The permissions as the reader says them, in the order of the list of all: "See figures and tables, …"."""
    held = set(permissions)
    return ", ".join(str(permission.label) for permission in Permission if permission in held)


def last_moment(end: datetime) -> str:
    """The last day that counts, where something ends with a day; otherwise the time at which it ends."""
    local = timezone.localtime(end)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{local - timedelta(days=1):%d/%m/%Y}"
    return f"{local:%H:%M %d/%m/%Y}"

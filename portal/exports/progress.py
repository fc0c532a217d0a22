"""How far a worker is with a file: a hint beside its transaction, which nobody else sees into."""

import time

from django.core.cache import cache

_SECONDS_BETWEEN = 0.5
_KEPT_SECONDS = 3600


class Told:
    """Tells how many of `total` rows are written, not more often than somebody would look."""

    def __init__(self, pk: int, total: int) -> None:
        self._pk, self._total, self._last = pk, total, 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN:
            self._last = now
            cache.set(_key(self._pk), (done, self._total), _KEPT_SECONDS)


def percent_done(pk: int) -> int | None:
    """Rows written of a hundred, at most 99 before the file is whole; None before the first word."""
    told = cache.get(_key(pk))
    if not told:
        return None
    done, total = told
    return min(99, done * 100 // total) if total else 0


def forget_progress(pk: int) -> None:
    """Nothing has been done of what is ordered now."""
    cache.delete(_key(pk))


def _key(pk: int) -> str:
    return f"export-progress-{pk}"

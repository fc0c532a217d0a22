"""How far a worker is with a file: a hint beside its transaction, which nobody else sees into."""

import time
from dataclasses import dataclass

from django.core.cache import cache

_SECONDS_BETWEEN = 0.5
_KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows done, of so many."""

    done: int
    total: int


class Told:
    """Tells how many of `total` rows are done, not more often than somebody would look."""

    def __init__(self, pk: int, total: int) -> None:
        self._pk, self._total, self._last = pk, total, 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN:
            self._last = now
            cache.set(_key(self._pk), (done, self._total), _KEPT_SECONDS)


def progress_of(pk: int) -> Progress | None:
    """The last that was told about this import; None before the first word."""
    told = cache.get(_key(pk))
    return Progress(*told) if told else None


def forget_progress(pk: int) -> None:
    """Nothing has been done of what is ordered now."""
    cache.delete(_key(pk))


def _key(pk: int) -> str:
    return f"import-progress-{pk}"

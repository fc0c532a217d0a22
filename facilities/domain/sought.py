"""What is looked for in records and history, and from where on; words are found without accents, in any case."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from facilities.domain.folding import fold

M = TypeVar("M", bound=models.Model)

# What normalisation leaves beside the letters.
_ACCENTS = "[\u0300-\u036f]"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of rows from the newest back begins: after the row of this time and key."""

    at: datetime
    pk: int
    # Among rows of several tables, the table's number.
    table: int = 0

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that `str` wrote; None for anything else."""
        try:
            microseconds, table, pk = (int(part) for part in text.split("-"))
            at = _EPOCH + timedelta(microseconds=microseconds)
        except (ValueError, OverflowError):
            return None
        return cls(at, pk, table) if pk <= _LARGEST_KEY else None

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.table}-{self.pk}"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: days of the country, both included; words of names; and what of it each page knows."""

    first: date
    last: date
    words: str = ""
    # An action of records, or the label of an edited model.
    kind: str = ""
    camera: int | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one after."""
        zone = timezone.get_default_timezone()
        return datetime.combine(self.first, time(), zone), datetime.combine(self.last + timedelta(days=1), time(), zone)


def with_words(rows: models.QuerySet[M], query: str, *fields: str) -> models.QuerySet[M]:
    """Those of `rows` in whose `fields` every word of `query` stands, as facilities.domain.folding.matches has it."""
    words = unicodedata.normalize("NFC", query).casefold().split()
    if not words:
        return rows
    joined: F | Concat = F(fields[0])
    if len(fields) > 1:
        joined = Concat(*(part for name in fields for part in (F(name), Value(" "))), output_field=CharField())
    found: Any = rows.annotate(sought_plain=Lower(joined), sought_folded=_folded(joined))
    for word in words:
        plain = word == fold(word)
        found = found.filter(**{"sought_folded__contains" if plain else "sought_plain__contains": word})
    return found  # type: ignore[no-any-return] # annotated, but of the same rows


def _folded(text: F | Concat) -> Func:
    """As `fold`, by PostgreSQL's own functions: it has no unaccent here. Decomposed, only đ keeps its accent."""
    apart = Func(text, template="normalize(%(expressions)s, NFD)", output_field=CharField())
    letters = Func(apart, Value(_ACCENTS), Value(""), Value("g"), function="regexp_replace", output_field=CharField())
    return Lower(Func(letters, Value("đĐ"), Value("dd"), function="translate", output_field=CharField()))

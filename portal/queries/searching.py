"""Searching names in the database: with accents where they are typed, without where they are not."""

import unicodedata

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Lower

from facilities.domain.folding import fold

# The letters of Vietnamese with their accents, one by one beside what they are without.
_ACCENTED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_PLAIN = "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd"


def words_of(query: str) -> list[tuple[str, bool]]:
    """The words of a query, and whether each is typed without accents (facilities.domain.folding.matches)."""
    typed = unicodedata.normalize("NFC", query).casefold().split()
    return [(word, word == fold(word)) for word in typed]


def found(query: str, path: str = "") -> Q:
    """Rows of figures in whose names every word of the query stands; `path` leads to the figures from other rows."""
    condition = Q()
    for word, plain in words_of(query):
        condition &= Q(**{f"{path}{'folded' if plain else 'searched'}__contains": word})
    return condition


def lowered(field: str) -> Lower:
    """A column in lower case, as words typed with accents are looked for."""
    return Lower(Func(F(field), function="normalize", output_field=CharField()))


def plain(field: str) -> Func:
    """The same without accents, for columns beside which no folded one is stored."""
    return Func(lowered(field), Value(_ACCENTED), Value(_PLAIN), function="translate", output_field=CharField())

"""Numbers of documents as in NĐ 30/2020 ("1407/BTTTT-CVT"): strict on what is issued, tolerant on intake. Pure."""

import re
from dataclasses import dataclass

from facilities.domain.folding import fold

NUMBER_LENGTH = 11
SYMBOL_LENGTH = 30
WRITTEN_LENGTH = 45
# A number, then what follows it, whatever stands between them: real ones are written "1445-KGVX" and "12 /UBND".
_LOOSE = re.compile(r"(\d[\d.]*(?:\s*[a-zA-Z](?![^\W_]))?)\s*[-–/.:]?\s*(.*)", re.DOTALL)
# "Số:", "Số", "No." before it.
_CAPTION = re.compile(r"^\s*(?:số|no|n[°º])\s*[:.]?\s*", re.IGNORECASE)
_GROUP = r"[^\W_]+"
# Legal texts have their year between number and symbol: 07/2021/QĐ-UBND.
_SYMBOL = re.compile(rf"(?:(?:19|20)\d\d/)?{_GROUP}(?:-{_GROUP})*")
_STRICT = re.compile(rf"(0[1-9]|[1-9]\d+)/({_SYMBOL.pattern})")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """Number and symbol apart. The number keeps its zeros and letter: "07", "12a"; "" where a document has none."""

    number: str
    symbol: str

    @property
    def key(self) -> tuple[str, str]:
        """The same for what people take for the same: "07/QĐ-UBND" and "Số: 7 – qđ/ubnd"."""
        return fold(self.number.replace(".", "").replace(" ", "")).lstrip("0"), re.sub(
            r"[\W_]+", "-", fold(self.symbol)
        )


def read(written: str) -> DocumentNumber:
    """What stands on a paper, taken apart as well as can be; nothing is refused for its form. Too long is cut."""
    text = " ".join(_CAPTION.sub("", written).split())
    found = _LOOSE.match(text)
    if found is None:
        return DocumentNumber("", text[:SYMBOL_LENGTH])
    return DocumentNumber(found[1].strip()[:NUMBER_LENGTH], found[2].strip()[:SYMBOL_LENGTH])


def write(number: int, symbol: str) -> str:
    """A number as it is issued: padded under 10, "/" before the symbol. Raises ValueError for what NĐ 30 has not."""
    if number < 1 or len(str(number)) > NUMBER_LENGTH:
        raise ValueError(f"{number} is no number of a document")
    if len(symbol) > SYMBOL_LENGTH or not _SYMBOL.fullmatch(symbol):
        raise ValueError(f"{symbol!r} is no symbol of a document")
    return f"{number:02d}/{symbol}"


def read_strictly(written: str) -> DocumentNumber:
    """What `write` wrote, taken apart. Raises ValueError for anything else."""
    found = _STRICT.fullmatch(written)
    if found is None or len(found[1]) > NUMBER_LENGTH or len(found[2]) > SYMBOL_LENGTH:
        raise ValueError(f"{written!r} is not written as NĐ 30/2020 has it")
    return DocumentNumber(found[1], found[2])


def same_agency(one: str, other: str) -> bool:
    """Whether two names mean one agency, as far as spelling tells: case, accents and spaces aside."""
    return fold(one) == fold(other)

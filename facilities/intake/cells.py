"""One cell of a spreadsheet as text, and the refusals of files, rows and cells."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_CELL = 2000

# They turn the direction of what is read, so that a name shows as another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What spreadsheet programs take for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class FileRefused(Exception):  # noqa: N818 - an answer to who uploaded it
    """The file is not taken; `message` says why and what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


class CellRefused(Exception):  # noqa: N818 - an answer to who filled it in
    """What a cell says cannot be meant; `message` says why."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


class RowRefused(Exception):  # noqa: N818 - an answer to who filled it in
    """A row is not taken; `problems` are pairs of a column's key ("" for the whole row) and what is wrong."""

    def __init__(self, problems: Iterable[tuple[str, str | Promise]]) -> None:
        self.problems = [(column, str(message)) for column, message in problems]
        super().__init__("; ".join(column for column, _message in self.problems))

    @classmethod
    def by_validation(cls, error: ValidationError, columns: dict[str, str]) -> "RowRefused":
        """What a domain function refused; `columns` says in which column each of its fields was entered."""
        if not hasattr(error, "error_dict"):
            return cls(("", message) for message in error.messages)
        return cls(
            ("" if field == NON_FIELD_ERRORS else columns.get(field, ""), message)
            for field, messages in error.message_dict.items()
            for message in messages
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text; `number` if the program holds a number (and so may have lost zeros); `problem` if it is unfit."""

    text: str = ""
    number: bool = False
    problem: str | Promise = ""


EMPTY = Cell()


def one_line(text: str) -> str:
    """The text in one line and with single characters for Vietnamese letters. Raises CellRefused.

    Spreadsheets hold line breaks, no-break spaces and decomposed letters that nobody sees.
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    check_characters(text)
    return text


def check_characters(text: str) -> None:
    """Raises CellRefused for a text that is too long, or holds what nobody can have meant."""
    if len(text) > LONGEST_CELL:
        raise CellRefused(_("This text has more than %(most)d characters.") % {"most": LONGEST_CELL})
    if any(letter in _TURNING or unicodedata.category(letter) in ("Cc", "Cs", "Cn") for letter in text):
        raise CellRefused(_("This text holds control characters. Type it anew."))

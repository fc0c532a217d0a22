"""Columns of a kind of spreadsheet: how they are headed, what they hold, and how a cell is understood."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.domain.folding import fold
from facilities.intake.cells import Cell, CellRefused, check_characters, one_line

LANGUAGES = ("vi", "en")
# What our own files with errors add to the columns.
WHAT_IS_WRONG, ROW_IN_THE_FILE = _("What is wrong"), _("Row in the file")
_DAY_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `reads` turns a cell that is not empty into the value, or raises CellRefused."""

    key: str
    heading: str | Promise
    help: str | Promise
    reads: Callable[[Cell], Any]
    required: bool = False
    example: str | Promise = ""
    # The words that may stand in it, where these are few.
    words: Callable[[], list[str]] | None = None
    # What of the text may be kept and shown again; None keeps all of it.
    shown: Callable[[str], str] | None = None

    def headings(self) -> set[str]:
        """All headings by which it is known: in each language, folded, and its key."""
        found = {self.key}
        for language in LANGUAGES:
            with translation.override(language):
                found.add(heading_of(str(self.heading)))
        return found

    def value(self, cell: Cell) -> Any:  # noqa: ANN401 - as the column reads it
        """What the cell says; "" where it is empty. Raises CellRefused."""
        if cell.problem:
            raise CellRefused(cell.problem)
        if not cell.text.strip():
            if self.required:
                raise CellRefused(_("This must be filled in."))
            return ""
        return self.reads(cell)

    def kept(self, cell: Cell) -> str:
        """The cell's text as it is kept and shown again."""
        text = cell.text.replace("\0", "")[:2000].strip()
        return self.shown(text) if self.shown else text


def added_headings() -> set[str]:
    """The headings that our own files with errors add, as they are compared."""
    return _in_each_language(WHAT_IS_WRONG) | _in_each_language(ROW_IN_THE_FILE)


def heading_of(text: str) -> str:
    """A heading as it is compared: without accents, case, and the star of what is required."""
    return fold(text.replace("*", " "))


def text(longest: int) -> Callable[[Cell], str]:
    """Reads a text of at most so many characters."""

    def reads(cell: Cell) -> str:
        found = one_line(cell.text)
        if len(found) > longest:
            raise CellRefused(_("This text has more than %(most)d characters.") % {"most": longest})
        return found

    return reads


def code(longest: int, *, width: int | None = None) -> Callable[[Cell], str]:
    """Reads a code or number whose leading zeros count; `width` is how many digits all of them have."""
    reads_text = text(longest)

    def reads(cell: Cell) -> str:
        found = reads_text(cell)
        if cell.number and width is not None and found.isdigit():
            return found.zfill(width)
        if cell.number:
            raise CellRefused(
                _(
                    "This cell holds a number, which may have lost its leading zeros. Format it as text, then type it "
                    "anew."
                )
            )
        return found

    return reads


def verbatim(longest: int) -> Callable[[Cell], str]:
    """Reads a text exactly as it stands, as passwords must be."""

    def reads(cell: Cell) -> str:
        check_characters(cell.text)
        if len(cell.text) > longest:
            raise CellRefused(_("This text has more than %(most)d characters.") % {"most": longest})
        return cell.text

    return reads


def choice(choices: Iterable[TextChoices]) -> Callable[[Cell], Any]:
    """Reads one of the words of an enumeration, in either language, accents not needed."""
    members = tuple(choices)

    @cache
    def known() -> dict[str, TextChoices]:
        return {word: member for member in members for word in (fold(member.value), *_in_each_language(member.label))}

    def reads(cell: Cell) -> Any:  # noqa: ANN401 - a member of the enumeration
        member = known().get(fold(one_line(cell.text)))
        if member is None:
            raise CellRefused(_("Choose one of these: %(words)s.") % {"words": ", ".join(words_of(members)())})
        return member

    return reads


def choice_column(
    key: str, heading: str | Promise, explained: str | Promise, choices: Iterable[TextChoices], example: TextChoices
) -> Column:
    """A required column that holds one of a few words."""
    members = tuple(choices)
    return Column(key, heading, explained, choice(members), True, example.label, words_of(members))  # noqa: FBT003 - reads as the table that it is


def words_of(choices: Iterable[TextChoices]) -> Callable[[], list[str]]:
    """The words of an enumeration, as they are read in the present language."""
    members = tuple(choices)
    return lambda: [str(member.label) for member in members]


def yes_or_no(cell: Cell) -> bool:
    """Reads yes or no, as people tick a box in a cell."""
    wanted = fold(one_line(cell.text))
    if wanted in {"x", "1", "true", "yes", *_in_each_language(_("Yes"))}:
        return True
    if wanted in {"0", "false", "no", *_in_each_language(_("No"))}:
        return False
    raise CellRefused(_("Write yes or no."))


def yes_and_no() -> list[str]:
    """The two words, as they are read in the present language."""
    return [str(_("Yes")), str(_("No"))]


def day(cell: Cell) -> date:
    """Reads a day written as dd/mm/yyyy."""
    wanted = one_line(cell.text)
    for form in _DAY_FORMATS:
        try:
            return datetime.strptime(wanted, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise CellRefused(_("Write the day as dd/mm/yyyy, for example 05/06/2021."))


def whole_number(least: int, most: int) -> Callable[[Cell], int]:
    """Reads a whole number within bounds."""

    def reads(cell: Cell) -> int:
        wanted = one_line(cell.text)
        if re.fullmatch(r"\d{1,9}", wanted, re.ASCII) is None or not least <= int(wanted) <= most:
            raise CellRefused(_("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
        return int(wanted)

    return reads


def _in_each_language(label: str | Promise) -> set[str]:
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(fold(str(label)))
    return found

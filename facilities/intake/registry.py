"""The kinds of spreadsheets: which columns each has, what takes in a row, and what takes it back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise

from facilities.enums import Permission
from facilities.intake.columns import Column
from facilities.models import User

Values = dict[str, Any]


class StillNeeded(Exception):  # noqa: N818 - an answer to who wants it back
    """Something that was taken in cannot be taken back, because of what has come of it since; says what."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was made of a row, in the order of making (nothing: all of it was there), and the path of its node."""

    created: tuple[models.Model, ...] = ()
    path: str = ""


class Intake(Protocol):
    """One run over a file. What it keeps in memory of the rows before makes it quick."""

    def take(self, values: Values) -> Taken:
        """Do what the row says, in the caller's savepoint. Raises RowRefused."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of spreadsheet."""

    key: str
    label: str | Promise
    # What should be there before.
    advice: str | Promise
    columns: tuple[Column, ...]
    # What the person must hold where the rows belong.
    permission: Permission
    begin: Callable[[User, datetime], Intake]
    # Takes back one thing by its model's label and id, in the caller's savepoint. Raises StillNeeded.
    take_back: Callable[[str, int, User, datetime], None]
    # After all is committed: the things that were made, and the portal's address.
    afterwards: Callable[[list[tuple[str, int]], User, str], str] | None = field(default=None)

    def column(self, key: str) -> Column | None:
        """The column of that key."""
        return next((column for column in self.columns if column.key == key), None)


KINDS: dict[str, Kind] = {}


# In this order one fills a portal.
_ORDER = ("organisations", "facilities", "zones", "cameras", "people")


def register(kind: Kind) -> None:
    """Make a kind known; each app does so for its own when it is ready."""
    known = {**KINDS, kind.key: kind}
    KINDS.clear()
    KINDS.update({key: known[key] for key in _ORDER if key in known})

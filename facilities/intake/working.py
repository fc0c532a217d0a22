"""Working through a file, row by row: what each row comes to, and why some come to nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from facilities.enums import RowFate
from facilities.intake.cells import CellRefused, RowRefused
from facilities.intake.registry import Intake, Kind, Taken, Values
from facilities.intake.table import Row
from facilities.models import Import, ImportRow, User

_STORED_AT_ONCE = 2000


@dataclass(slots=True)
class Outcome:
    """What a row came to."""

    row: Row
    fate: RowFate
    errors: list[tuple[str, str]] = field(default_factory=list)
    # Pairs of a model's label and an id.
    created: list[tuple[str, int]] = field(default_factory=list)
    path: str = ""


def work_through(
    kind: Kind, rows: Sequence[Row], person: User, now: datetime, told: Callable[[int], None]
) -> list[Outcome]:
    """Do what every row says, as `person`, each in a savepoint of its own; the caller's transaction keeps or drops it.

    `told` hears how many rows are through.
    """
    intake = kind.begin(person, now)
    outcomes = []
    for number, row in enumerate(rows, start=1):
        outcomes.append(_outcome(kind, intake, row))
        told(number)
    return outcomes


def store_rows(of: Import, kind: Kind, outcomes: Sequence[Outcome]) -> None:
    """Replace what was known of the rows, and the counts."""
    ImportRow.objects.filter(of=of).delete()
    rows = (
        ImportRow(
            of=of,
            number=outcome.row.number,
            values={column.key: column.kept(outcome.row[column.key]) for column in kind.columns},
            fate=outcome.fate,
            errors=[{"column": column, "message": message} for column, message in outcome.errors],
            created=outcome.created,
        )
        for outcome in outcomes
    )
    ImportRow.objects.bulk_create(rows, batch_size=_STORED_AT_ONCE)
    fates = [outcome.fate for outcome in outcomes]
    of.total, of.new = len(fates), fates.count(RowFate.NEW)
    of.unchanged, of.wrong = fates.count(RowFate.UNCHANGED), fates.count(RowFate.WRONG)


def _outcome(kind: Kind, intake: Intake, row: Row) -> Outcome:
    try:
        values = _values(kind, row)
        with transaction.atomic():
            taken = intake.take(values)
    except RowRefused as refused:
        return Outcome(row, RowFate.WRONG, refused.problems)
    except (IntegrityError, DataError):
        # Somebody else was quicker, in the one moment that no check sees.
        return Outcome(row, RowFate.WRONG, [("", _("This row clashes with something that was entered meanwhile."))])
    return Outcome(row, RowFate.NEW if taken.created else RowFate.UNCHANGED, [], _made(taken), taken.path)


def _values(kind: Kind, row: Row) -> Values:
    values, problems = {}, []
    for column in kind.columns:
        try:
            values[column.key] = column.value(row[column.key])
        except CellRefused as refused:
            problems.append((column.key, refused.message))
    if problems:
        raise RowRefused(problems)
    return values


def _made(taken: Taken) -> list[tuple[str, int]]:
    return [(thing._meta.label_lower, thing.pk) for thing in taken.created]

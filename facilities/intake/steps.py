"""The three steps of an import, each one transaction: the check, which changes nothing; taking in; taking back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from facilities.domain.records import done_by, record
from facilities.enums import ImportMode, ImportState, RecordedAction, RowFate
from facilities.intake import files
from facilities.intake.cells import FileRefused
from facilities.intake.orders import in_hand
from facilities.intake.progress import Told
from facilities.intake.registry import KINDS, Kind, StillNeeded
from facilities.intake.table import Table, read_table
from facilities.intake.working import Outcome, store_rows, work_through
from facilities.models import Import, Organisation, Record, User

_MOST_NAMED = 10


def check(pk: int, attempt: int, *, now: datetime) -> None:
    """Do all that the file says, see what comes of each row, and take it back at once."""
    with in_hand(pk, attempt, ImportState.CHECKING) as found:
        if found is None:
            return
        kind = KINDS[found.kind]
        try:
            table = read_table(files.path_of(found.stored_as), kind.columns)
        except FileRefused as refused:
            found.state, found.message = ImportState.FAILED, str(refused.message)
            found.save(update_fields=["state", "message"])
            return
        with transaction.atomic():
            outcomes = _outcomes(found, kind, table, now)
            transaction.set_rollback(True)
        for outcome in outcomes:
            outcome.created = []
        store_rows(found, kind, outcomes)
        found.state, found.message = ImportState.CHECKED, _left_out(table)
        found.save()


def take_in(pk: int, attempt: int, portal: str, *, now: datetime) -> None:
    """Do what the file says: all of it or nothing, or the rows without errors, as the person chose."""
    with in_hand(pk, attempt, ImportState.IMPORTING) as found:
        if found is None:
            return
        kind = KINDS[found.kind]
        table = read_table(files.path_of(found.stored_as), kind.columns)
        with transaction.atomic():
            outcomes = _outcomes(found, kind, table, now)
            refusal = _why_not(found, kind, outcomes)
            transaction.set_rollback(bool(refusal))
        found.state, found.message = ImportState.CHECKED, refusal
        if not refusal:
            found.state, found.finished_at = ImportState.DONE, now
            _done(found, outcomes, now)
        store_rows(found, kind, outcomes)
        found.save()
    if not refusal:
        _afterwards(found, kind, outcomes, portal)


def take_back(pk: int, attempt: int, *, now: datetime) -> None:
    """Undo all that was taken in, the last first; nothing of it where something depends on one of the things."""
    with in_hand(pk, attempt, ImportState.UNDOING) as found:
        if found is None:
            return
        kind = KINDS[found.kind]
        rows = found.rows.exclude(created=[]).order_by("-number").values_list("created", flat=True)
        made = [(label, thing) for created in rows for label, thing in reversed(created)]
        with transaction.atomic(), done_by(f"import {found.pk}", actor=found.uploaded_by):
            needed = _taken_back(found, kind, made, now)
            transaction.set_rollback(bool(needed))
        found.state, found.message = ImportState.DONE, "\n".join(needed)
        if not needed:
            found.state, found.finished_at = ImportState.UNDONE, now
            taken_in = Record.objects.filter(action=RecordedAction.IMPORTED, detail__import=found.pk).first()
            _record(RecordedAction.IMPORT_UNDONE, found, taken_in.organisation_id if taken_in else None, now)
        found.save()


def _outcomes(found: Import, kind: Kind, table: Table, now: datetime) -> list[Outcome]:
    told = Told(found.pk, len(table.rows))
    with done_by(f"import {found.pk}", actor=found.uploaded_by):
        return work_through(kind, table.rows, found.uploaded_by, now, told)


def _why_not(found: Import, kind: Kind, outcomes: Sequence[Outcome]) -> str:
    """Why nothing is to be kept; "" if it is."""
    if found.mode == ImportMode.ALL and any(outcome.fate == RowFate.WRONG for outcome in outcomes):
        return _("Nothing was taken in: there are rows with errors.")
    # Whoever lost their role meanwhile has not done this.
    paths = {outcome.path for outcome in outcomes if outcome.path}
    reached = Organisation.objects.visible_to(found.uploaded_by, kind.permission, timezone.now())
    if paths and reached.filter(path__in=paths).count() != len(paths):
        return _("Nothing was taken in: your roles have changed meanwhile.")
    return ""


def _done(found: Import, outcomes: Sequence[Outcome], now: datetime) -> None:
    counted = [outcome.fate for outcome in outcomes]
    found.new, found.wrong = counted.count(RowFate.NEW), counted.count(RowFate.WRONG)
    found.unchanged = counted.count(RowFate.UNCHANGED)
    above = _lowest_above({outcome.path for outcome in outcomes if outcome.path})
    _record(RecordedAction.IMPORTED, found, above, now)
    name, found.stored_as = found.stored_as, ""
    transaction.on_commit(lambda: files.drop(name))


def _record(action: RecordedAction, found: Import, organisation: int | None, now: datetime) -> None:
    detail = {"import": found.pk, "kind": found.kind, "sha256": found.sha256}
    detail |= {"new": found.new, "unchanged": found.unchanged, "wrong": found.wrong}
    record(
        action,
        actor=found.uploaded_by,
        now=now,
        organisation=organisation,
        subject=found.original_name,
        detail=detail,
    )


def _lowest_above(paths: Iterable[str]) -> int | None:
    """The lowest node above all that was touched: whoever administers there may read of it."""
    ordered, step = sorted(paths), Organisation.steplen
    if not ordered:
        return None
    first, last = ordered[0], ordered[-1]
    ends = range(step, len(first) + 1, step)
    shared = max((first[:end] for end in ends if first[:end] == last[:end]), key=len, default="")
    found: int | None = Organisation.objects.filter(path=shared).values_list("pk", flat=True).first()
    return found


def _taken_back(found: Import, kind: Kind, made: Sequence[tuple[str, int]], now: datetime) -> list[str]:
    """What stands against it, in words; not more than a person would read."""
    needed: list[str] = []
    told = Told(found.pk, len(made))
    for number, (label, thing) in enumerate(made, start=1):
        try:
            with transaction.atomic():
                kind.take_back(label, thing, found.uploaded_by, now)
        except StillNeeded as refused:
            needed.append(str(refused))
        except ProtectedError as error:
            needed.append(", ".join(sorted({str(each) for each in list(error.protected_objects)[:_MOST_NAMED]})))
        if len(needed) == _MOST_NAMED:
            return [*needed, "…"]
        told(number)
    return needed


def _left_out(table: Table) -> str:
    if not table.ignored:
        return ""
    return _("These columns mean nothing here and were left out: %(columns)s.") % {"columns": ", ".join(table.ignored)}


def _afterwards(found: Import, kind: Kind, outcomes: Sequence[Outcome], portal: str) -> None:
    if kind.afterwards is None:
        return
    made = [thing for outcome in outcomes for thing in outcome.created]
    message = kind.afterwards(made, _person(found), portal)
    Import.objects.filter(pk=found.pk).update(message=message)


def _person(found: Import) -> User:
    return User.objects.get(pk=found.uploaded_by_id)

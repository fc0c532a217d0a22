"""What is to be done with an upload: ordered by people, done by a worker, noticed where a worker was lost.

The state in the database is the truth, the queued message a hint. Each order has a number; a worker holds a lock of the
database for as long as its transaction lives, and a lock that nobody holds tells that nobody works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from facilities.enums import ImportMode, ImportState
from facilities.intake import files
from facilities.intake.progress import forget_progress, progress_of
from facilities.intake.registry import Kind
from facilities.models import Import, User

# A worker that has begun and holds its lock no more by then was lost.
PATIENCE = timedelta(seconds=30)
# An order that no worker has begun by then was lost on its way; until then it may wait behind long files of others.
QUEUED = timedelta(minutes=15)
# Who has not decided by then uploads the file again; it may hold passwords.
KEPT = timedelta(days=7)

# The first of the two numbers of PostgreSQL's advisory locks; the second is the import's.
_LOCKS = 7_202_107

_TASKS = {
    ImportState.CHECKING: "facilities.intake.tasks.check",
    ImportState.IMPORTING: "facilities.intake.tasks.take_in",
    ImportState.UNDOING: "facilities.intake.tasks.take_back",
}
_BACK_TO = {
    ImportState.CHECKING: ImportState.FAILED,
    ImportState.IMPORTING: ImportState.CHECKED,
    ImportState.UNDOING: ImportState.DONE,
}


@transaction.atomic
def upload(*, kind: Kind, file: "UploadedFile[Any]", person: User, now: datetime) -> Import:
    """Keep the file and order its check."""
    name, digest = files.keep(file)
    new = Import.objects.create(
        kind=kind.key,
        stored_as=name,
        original_name=(file.name or "")[:200],
        sha256=digest,
        uploaded_by=person,
        uploaded_at=now,
        language=get_language() or "vi",
        state=ImportState.CHECKING,
        ordered_at=now,
    )
    _send(new.pk, ImportState.CHECKING, new.attempt, "")
    return new


@transaction.atomic
def order(
    of: Import, *, was: ImportState, to: ImportState, now: datetime, mode: ImportMode | None = None, portal: str = ""
) -> bool:
    """Order the next step, if the import is still where the person saw it; False if somebody was quicker.

    `portal` is the portal's address, for links in mails.
    """
    change = {"mode": mode} if mode else {}
    rows = Import.objects.filter(pk=of.pk, state=was)
    if not rows.update(state=to, attempt=F("attempt") + 1, ordered_at=now, message="", **change):
        return False
    forget_progress(of.pk)
    _send(of.pk, to, Import.objects.values_list("attempt", flat=True).get(pk=of.pk), portal)
    return True


@transaction.atomic
def cancel(of: Import) -> bool:
    """Forget an upload of which nothing was taken in; False if it is not one."""
    rows = Import.objects.select_for_update().filter(pk=of.pk, state__in=(ImportState.CHECKED, ImportState.FAILED))
    found = rows.first()
    if found is None:
        return False
    transaction.on_commit(lambda: files.drop(found.stored_as))
    found.delete()
    return True


@contextmanager
def in_hand(pk: int, attempt: int, state: ImportState) -> Iterator[Import | None]:
    """One transaction in which this process alone works on the import; None if the order no longer stands."""
    with transaction.atomic():
        found = Import.objects.filter(pk=pk, attempt=attempt, state=state).first() if _locked(pk) else None
        if found is None:
            yield None
            return
        with override(found.language):
            yield found


def mend(now: datetime, *imports: int) -> int:
    """Set back the imports (all, or these) whose worker was lost; how many they were. Nothing of them is half done."""
    working = Import.objects.filter(state__in=list(_TASKS), ordered_at__lt=now - PATIENCE)
    mended = 0
    for each in working.filter(pk__in=imports) if imports else working:
        begun = progress_of(each.pk) is not None
        if begun or each.ordered_at < now - QUEUED:
            mended += broken_off(each.pk, each.attempt)
    return mended


@transaction.atomic
def broken_off(pk: int, attempt: int) -> bool:
    """Set an import back to where it was before this order, unless somebody is at work on it."""
    if not _locked(pk):
        return False
    found = Import.objects.filter(pk=pk, attempt=attempt, state__in=list(_TASKS)).first()
    if found is None:
        return False
    with override(found.language):
        message = _("The work was broken off by a fault of the portal. Nothing was changed; start it again.")
    back = _BACK_TO[ImportState(found.state)]
    Import.objects.filter(pk=pk).update(state=back, attempt=F("attempt") + 1, message=message)
    return True


def forget_the_old(now: datetime) -> int:
    """Cancel the uploads that nobody decided about; how many they were."""
    undecided = (ImportState.CHECKED, ImportState.FAILED)
    return sum(cancel(each) for each in Import.objects.filter(state__in=undecided, ordered_at__lt=now - KEPT))


def _send(pk: int, state: ImportState, attempt: int, portal: str) -> None:
    arguments = (pk, attempt, portal) if state == ImportState.IMPORTING else (pk, attempt)
    transaction.on_commit(lambda: current_app.send_task(_TASKS[state], args=arguments))


def _locked(pk: int) -> bool:
    """Whether the lock is ours now; it ends with the transaction, be it by the death of the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCKS, pk % 2**31])
        return bool(cursor.fetchone()[0])

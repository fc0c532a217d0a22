"""Files that are to be made: ordered by people, made by a worker, noticed where a worker was lost.

As with imports the state in the database is the truth and the queued message a hint. Each order has a number; a worker
holds a lock of the database for as long as its transaction lives, and a lock that nobody holds tells that nobody works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from facilities.models import User
from portal.exports import files
from portal.exports.progress import forget_progress
from portal.models.export import Export, ExportFormat, ExportState

# How many a person may wait for at once.
MOST_OPEN = 5
# The same, asked for again so soon, is a second click.
TWICE = timedelta(minutes=1)
# A worker that has begun and holds its lock no more by then was lost.
PATIENCE = timedelta(seconds=30)
# An order that no worker has taken up by then was lost on its way; until then it may wait behind others.
QUEUED = timedelta(minutes=5)
# How often one is tried: a worker may be lost by no fault of the table.
MOST_ATTEMPTS = 2

# The first of the two numbers of PostgreSQL's advisory locks; the second is the export's.
_LOCKS = 7_202_111
_TASK = "portal.tasks.make_export"
# Of an address these say how a page looks, not what is in the table.
_LOOKS = ("csrfmiddlewaretoken", "table", "format", "query", "page", "rows", "sort")
_LONGEST_QUERY = 1000


def filters_of(address: str) -> QueryDict:
    """The filters in the query of an address, without what else stands there."""
    # A number of pairs that no page has: what lies beyond is not read.
    query = QueryDict(address[: 4 * _LONGEST_QUERY], mutable=True)
    for name in list(query):
        if name in _LOOKS or not query[name]:
            del query[name]
    return query


@transaction.atomic
def order(*, person: User, table: str, query: QueryDict, format: ExportFormat, now: datetime) -> Export:  # noqa: A002 - what it is called
    """Order a file, or find the same order of a moment ago. Raises ValidationError: too many open, filters too long."""
    # One's own orders come one after another, so that they can be counted.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    text, language = query.urlencode(), get_language() or "vi"
    if len(text) > _LONGEST_QUERY:
        raise ValidationError(_("These filters are too long to be kept. Choose fewer."))
    mine = Export.objects.of(person)
    same = mine.filter(table=table, query=text, format=format, language=language, asked_at__gt=now - TWICE)
    found = same.exclude(state=ExportState.FAILED).first()
    if found is not None:
        return found
    _room_for_one_more(person)
    new = Export.objects.create(
        person=person, table=table, query=text, format=format, language=language, asked_at=now, ordered_at=now
    )
    _send(new.pk, new.attempt)
    return new


@transaction.atomic
def again(of: Export, *, person: User, now: datetime) -> bool:
    """Order a file anew that failed, or that is to show the present; False if it is still to come.

    Raises ValidationError where too many are open.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = Export.objects.of(person).select_for_update().filter(pk=of.pk).first()
    if found is None or found.working:
        return False
    _room_for_one_more(person)
    stored_as = found.stored_as
    transaction.on_commit(lambda: files.drop(stored_as))
    Export.objects.filter(pk=of.pk).update(
        state=ExportState.WAITING,
        attempt=0,
        asked_at=now,
        ordered_at=now,
        finished_at=None,
        expires_at=None,
        stored_as="",
        file_name="",
        size=0,
        message="",
        facilities=[],
        language=get_language() or "vi",
    )
    forget_progress(of.pk)
    _send(of.pk, 0)
    return True


@transaction.atomic
def remove(of: Export) -> None:
    """Forget an order and its file. A worker that has it in hand finds that it no longer stands."""
    found = Export.objects.select_for_update().filter(pk=of.pk).first()
    if found is not None:
        transaction.on_commit(lambda: files.drop(found.stored_as))
        found.delete()


@contextmanager
def in_hand(pk: int, attempt: int, now: datetime) -> Iterator[Export | None]:
    """One transaction in which this process alone makes the file; None if the order no longer stands."""
    waiting = Export.objects.filter(pk=pk, attempt=attempt, state=ExportState.WAITING)
    if not waiting.update(state=ExportState.WORKING, ordered_at=now):
        yield None
        return
    with transaction.atomic():
        rows = Export.objects.filter(pk=pk, attempt=attempt, state=ExportState.WORKING)
        found = rows.select_related("person").first() if _locked(pk) else None
        if found is None:
            yield None
            return
        with override(found.language):
            yield found


def finish(of: Export, *, now: datetime, stored_as: str, file_name: str, facilities: list[int], total: int) -> bool:
    """The file is whole; False if the order was removed meanwhile."""
    rows = Export.objects.filter(pk=of.pk, attempt=of.attempt, state=ExportState.WORKING)
    return bool(
        rows.update(
            state=ExportState.DONE,
            finished_at=now,
            expires_at=now + files.KEPT,
            stored_as=stored_as,
            file_name=file_name,
            size=files.path_of(stored_as).stat().st_size,
            facilities=facilities,
            done=total,
            total=total,
        )
    )


def fail(pk: int, attempt: int, message: str, now: datetime) -> None:
    """The file cannot be made, for a reason that its asker is told."""
    rows = Export.objects.filter(pk=pk, attempt=attempt, state__in=[state for state in ExportState if state.open])
    rows.update(state=ExportState.FAILED, finished_at=now, expires_at=now + files.KEPT, message=message[:500])


def mend(now: datetime, *exports: int) -> int:
    """Order anew (all, or these) what a lost worker had in hand, or say that it failed; how many they were."""
    lost = Export.objects.filter(state=ExportState.WORKING, ordered_at__lt=now - PATIENCE)
    unheard = Export.objects.filter(state=ExportState.WAITING, ordered_at__lt=now - QUEUED)
    mended = 0
    for each in lost | unheard:
        if not exports or each.pk in exports:
            mended += _ordered_anew(each.pk, each.attempt, now)
    return mended


def broken_off(pk: int, attempt: int, now: datetime) -> None:
    """Say that the file could not be made through a fault of ours."""
    found = Export.objects.filter(pk=pk).first()
    if found is not None:
        with override(found.language):
            fail(pk, attempt, _broken_off(), now)


def forget_the_old(now: datetime) -> int:
    """Remove what has been kept long enough, and files that nobody knows of; how many exports they were."""
    old = list(Export.objects.filter(expires_at__lt=now))
    for each in old:
        remove(each)
    files.drop_left_behind(set(Export.objects.exclude(stored_as="").values_list("stored_as", flat=True)), now)
    return len(old)


@transaction.atomic
def _ordered_anew(pk: int, attempt: int, now: datetime) -> bool:
    if not _locked(pk):
        return False
    if attempt + 1 >= MOST_ATTEMPTS:
        broken_off(pk, attempt, now)
        return True
    rows = Export.objects.filter(pk=pk, attempt=attempt, state__in=[state for state in ExportState if state.open])
    if not rows.update(state=ExportState.WAITING, attempt=F("attempt") + 1, ordered_at=now):
        return False
    forget_progress(pk)
    _send(pk, attempt + 1)
    return True


def _broken_off() -> str:
    return _("The file was not finished, through a fault of the portal. Have it made again.")


def _room_for_one_more(person: User) -> None:
    if Export.objects.of(person).open().count() >= MOST_OPEN:
        text = _("You are waiting for %(most)s files already. Wait for one of them, or remove one.")
        raise ValidationError(text % {"most": MOST_OPEN})


def _send(pk: int, attempt: int) -> None:
    transaction.on_commit(lambda: current_app.send_task(_TASK, args=(pk, attempt)))


def _locked(pk: int) -> bool:
    """Whether the lock is ours now; it ends with the transaction, be it by the death of the process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCKS, pk % 2**31])
        return bool(cursor.fetchone()[0])

"""What stands around each change of the tree: one transaction, taken in turns, and the news of it afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from psycopg import errors

from facilities.access.grants import announce_tree_change
from facilities.models import Organisation

# Any number that no other advisory lock of this database has.
_TREE = 7_202_106
# A long import holds the tree while it adds to it; who moves something meanwhile is told so rather than left waiting.
_PATIENCE = "10s"

CODE_TAKEN = {"organisation_code_once_at_a_time": ("code", _("Another body has this code at that time."))}


@contextmanager
def growing() -> Iterator[None]:
    """One transaction that adds to the tree. Many may add at once, but none while branches move.

    A node that is added below a branch on its way elsewhere would keep the old path, and hang in the air.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_TREE])
        yield


@contextmanager
def reshaping() -> Iterator[None]:
    """One transaction that moves, closes or joins branches, alone; people's open sockets look again after it.

    Raises ValidationError where others have been adding to the tree for too long.
    """
    with transaction.atomic():
        _take_the_tree()
        yield
        announce_tree_change()


@contextmanager
def refusing(constraints: Mapping[str, tuple[str, str | Promise]]) -> Iterator[None]:
    """Say in words, by field, what a constraint of the database refused: somebody else was quicker."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = error.__cause__.diag.constraint_name if isinstance(error.__cause__, errors.Error) else None
        if name is None or name not in constraints:
            raise
        field, message = constraints[name]
        raise ValidationError({field: message}) from None


def locked(*nodes: Organisation) -> list[Organisation]:
    """These nodes as they are now, in the order given, and nobody else's until the transaction ends.

    Rows are locked in the order of their paths, whoever asks. Raises Organisation.DoesNotExist.
    """
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("area").order_by("path")
    found = {node.pk: node for node in rows.filter(pk__in=[node.pk for node in nodes])}
    if missing := {node.pk for node in nodes} - set(found):
        raise Organisation.DoesNotExist(f"No organisation has the id {min(missing)}")
    return [found[node.pk] for node in nodes]


def check_day(on: date, now: datetime, field: str = "on") -> None:
    """The tree shows what is: a change of tomorrow is made tomorrow. Raises ValidationError at `field`."""
    if on > timezone.localdate(now):
        raise ValidationError({field: _("This day has not come yet. Make the change on the day.")})


def _take_the_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable):
                raise
            busy = _("Others are adding to the tree at this moment. Nothing was changed; try again in a minute.")
            raise ValidationError(busy) from None
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")

"""Putting on record what people do and see: logins, grants, views of pictures, exports."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory

from facilities.enums import RecordedAction
from facilities.models import Organisation, Record, User


@dataclass(frozen=True, slots=True)
class Whence:
    """From which network address a request came, and its number; without one, the command or job that it was."""

    address: str | None = None
    request: str = ""


_UNKNOWN = Whence()
_whence: ContextVar[Whence] = ContextVar("whence", default=_UNKNOWN)


@contextmanager
def requested_from(whence: Whence) -> Iterator[None]:
    """Everything put on record within is marked as of this request."""
    token = _whence.set(whence)
    try:
        yield
    finally:
        _whence.reset(token)


def whence() -> Whence:
    """Where what is done now comes from."""
    return _whence.get()


@contextmanager
def done_by(program: str, *, actor: User | None = None) -> Iterator[None]:
    """Everything edited or put on record within is marked as of a command or job, on somebody's behalf or nobody's.

    Not around `executemany`, which the marks of history would garble.
    """
    context = {"user": actor.pk if actor else None, "address": None, "request": program[:36]}
    with requested_from(Whence(request=program[:36])), pghistory.context(**context):
        yield


def record(
    action: RecordedAction,
    *,
    actor: User | None,
    now: datetime,
    organisation: Organisation | int | None = None,
    subject: str = "",
    detail: dict[str, Any] | None = None,
) -> Record:
    """Add one record, in the caller's transaction: what is not on record has not happened.

    `organisation` (or its id) is the node that it is about; who administers there may read it. Without an actor it was
    the command line, or somebody unknown. `detail` holds ids and figures as JSON, never a password.
    """
    whence = _whence.get()
    return Record.objects.create(
        at=now,
        action=action,
        person_id=actor.pk if actor else None,
        person=str(actor)[:150] if actor else "",
        address=whence.address,
        request=whence.request,
        organisation_id=organisation.pk if isinstance(organisation, Organisation) else organisation,
        subject=subject[:300],
        detail=detail or {},
    )

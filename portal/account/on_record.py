"""Puts on record who logged in, failed to, logged out, and changed what they log in with.

Django and allauth tell of it by signals alone; nothing else hangs on them here.
"""

from datetime import timedelta
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from facilities.domain.records import record, whence
from facilities.enums import RecordedAction
from facilities.models import Record, User

# Failures that are put on record for one name, and for one address, within a minute; the next one says "and more".
MOST_FAILURES = 10
_MINUTE = timedelta(minutes=1)
_LONGEST_NAME = 150


class Sessions(DefaultUserSessionsAdapter):  # type: ignore[misc] # allauth ships no types that mypy follows
    """Ends sessions elsewhere, on record."""

    @transaction.atomic
    def end_sessions(self, sessions: Any) -> None:  # noqa: ANN401 - a list or a queryset
        ended: list[UserSession] = list(sessions)
        super().end_sessions(ended)
        for session in ended:
            _record(RecordedAction.SESSION_ENDED, session.user, of=session.ip)


def connect() -> None:
    """Begin to listen; once, when the apps are loaded."""
    for signal, receiver in (
        (user_logged_in, _logged_in),
        (user_logged_out, _logged_out),
        (user_login_failed, _login_failed),
        (authentication_failed, _code_failed),
        (password_changed, _password_changed),
        (password_set, _password_changed),
        (password_reset, _password_reset),
        (authenticator_added, _second_factor_added),
        (authenticator_reset, _second_factor_added),
        (authenticator_removed, _second_factor_removed),
    ):
        signal.connect(receiver, dispatch_uid=receiver.__name__)


def _logged_in(*, user: User, **_: Any) -> None:
    _record(RecordedAction.LOGGED_IN, user)


def _logged_out(*, user: User | None, **_: Any) -> None:
    # A session that has ended already is logged out by nobody.
    if user is not None:
        _record(RecordedAction.LOGGED_OUT, user)


def _login_failed(*, credentials: dict[str, Any], **_: Any) -> None:
    name = str(credentials.get("username") or credentials.get("email") or "")
    tried = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).first() if name else None
    _record_failure(name, tried, what="password")


def _code_failed(*, user: User, **_: Any) -> None:
    _record_failure(user.get_username(), user, what="code")


def _password_changed(*, user: User, **_: Any) -> None:
    _record(RecordedAction.PASSWORD_CHANGED, user)


def _password_reset(*, user: User, **_: Any) -> None:
    _record(RecordedAction.PASSWORD_CHANGED, user, by="link")


def _second_factor_added(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record(RecordedAction.SECOND_FACTOR_ADDED, user, kind=authenticator.type)


def _second_factor_removed(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record(RecordedAction.SECOND_FACTOR_REMOVED, user, kind=authenticator.type)


def _record(action: RecordedAction, person: User, **detail: Any) -> None:
    record(action, actor=person, now=timezone.now(), subject=person.get_username(), detail=detail)


def _record_failure(name: str, tried: User | None, *, what: str) -> None:
    """Whoever guesses by the thousand fills no table: some of a minute are on record, and that there were more."""
    now = timezone.now()
    subject = name[:_LONGEST_NAME]
    address = whence().address
    alike = Q(subject=subject) | (Q(address=address) if address else Q())
    before = Record.objects.filter(alike, at__gt=now - _MINUTE, action=RecordedAction.LOGIN_FAILED)
    count = before[: MOST_FAILURES + 1].count()
    if count > MOST_FAILURES:
        return
    more = {"more": True} if count == MOST_FAILURES else {}
    # The account that was tried, so that whoever looks after it sees it: not somebody who acted.
    record(RecordedAction.LOGIN_FAILED, actor=tried, now=now, subject=subject, detail={"what": what, **more})

"""Asking the portal as one person would, quickly: a session's cookie, one handler for all, and what an answer says."""

import io
import zipfile
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from tests.access.oracle import PERSONAS
from tests.world import World


def session_of(world: World, persona: str) -> str:
    """The cookie of somebody who is, or was, logged in; with the second factor that most have given."""
    if persona == "anonymous":
        return ""
    person, client = world.people[persona], Client()
    client.force_login(person)
    if PERSONAS[persona].second_factor:
        session = client.session
        record_authentication(cast("HttpRequest", SimpleNamespace(session=session)), person, "mfa", type="totp")
        session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@cache
def _handler(enforce_csrf_checks: bool) -> ClientHandler:  # noqa: FBT001 - a key of the cache
    """Made once: each looks through all static files first."""
    return ClientHandler(enforce_csrf_checks)


class Browser(Client):
    """Shows one cookie with every request, whatever the answers before have set or removed."""

    def __init__(self, session: str, *, enforce_csrf_checks: bool = False) -> None:
        super().__init__(raise_request_exception=False)
        self.handler = _handler(enforce_csrf_checks)
        self.session_key = session

    def request(self, **request: Any) -> Any:  # noqa: ANN401 - as in Django's test client
        self.cookies.clear()
        if self.session_key:
            self.cookies[settings.SESSION_COOKIE_NAME] = self.session_key
        return super().request(**request)


def read(answer: HttpResponse) -> str:
    """All that the answer says: a page, JSON, the parts of a spreadsheet, any other file; and its headers."""
    content: bytes = answer.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    # A way on is a link, however it is said.
    led, name = answer.headers.get("Location"), answer.headers.get("Content-Disposition", "")
    return "\n".join([content.decode(errors="replace"), name, f'href="{led}' if led else ""])


# What each request of somebody may write: when their session was last seen.
_OF_SESSIONS = {Session._meta.db_table, "usersessions_usersession"}


def written() -> int:
    """How many rows this transaction has written so far, in any table but those of sessions; undone ones count too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                                + pg_stat_get_xact_tuples_deleted(oid)), 0)
            FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
            """,
            [list(_OF_SESSIONS)],
        )
        return int(cursor.fetchone()[0])

"""What was built once by hundreds of statements, poured again into empty tables by a few dozen."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction
from django.utils.translation import get_language

T = TypeVar("T")

# What migrations fill, and tests find there.
ALWAYS_THERE = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass(frozen=True)
class _Copy:
    built: bytes
    tables: dict[str, bytes]
    sequences: str


# By what was built and in which language, for names of kinds are part of it.
_copies: dict[tuple[str, str], _Copy] = {}


def poured(build: Callable[[], T]) -> T:
    """What `build` returns and stores. It runs once in each language; later its rows come back as they were, ids too.

    Triggers do not run again: the versions and seals that they wrote are among the rows.
    """
    key = (build.__qualname__, get_language() or "")
    with transaction.atomic():
        if key in _copies:
            _pour(_copies[key])
        else:
            # It is handed out as a copy the first time too: no test sees more than the others.
            _copies[key] = _copied(pickle.dumps(build()))
        built: T = pickle.loads(_copies[key].built)  # noqa: S301 - our own copy
    return built


def _copied(built: bytes) -> _Copy:
    tables: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - ALWAYS_THERE):
            with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                if content := b"".join(bytes(row) for row in rows):
                    tables[table] = content
        states = []
        for sequence in connection.introspection.sequence_list():
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [sequence["table"], sequence["column"]])
            (name,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value, is_called FROM {name}")  # noqa: S608 - from the database itself
            value, called = cursor.fetchone()
            states.append(f"setval('{name}', {value}, {called})")
    return _Copy(built, tables, f"SELECT {', '.join(states)}")


def _pour(copy: _Copy) -> None:
    with connection.cursor() as cursor:
        # Neither triggers nor foreign keys: the rows were right when they were copied.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, content in copy.tables.items():
            with cursor.cursor.copy(f'COPY "{table}" FROM STDIN') as rows:
                rows.write(content)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(copy.sequences)

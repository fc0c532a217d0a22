"""`python -m tests.bench NAME`: one benchmark, on servers and a database of its own."""

import importlib
import os
import sys

from portal.environment import VAR
from portal.services import running


def main() -> None:
    """Start the servers, lay out the database, run the benchmark."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "CAMERAS_ON_LOOPBACK": "1", "LOG_LEVEL": "WARNING"}
    with running(VAR / "bench"):
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        # A benchmark that lays out a database of its own would else be lent connections to this one.
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's alone has one
        importlib.import_module(f"tests.bench.{sys.argv[1]}").main()


if __name__ == "__main__":
    main()

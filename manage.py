#!/usr/bin/env python
"""The portal's command line. Starts PostgreSQL and Redis for the command where none are set."""

import os
import sys
from contextlib import nullcontext

# These work without a database: on an installer's laptop, or while the portal is being built.
WITHOUT_SERVICES = {
    "check",
    "collectstatic",
    "compilemessages",
    "help",
    "makemessages",
    "probe",
    "simulate",
    "spectacular",
    "--help",
    "--version",
}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings are named

    if len(sys.argv) < 2 or sys.argv[1] in WITHOUT_SERVICES:  # noqa: PLR2004 - the program and its command
        execute_from_command_line(sys.argv)
        return
    from portal.services import ServiceError, running  # noqa: PLC0415 - the probe command needs no Redis client

    try:
        with running():
            import django  # noqa: PLC0415 - the settings name the servers that are running now

            django.setup()
            from facilities.domain.records import done_by  # noqa: PLC0415 - the models must be loaded first

            # Migrations change no row on anybody's behalf, and the marks would be taken for their parameters.
            marks = nullcontext() if sys.argv[1] == "migrate" else done_by(f"manage.py {sys.argv[1]}")
            with marks:
                execute_from_command_line(sys.argv)
    except ServiceError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

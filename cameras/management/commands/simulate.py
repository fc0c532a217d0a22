"""Runs simulated cameras, or changes those that run."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cameras.simulator.options import add_arguments
from cameras.simulator.running import run


class Command(BaseCommand):
    help = "Runs a fleet of simulated RTSP cameras on loopback addresses until it is stopped."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        try:
            run(Namespace(**options), self.say)
        except OSError as error:
            raise CommandError(error.strerror or str(error)) from error
        except ValueError as error:
            raise CommandError(str(error)) from error

    def say(self, text: str) -> None:
        """Writes a line that whoever reads our output gets at once."""
        self.stdout.write(text)
        self.stdout.flush()

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from facilities.domain.seals import disagreements
from facilities.models import DaySeal


class Command(BaseCommand):
    help = "Checks the records and versions of all sealed days against their seals; the exit status is 1 if any differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="first day whose rows are read again")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="last day whose rows are read again")
        parser.add_argument("--expect", default="", metavar="HASH", help="a published seal, which must still be there")

    def handle(self, *_args: Any, first: date | None, last: date | None, expect: str, **_options: Any) -> None:
        problems = 0
        for problem in disagreements(first=first, last=last, expect=expect):
            problems += 1
            self.stderr.write(f"{problem.day.isoformat()} {problem.table or 'seal'}: {problem.what}")
        newest = DaySeal.objects.order_by("-day").first()
        if newest is None:
            self.stdout.write("No day is sealed yet")
        else:
            self.stdout.write(
                f"{DaySeal.objects.count()} days are sealed; newest {newest.day.isoformat()} {newest.digest}"
            )
        if problems:
            raise CommandError(f"{problems} disagreements with the seals")

"""Checks that nobody changed frozen figures: every hash anew, and with --anew every figure from what is known."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.figures.freezing import differences, verify
from portal.models import Snapshot, SnapshotDay


class Command(BaseCommand):
    help = "Checks frozen figures against their hashes, and with --anew against what they were made of"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="also make each day's figures anew and compare")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        del args, options
        broken = [f"{each.day}: facility {each.facility or '(the day as a whole)'}" for each in verify()]
        if anew:
            broken += [
                f"{row.day}: facility {row.facility_id}: {', '.join(differs)} differ"
                for row in Snapshot.objects.order_by("day", "facility").iterator()
                if (differs := differences(row))
            ]
        if broken:
            raise CommandError("Frozen figures do not hold:\n" + "\n".join(broken))
        last = SnapshotDay.objects.order_by("-day").first()
        self.stdout.write(f"{Snapshot.objects.count()} frozen rows of {SnapshotDay.objects.count()} days hold.")
        if last is not None:
            self.stdout.write(f"The newest day: {last.day} {last.digest}")

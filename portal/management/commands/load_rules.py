from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from facilities.models import Organisation
from portal.rules.records import load_rules


class Command(BaseCommand):
    help = "Enters the rules R1 to R12 of the beginning below the national body. Repeated, it changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            made = load_rules(actor=None, now=timezone.now())
        except Organisation.DoesNotExist:
            raise CommandError("There is no national body yet: create_provinces creates it") from None
        self.stdout.write(f"{made} records of rules entered")

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from facilities.domain.reform import merge_provinces
from facilities.domain.units import FIRST_DAY_OF_34, load_units


class Command(BaseCommand):
    help = (
        "Lets provinces that have ended go over into their successors, as 63 became 34: new bodies from the template, "
        "facilities below them, districts closed, all history kept. Says what would happen; --apply does it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, default=FIRST_DAY_OF_34, help="first day of the new provinces (2025-07-01)"
        )
        parser.add_argument("--apply", action="store_true", help="really do it")
        parser.add_argument(
            "--carry-roles",
            action="store_true",
            help="people keep their roles, on the body that theirs went over into; otherwise they lose them",
        )

    def handle(self, *_args: Any, on: date, apply: bool, carry_roles: bool, **_options: Any) -> None:
        load_units()
        try:
            done = merge_provinces(on=on, carry_roles=carry_roles, apply=apply, actor=None, now=timezone.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        for each in done:
            self.stdout.write(
                f"{each.province.code} {each.province.full_name} ← {', '.join(each.committees)}: {each.made} bodies "
                f"created, {each.merged} merged, {each.districts} districts closed, {each.facilities} facilities moved"
                + (f"; {each.mandates_left} mandates over the old area to be decided" if each.mandates_left else "")
            )
        self.stdout.write(
            f"{len(done)} provinces" if apply else f"{len(done)} provinces; nothing done yet: --apply does"
        )

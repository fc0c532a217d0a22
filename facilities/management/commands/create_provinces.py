from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from facilities.domain.provinces import create_national_bodies, create_province
from facilities.domain.units import LISTED_FROM, load_units
from facilities.models import AdministrativeUnit


class Command(BaseCommand):
    help = (
        "Creates the bodies of all provinces, or of some, from the template: committee, departments, command, "
        "districts, their mandates; national bodies and units too where they lack. Repeated, it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", action="append", help="code of a province, 49; repeat it for several")
        parser.add_argument(
            "--on", type=date.fromisoformat, default=LISTED_FROM, help="the listing of that day (2021-01-01)"
        )

    def handle(self, *_args: Any, code: list[str] | None, on: date, **_options: Any) -> None:
        load_units()
        provinces = AdministrativeUnit.objects.provinces().valid_on(on).order_by("code")
        if code:
            provinces = provinces.filter(code__in=code)
            if unknown := set(code) - {unit.code for unit in provinces}:
                raise CommandError(f"No province has the code {', '.join(sorted(unknown))} on {on}")
        create_national_bodies(actor=None)
        made = 0
        for unit in provinces:
            bodies = create_province(unit, actor=None, now=timezone.now())
            made += bodies.made
            if bodies.made:
                self.stdout.write(f"{unit.code} {unit.full_name}: {bodies.made} bodies created")
        self.stdout.write(f"{len(provinces)} provinces, {made} bodies created")

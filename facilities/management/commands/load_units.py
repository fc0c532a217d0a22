from typing import Any

from django.core.management.base import BaseCommand

from facilities.domain.units import load_units


class Command(BaseCommand):
    help = "Loads the provinces and districts of 2021 and the provinces of 2025. Repeated, it changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = load_units()
        self.stdout.write(
            f"{loaded.provinces_2021} provinces and {loaded.districts_2021} districts of 2021, "
            f"{loaded.provinces_2025} provinces of 2025"
        )

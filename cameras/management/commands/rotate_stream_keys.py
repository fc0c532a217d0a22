from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cameras.domain.rotation import rotate


class Command(BaseCommand):
    help = (
        "Seals every stored stream password anew under the first key of STREAM_KEYS. Interrupted, it is run again; "
        "when it reports none left, the other keys can be taken out of STREAM_KEYS."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        result = rotate()
        self.stdout.write(f"{result.sealed} sealed anew, {result.current} were so already, {len(result.broken)} broken")
        if result.broken:
            ids = ", ".join(str(stream) for stream in result.broken)
            raise CommandError(f"These streams' passwords do not open with any key, and must be typed again: {ids}")

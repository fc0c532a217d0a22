"""What the tests of exports share: sheets of the world's tables, written and read back."""

import csv
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from openpyxl import load_workbook

from cameras.models import Camera
from facilities.domain.folding import fold
from facilities.models import FacilityChange, User
from portal.demo.processes import started
from portal.exports.delimited import write_csv
from portal.exports.registry import TABLES
from portal.exports.sheet import Sheet
from portal.exports.xlsx import write_xlsx
from portal.models.figures import FacilityStanding
from tests.browser.site import _test_database
from tests.world import World


def sheet_of(table: str, person: User, query: str = "") -> Sheet:
    """The table's sheet of now."""
    return TABLES[table].sheet(person, QueryDict(query), timezone.now())


def as_xlsx(sheet: Sheet, folder: Path) -> Any:  # noqa: ANN401 - openpyxl's workbook
    """Written and opened again."""
    path = folder / "table.xlsx"
    write_xlsx(sheet, path)
    return load_workbook(path)


def as_csv(sheet: Sheet, folder: Path) -> list[list[str]]:
    """Written and read again, the heads first."""
    path = folder / "table.csv"
    write_csv(sheet, path)
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8").removeprefix("\ufeff"), newline="")))


def standings(world: World, **changed: dict[str, Any]) -> None:
    """A row of figures for each facility, with what is `changed` of some of them."""
    # Nothing has changed since: they stay as they are put here.
    FacilityChange.objects.all().delete()
    for name, facility in world.facilities.items():
        called = facility.organisation.name
        figures = {
            "day": timezone.localdate(),
            "code": facility.code,
            "name": called,
            "searched": called.casefold(),
            "folded": fold(called),
            "sector": facility.sector,
            "premises": facility.premises,
            "province": facility.province,
            "district": facility.district,
            "computed_at": timezone.now(),
            "claimed": Camera.objects.filter(zone__facility=facility).count(),
            "stage": "installing",
        }
        FacilityStanding.objects.create(facility=facility, **(figures | changed.get(name, {})))


@contextmanager
def running_worker(folder: Path, *, queues: str) -> Iterator[None]:
    """A worker of its own process over the running test's database; it writes below `folder`."""
    environment = {
        "DATABASE_URL": _test_database(),
        "REDIS_URL": settings.REDIS_URL,
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "WARNING",
    }
    command = ["-m", "celery", "-A", "portal", "worker", "-Q", queues, "-c", "1", "-l", "WARNING"]
    with mock.patch.dict(os.environ, environment), started({"worker": command}, folder / "log"):
        yield

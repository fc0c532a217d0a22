"""What the tests of exports share: sheets of the world's tables, written and read back."""

import csv
import io
from pathlib import Path
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from openpyxl import load_workbook

from cameras.models import Camera
from facilities.models import User
from portal.exports.delimited import write_csv
from portal.exports.registry import TABLES
from portal.exports.sheet import Sheet
from portal.exports.xlsx import write_xlsx
from portal.models.figures import FacilityStanding
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
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8").removeprefix("\ufeff"))))


def standings(world: World, **changed: dict[str, Any]) -> None:
    """A row of figures for each facility, with what is `changed` of some of them."""
    for name, facility in world.facilities.items():
        figures = {
            "claimed": Camera.objects.filter(zone__facility=facility).count(),
            "stage": "installing",
        }
        called = facility.organisation.name
        FacilityStanding.objects.create(
            facility=facility,
            day=timezone.localdate(),
            code=facility.code,
            name=called,
            searched=called,
            folded=called,
            sector=facility.sector,
            premises=facility.premises,
            province=facility.province,
            district=facility.district,
            computed_at=timezone.now(),
            **(figures | changed.get(name, {})),
        )

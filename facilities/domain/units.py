"""The provinces and districts of 2021 and the provinces of 2025, read from the project's own data files."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from facilities.enums import UnitLevel
from facilities.models import AdministrativeUnit

DATA = Path(__file__).resolve().parent.parent / "data"

# The listing is of 2021; when each unit came about before that is not in it.
LISTED_FROM = date(2021, 1, 1)
# Districts were abolished and 63 provinces became 34 in one night.
LAST_DAY_OF_63 = date(2025, 6, 30)
FIRST_DAY_OF_34 = date(2025, 7, 1)

Units = dict[str, AdministrativeUnit]


@dataclass(frozen=True, slots=True)
class UnitsLoaded:
    """How many units of each listing the database holds after loading."""

    provinces_2021: int
    districts_2021: int
    provinces_2025: int


@transaction.atomic
def load_units() -> UnitsLoaded:
    """Put the units of the data files into the database, by level, code and first valid day.

    Repeated, it changes nothing; a corrected name in a data file is taken over. Units that are not in the files stay.
    """
    successors = _provinces_of_2025()
    provinces = _provinces_of_2021(successors)
    districts = _districts_of_2021(provinces)
    return UnitsLoaded(len(provinces), len(districts), len(successors))


def _provinces_of_2025() -> Units:
    return _store(
        AdministrativeUnit(
            level=UnitLevel.PROVINCE,
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            full_name=row["full_name"],
            valid_from=FIRST_DAY_OF_34,
        )
        for row in _rows("provinces-2025.csv")
    )


def _provinces_of_2021(successors: Units) -> Units:
    return _store(
        AdministrativeUnit(
            level=UnitLevel.PROVINCE,
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            full_name=row["full_name"],
            region=row["region"],
            valid_from=LISTED_FROM,
            valid_to=LAST_DAY_OF_63,
            successor=successors[row["successor_code_2025"]],
        )
        for row in _rows("provinces-2021.csv")
    )


def _districts_of_2021(provinces: Units) -> Units:
    return _store(
        AdministrativeUnit(
            level=UnitLevel.DISTRICT,
            code=row["code"],
            name=row["name"],
            full_name=row["full_name"],
            valid_from=LISTED_FROM,
            valid_to=LAST_DAY_OF_63,
            province=provinces[row["province_code"]],
        )
        for row in _rows("districts-2021.csv")
    )


def _rows(file: str) -> Iterable[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _store(units: Iterable[AdministrativeUnit]) -> Units:
    """Insert or update the units; by code, with their ids."""
    stored = AdministrativeUnit.objects.bulk_create(
        list(units),
        update_conflicts=True,
        unique_fields=["level", "code", "valid_from"],
        update_fields=["name", "name_en", "full_name", "region", "valid_to", "province", "successor"],
    )
    return {unit.code: unit for unit in stored}

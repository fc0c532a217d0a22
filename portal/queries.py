"""The compliance table's figures: one aggregated query each, over the facilities that the person reaches."""

from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import get_language

from cameras.enums import State
from facilities.domain.folding import fold
from facilities.enums import FORBIDDEN_ZONE_KINDS, Permission, ZoneKind
from facilities.models import AdministrativeUnit, Facility, User
from portal.domain.standing import Standing

_CAMERA = "zones__cameras"
_ANY = Q(**{f"{_CAMERA}__isnull": False})
_PERMITTED = Q(zones__kind__in=[kind for kind in ZoneKind if kind not in FORBIDDEN_ZONE_KINDS])
# A camera that has no state row yet has not been observed.
_UNSEEN = Q(**{f"{_CAMERA}__state__state": State.UNKNOWN}) | Q(**{f"{_CAMERA}__state__isnull": True})


def _in(state: State) -> Q:
    return _PERMITTED & Q(**{f"{_CAMERA}__state__state": state})


_FIGURES = {
    "facilities": Count("pk", distinct=True),
    "registered": Count(_CAMERA),
    "verified": Count(_CAMERA, filter=_in(State.OK)),
    "impaired": Count(_CAMERA, filter=_in(State.IMPAIRED)),
    "down": Count(_CAMERA, filter=_in(State.DOWN)),
    "unknown": Count(_CAMERA, filter=_ANY & _PERMITTED & _UNSEEN),
    "forbidden": Count(_CAMERA, filter=Q(zones__kind__in=FORBIDDEN_ZONE_KINDS)),
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A province or a district, and where its facilities stand."""

    pk: int
    name: str
    standing: Standing

    @property
    def order(self) -> str:
        """What rows are sorted by where they are sorted by name."""
        return fold(self.name)


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """A facility, and where it stands."""

    pk: int
    name: str
    code: str
    sector: str
    premises: str
    district: str
    standing: Standing

    @property
    def order(self) -> str:
        """What rows are sorted by where they are sorted by name."""
        return fold(self.name)


def reached(person: User, *, sector: str = "", premises: str = "") -> QuerySet[Facility]:
    """The facilities whose figures the person may see, of one sector and kind of premises where these are named."""
    facilities = Facility.objects.visible_to(person, Permission.VIEW_FIGURES)
    if sector:
        facilities = facilities.filter(sector=sector)
    return facilities.filter(premises=premises) if premises else facilities


def top_unit(person: User) -> int | None:
    """The one province, or the one district, that holds every facility whose figures the person may see.

    None where they lie in several provinces, and where there are none.
    """
    ends = reached(person).aggregate(
        first_province=Min("province"),
        last_province=Max("province"),
        first_district=Min("district"),
        last_district=Max("district"),
        in_no_district=Count("pk", filter=Q(district=None)),
    )
    # Where districts are no more, the one district of the others is not the top of all.
    for level in ("province",) if ends["in_no_district"] else ("district", "province"):
        if ends[f"first_{level}"] == ends[f"last_{level}"]:
            return ends[f"first_{level}"]  # type: ignore[no-any-return] # an aggregate of keys
    return None


def within(facilities: QuerySet[Facility], unit: AdministrativeUnit | None) -> QuerySet[Facility]:
    """Those in a province or a district; None is the whole country."""
    if unit is None:
        return facilities
    return facilities.filter(Q(district=unit) | Q(province=unit))


def has_districts(facilities: QuerySet[Facility]) -> bool | None:
    """Whether each of them lies in a district; None where there are none of them. Districts were abolished in 2025."""
    counted = facilities.aggregate(all=Count("pk"), in_no_district=Count("pk", filter=Q(district=None)))
    return counted["in_no_district"] == 0 if counted["all"] else None


def compliance_by_province(facilities: QuerySet[Facility]) -> list[UnitRow]:
    """One row for each province that has some of the facilities."""
    return _by_unit(facilities, "province")


def compliance_by_district(facilities: QuerySet[Facility]) -> list[UnitRow]:
    """One row for each district that has some of the facilities."""
    return _by_unit(facilities, "district")


def compliance_by_facility(facilities: QuerySet[Facility]) -> list[FacilityRow]:
    """One row for each of the facilities."""
    name = _local("organisation__name", "organisation__name_en")
    district = _local("district__full_name", "district__name_en")
    plain = ["pk", "code", "sector", "premises", *name, *district]
    return [
        FacilityRow(
            pk=row["pk"],
            name=_first(row, name),
            code=row["code"],
            sector=row["sector"],
            premises=row["premises"],
            district=_first(row, district),
            standing=_standing(row),
        )
        for row in facilities.order_by().values(*plain).annotate(**_FIGURES)
    ]


def _by_unit(facilities: QuerySet[Facility], unit: str) -> list[UnitRow]:
    name = _local(f"{unit}__full_name", f"{unit}__name_en")
    rows = facilities.order_by().values(f"{unit}__pk", *name).annotate(**_FIGURES)
    return [UnitRow(pk=row[f"{unit}__pk"], name=_first(row, name), standing=_standing(row)) for row in rows]


def _local(vietnamese: str, english: str) -> list[str]:
    """The columns that may hold the name, the best one for the reader first."""
    return [english, vietnamese] if get_language() == "en" else [vietnamese]


def _first(row: dict[str, Any], columns: list[str]) -> str:
    return str(next((row[column] for column in columns if row[column]), ""))


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(**{field.name: row[field.name] for field in fields(Standing)})

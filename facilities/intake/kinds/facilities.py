"""Quarantine facilities."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.placing import area_around
from facilities.domain.tree import create_facility
from facilities.enums import Permission, Premises, Sector, UnitLevel
from facilities.intake.cells import RowRefused
from facilities.intake.columns import Column, choice_column, code, text
from facilities.intake.comparing import check_same
from facilities.intake.places import Units, bodies, facilities
from facilities.intake.registry import Kind, Taken, Values
from facilities.intake.taking_back import in_reach, remove_facility
from facilities.models import AdministrativeUnit, Facility, Organisation, User

COLUMNS = (
    Column("code", _("Code of the facility"), _("Unique in the country."), code(20), required=True, example="QNM-001"),
    Column(
        "name", _("Name"), _("The whole name, in Vietnamese."), text(200), required=True, example="Trường THPT Tam Kỳ"
    ),
    Column("name_en", _("English name"), _("May be left empty."), text(200)),
    Column(
        "parent",
        _("Body above"),
        _("Code or whole name of the body that answers for it."),
        text(200),
        required=True,
        example="UBND thành phố Tam Kỳ",
    ),
    choice_column("sector", _("Sector"), _("Who runs it."), Sector, Sector.CIVIL),
    choice_column("premises", _("Premises"), _("What the building was before."), Premises, Premises.SCHOOL),
    Column(
        "district",
        _("District"),
        _("Code or name of the district in which it lies; where districts are no more, of the province."),
        code(120, width=3),
        required=True,
        example="502",
    ),
    Column("address", _("Address"), _("Street and number."), text(200), example="12 Trần Phú"),
)


class FacilityIntake:
    """One run over a file of facilities."""

    def __init__(self, person: User, now: datetime) -> None:
        self.person, self.units = person, Units(now)
        self.bodies, self.facilities = bodies(person, now), facilities(person, Permission.ADMINISTER, now)
        self._areas: dict[int, AdministrativeUnit | None] = {}

    def take(self, values: Values) -> Taken:
        parent = self.bodies.find(values["parent"], "parent")
        district = self._district(parent, values["district"])
        there = self.facilities.with_code(values["code"])
        if there is not None:
            self._check_same(there, parent, district, values)
            return Taken()
        given = {key: values[key] for key in ("name", "code", "sector", "premises", "address", "name_en")}
        try:
            facility = create_facility(parent=parent, district=district, actor=self.person, **given)
        except ValidationError as error:
            columns = {key: key for key in (*given, "parent", "district")} | {"area": "district"}
            raise RowRefused.by_validation(error, columns) from None
        self.facilities.add(facility, facility.code)
        return Taken((facility,), facility.organisation.path)

    def _district(self, parent: Organisation, wanted: str) -> AdministrativeUnit:
        if parent.pk not in self._areas:
            self._areas[parent.pk] = area_around(parent)
        around = self._areas[parent.pk]
        try:
            return self.units.find(wanted, "district", around, UnitLevel.DISTRICT)
        except RowRefused:
            return self.units.find(wanted, "district", around, UnitLevel.PROVINCE)

    def _check_same(self, there: Facility, parent: Organisation, district: AdministrativeUnit, values: Values) -> None:
        node = there.organisation
        given = {key: values[key] for key in ("name", "name_en", "sector", "premises", "address")}
        now = {"name": node.name, "name_en": node.name_en, "sector": there.sector, "premises": there.premises}
        now |= {"address": there.address, "parent": node.path[: -Organisation.steplen]}
        lies = there.district or there.province
        check_same(given | {"parent": parent.path, "district": district}, now | {"district": lies})


def take_back(label: str, pk: int, person: User, now: datetime) -> None:
    """Delete the facility with its node. Raises StillNeeded."""
    del label, now
    facility = in_reach(Facility.objects.all(), pk, person, Permission.ADMINISTER)
    if facility is not None:
        remove_facility(facility)


FACILITIES = Kind(
    "facilities",
    _("Facilities"),
    _("The bodies that answer for them must be in the portal."),
    COLUMNS,
    Permission.ADMINISTER,
    FacilityIntake,
    take_back,
)

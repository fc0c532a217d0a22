"""Zones of facilities."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.tree import create_zone
from facilities.enums import Permission, ZoneKind
from facilities.intake.cells import RowRefused
from facilities.intake.columns import Column, choice_column, code, text
from facilities.intake.comparing import check_same
from facilities.intake.places import facilities
from facilities.intake.registry import Kind, Taken, Values
from facilities.intake.taking_back import in_reach, remove_zone
from facilities.models import Facility, User, Zone

COLUMNS = (
    Column("facility", _("Code of the facility"), _("Or its whole name."), code(200), required=True, example="QNM-001"),
    choice_column("kind", _("Kind of zone"), _("One of the words listed."), ZoneKind, ZoneKind.CORRIDOR),
    Column(
        "name",
        _("Name of the zone"),
        _("As people on site call it; once in each facility."),
        text(100),
        required=True,
        example="Hành lang tầng 2, khu A",
    ),
)


class ZoneIntake:
    """One run over a file of zones."""

    def __init__(self, person: User, now: datetime) -> None:
        self.facilities = facilities(person, Permission.ADMINISTER, now)
        self._zones: dict[int, dict[str, Zone]] = {}

    def take(self, values: Values) -> Taken:
        facility = self.facilities.find(values["facility"], "facility")
        zones = self._zones_of(facility)
        there = zones.get(values["name"])
        if there is not None:
            check_same({"kind": values["kind"]}, {"kind": there.kind})
            return Taken()
        try:
            zone = create_zone(facility=facility, kind=values["kind"], name=values["name"])
        except ValidationError as error:
            raise RowRefused.by_validation(error, {"kind": "kind", "name": "name"}) from None
        zones[zone.name] = zone
        return Taken((zone,), facility.organisation.path)

    def _zones_of(self, facility: Facility) -> dict[str, Zone]:
        if facility.pk not in self._zones:
            self._zones[facility.pk] = {zone.name: zone for zone in facility.zones.all()}
        return self._zones[facility.pk]


def take_back(label: str, pk: int, person: User, now: datetime) -> None:
    """Delete the zone. Raises StillNeeded."""
    del label, now
    zone = in_reach(Zone.objects.all(), pk, person, Permission.ADMINISTER)
    if zone is not None:
        remove_zone(zone)


ZONES = Kind(
    "zones",
    _("Zones"),
    _("Their facilities must be in the portal."),
    COLUMNS,
    Permission.ADMINISTER,
    ZoneIntake,
    take_back,
)

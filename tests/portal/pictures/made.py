"""Figures as they might stand, without what they would be made of."""

from datetime import date
from typing import Any

from django.utils import timezone

from facilities.enums import Stage
from facilities.models import Facility
from portal.models import FacilityStanding, Snapshot


def figures_of(facility: Facility, day: date) -> dict[str, Any]:
    """Who it is, and nothing that happened."""
    name = facility.organisation.name
    return {
        "day": day,
        "code": facility.code,
        "name": name,
        "searched": name,
        "folded": name.lower(),
        "sector": facility.sector,
        "premises": facility.premises,
        "province": facility.province,
        "district": facility.district,
        "stage": Stage.NOT_SURVEYED,
    }


def standing_of(facility: Facility, **figures: Any) -> FacilityStanding:
    """Its row as it stands now."""
    plain = figures_of(facility, timezone.localdate()) | {"computed_at": timezone.now()}
    row, _made = FacilityStanding.objects.update_or_create(facility=facility, defaults=plain | figures)
    return row


def frozen(facility: Facility, day: date, **figures: Any) -> Snapshot:
    """Its row as of the end of a day."""
    plain = figures_of(facility, day) | {"taken_at": timezone.now(), "digest": "0" * 64}
    return Snapshot.objects.create(facility=facility, **plain | figures)

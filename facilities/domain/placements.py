"""Where facilities lay, and below whom, from when to when."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.placing import shown
from facilities.enums import UnitLevel
from facilities.models import AdministrativeUnit, Facility, Organisation, Placement

ONE_DAY = timedelta(days=1)


def place(facility: Facility, *, parent: Organisation, unit: AdministrativeUnit, on: date) -> Placement:
    """Let the facility stand below `parent` and lie in `unit` from that day on; until the day before it was elsewhere.

    `unit` is its district, or its province where districts are no more. What is so already, stays as it is. Raises
    ValidationError at `on` for a day before the present place began.
    """
    district = unit if unit.level == UnitLevel.DISTRICT else None
    province = unit.province or unit
    facility.province, facility.district = province, district
    facility.save(update_fields=["province", "district"])
    before = facility.placements.select_for_update().filter(valid_to=None).first()
    now = Placement(facility=facility, parent=parent, province=province, district=district, valid_from=on)
    if before is not None:
        if _place(before) == _place(now):
            return before
        if before.valid_from == on:
            before.parent, before.province, before.district = parent, province, district
            before.save()
            return before
        if before.valid_from is not None and before.valid_from > on:
            stood = _("%(facility)s stands where it is since %(day)s; choose a day from then on.")
            raise ValidationError({"on": stood % {"facility": facility, "day": shown(before.valid_from)}})
        before.valid_to = on - ONE_DAY
        before.save()
    now.save()
    return now


def _place(placement: Placement) -> tuple[int | None, ...]:
    return placement.parent_id, placement.province_id, placement.district_id

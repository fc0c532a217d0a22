"""Rows as they were at any moment: edited, moved, removed."""

from datetime import datetime

from django.utils import timezone

from facilities.domain.versions import as_of
from facilities.enums import ZoneKind
from facilities.models import Zone
from tests.world import World


def test_what_was_edited_and_removed_since_is_as_it_was(committed_world: World) -> None:
    facility = committed_world.facilities["tam_ky_school"]
    before = timezone.now()
    zone = Zone.objects.create(facility=facility, kind=ZoneKind.YARD, name="Sân trước")
    entered = timezone.now()
    Zone.objects.filter(pk=zone.pk).update(name="Sân sau")
    renamed = timezone.now()
    Zone.objects.filter(pk=zone.pk).delete()
    removed = timezone.now()

    def names(moment: datetime | None) -> list[str]:
        rows = as_of(Zone, moment, facility_id__in=[facility.pk]).filter(kind=ZoneKind.YARD)
        return list(rows.values_list("name", flat=True))

    assert [names(at) for at in (before, entered, renamed, removed, None)] == [[], ["Sân trước"], ["Sân sau"], [], []]

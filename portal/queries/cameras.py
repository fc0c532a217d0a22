"""Cameras that a person reaches, with all that a row of their table shows, in one query."""

from cameras.models import Camera
from cameras.models.camera import CameraQuerySet
from facilities.enums import Permission
from facilities.models import AdministrativeUnit, User
from portal.queries.reach import reached, within


def cameras_of(person: User, unit: AdministrativeUnit | None) -> CameraQuerySet:
    """Cameras whose figures the person may see, in a unit or in all of the country."""
    rows = Camera.objects.visible_to(person, Permission.VIEW_FIGURES).select_related(
        "state", "zone__facility__organisation", "zone__facility__district", "zone__facility__province"
    )
    if unit is None:
        return rows
    return rows.filter(zone__facility__in=within(reached(person), unit).order_by().values("pk"))

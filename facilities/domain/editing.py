"""What people correct about bodies, facilities and zones. Every version is kept; editing back undoes."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from facilities.domain.moving import settle
from facilities.domain.placing import check_code, check_place
from facilities.domain.tree import FACILITY_CODE_TAKEN, ZONE_NAME_TAKEN
from facilities.domain.tree_change import CODE_TAKEN, locked, refusing, reshaping
from facilities.enums import OrganisationKind, Premises, Sector
from facilities.models import AdministrativeUnit, Facility, Organisation, Zone


@transaction.atomic
def rename_organisation(*, organisation: Organisation, name: str, name_en: str, code: str) -> Organisation:
    """Change what a body is called, and its code. Raises ValidationError by field."""
    (node,) = locked(organisation)
    node.name, node.name_en, node.code = name, name_en, code
    node.clean_fields(exclude=["path", "depth", "numchild"])
    check_code(code, start=node.valid_from, end=node.valid_to, but=node.pk)
    with refusing(CODE_TAKEN):
        # Its place in the tree is not this one's to write.
        node.save(update_fields=["name", "name_en", "code"])
    return node


def edit_facility(
    *,
    facility: Facility,
    name: str,
    name_en: str,
    code: str,
    sector: Sector,
    premises: Premises,
    unit: AdministrativeUnit,
    address: str,
    on: date,
) -> Facility:
    """Change what is known of a facility. It lies in `unit`, a district, or a province without any, from `on`.

    Who oversees it may change with its sector and unit, so open sockets look again. Raises ValidationError by field.
    """
    with reshaping():
        node = rename_organisation(organisation=facility.organisation, name=name, name_en=name_en, code="")
        facility = Facility.objects.select_for_update(of=("self",)).get(pk=facility.pk)
        facility.code, facility.address = code, address
        facility.sector, facility.premises = sector, premises
        facility.full_clean()
        with refusing(FACILITY_CODE_TAKEN):
            facility.save()
        if node.area_id != unit.pk:
            parent = Organisation.objects.get_parent(node, update=True)
            try:
                check_place(parent, OrganisationKind.FACILITY, unit)
            except ValidationError as error:
                raise ValidationError({"unit": error.messages}) from None
            settle(node, parent, unit, on)
        return Facility.objects.get(pk=facility.pk)


def rename_zone(*, zone: Zone, name: str) -> Zone:
    """Call a zone otherwise. Its kind stays: cameras were registered for that. Raises ValidationError at name."""
    zone.name = name
    zone.full_clean()
    with refusing(ZONE_NAME_TAKEN):
        zone.save(update_fields=["name"])
    return zone


def remove_zone(*, zone: Zone) -> None:
    """Take a zone away that was entered by mistake; one with a camera stays. Raises ValidationError."""
    try:
        zone.delete()
    except ProtectedError:
        text = _("%(zone)s has cameras. Register them in another zone, or delete them, first.") % {"zone": zone}
        raise ValidationError(text) from None

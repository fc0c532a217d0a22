"""Bodies and facilities take their places in the tree."""

import logging
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from facilities.enums import OrganisationKind, Premises, Sector, UnitLevel, ZoneKind
from facilities.models import AdministrativeUnit, Facility, Organisation, Placement, User, Zone

log = logging.getLogger(__name__)

AREA_LEVELS: dict[OrganisationKind, UnitLevel] = {
    OrganisationKind.PROVINCE: UnitLevel.PROVINCE,
    OrganisationKind.DISTRICT: UnitLevel.DISTRICT,
    OrganisationKind.FACILITY: UnitLevel.DISTRICT,
}


class UnknownOrganisation(LookupError):  # noqa: N818 - an answer about a text that somebody typed
    """No organisation goes by that text, or more than one; the message says which."""


def create_organisation(
    *,
    parent: Organisation | None,
    kind: OrganisationKind,
    name: str,
    area: AdministrativeUnit | None,
    actor: User | None,
    name_en: str = "",
) -> Organisation:
    """Add a body below `parent` (at the top without one); safe beside others who add to the same parent.

    `area` is the unit that it answers for; None for bodies of the whole country. Raises ValidationError by field.
    """
    with transaction.atomic():
        if parent is not None:
            # Its row as it is now, and nobody else's until this is done: a stale one has old counts and paths.
            parent = Organisation.objects.select_for_update().get(pk=parent.pk)
        _check_place(parent, kind, area)
        node: Organisation = Organisation(kind=kind, name=name, name_en=name_en, area=area)
        node.clean_fields(exclude=["path", "depth", "numchild"])
        if parent is None:
            node = Organisation.objects.add_root(instance=node)
        else:
            node = Organisation.objects.add_child(parent, instance=node)
        log.info("Organisation %s (%s) created by %s", node.pk, kind.value, _name(actor))
    return node


def create_facility(
    *,
    parent: Organisation,
    name: str,
    code: str,
    sector: Sector,
    premises: Premises,
    district: AdministrativeUnit,
    actor: User | None,
    zones: Iterable[tuple[ZoneKind, str]] = (),
    address: str = "",
    name_en: str = "",
    placed_from: date | None = None,
) -> Facility:
    """Add a facility with its node and its zones (kind and name each), all of it or nothing.

    It is where it is since the day `placed_from`; without one, since before anything was recorded.
    Raises ValidationError by field: a taken code, a district outside the parent's area, a zone named twice.
    """
    with transaction.atomic():
        try:
            node = create_organisation(
                parent=parent,
                kind=OrganisationKind.FACILITY,
                name=name,
                name_en=name_en,
                area=district,
                actor=actor,
            )
        except ValidationError as error:
            raise _renamed(error, "area", "district") from None
        facility = Facility(
            organisation=node,
            code=code,
            sector=sector,
            premises=premises,
            province=district.province,
            district=district,
            address=address,
        )
        facility.full_clean()
        facility.save()
        Placement.objects.create(
            facility=facility, parent=parent, province=facility.province, district=district, valid_from=placed_from
        )
        for kind, zone_name in zones:
            create_zone(facility=facility, kind=kind, name=zone_name)
    return facility


def create_zone(*, facility: Facility, kind: ZoneKind, name: str) -> Zone:
    """Add a zone to a facility. Raises ValidationError: a kind that does not exist, a name that is taken."""
    zone = Zone(facility=facility, kind=kind, name=name)
    zone.full_clean()
    zone.save()
    return zone


def organisation_named(text: str) -> Organisation:
    """The organisation that a person means by its id, its facility's code, or its whole name (in that order).

    Raises UnknownOrganisation.
    """
    found = Organisation.objects.filter(pk=int(text)) if text.isascii() and text.isdigit() else None
    for rows in (found, Organisation.objects.filter(facility__code=text), Organisation.objects.filter(name=text)):
        nodes: list[Organisation] = list(rows[:2]) if rows is not None else []
        if len(nodes) > 1:
            raise UnknownOrganisation(f"More than one organisation is named {text!r}; give its id")
        if nodes:
            return nodes[0]
    raise UnknownOrganisation(f"No organisation has the id, the facility code or the name {text!r}")


def _check_place(parent: Organisation | None, kind: OrganisationKind, area: AdministrativeUnit | None) -> None:
    if parent is None and kind != OrganisationKind.NATIONAL:
        raise ValidationError({"parent": _("Only a national body stands at the top of the tree.")})
    if parent is not None and kind == OrganisationKind.NATIONAL:
        raise ValidationError({"parent": _("A national body stands at the top of the tree.")})
    if parent is not None and parent.kind == OrganisationKind.FACILITY:
        raise ValidationError({"parent": _("Nothing stands below a facility.")})
    level = AREA_LEVELS.get(kind)
    if level is not None and (area is None or area.level != level):
        raise ValidationError({"area": _("The area must be a unit of this level: %(level)s.") % {"level": level.label}})
    around = _area_around(parent)
    if area is not None and around is not None and around.pk not in (area.pk, area.province_id):
        raise ValidationError(
            {"area": _("%(area)s is not in %(around)s.") % {"area": area.full_name, "around": around.full_name}}
        )


def _area_around(parent: Organisation | None) -> AdministrativeUnit | None:
    """The area of the nearest body at or above `parent` that answers for one."""
    if parent is None:
        return None
    line = [parent, *reversed(Organisation.objects.get_ancestors(parent).select_related("area"))]
    return next((node.area for node in line if node.area is not None), None)


def _renamed(error: ValidationError, field: str, to: str) -> ValidationError:
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({to if name == field else name: found for name, found in error.error_dict.items()})


def _name(actor: User | None) -> str:
    return f"user {actor.pk}" if actor else "the command line"

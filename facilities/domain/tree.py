"""Bodies and facilities take their places in the tree."""

import logging
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.keys import key_of
from facilities.domain.placing import check_code, check_place, check_start
from facilities.domain.tree_change import CODE_TAKEN, growing, locked, refusing
from facilities.enums import OrganisationKind, Premises, Sector, UnitLevel, ZoneKind
from facilities.models import AdministrativeUnit, Facility, Organisation, Placement, User, Zone

log = logging.getLogger(__name__)

FACILITY_CODE_TAKEN = {"facilities_facility_code_key": ("code", _("Another facility has this code."))}
ZONE_NAME_TAKEN = {"zone_name_once_per_facility": ("name", _("Another zone of the facility has this name."))}


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
    code: str = "",
    valid_from: date | None = None,
) -> Organisation:
    """Add a body below `parent` (at the top without one); safe beside others who add to the same parent.

    `area` is the unit that it answers for; None for bodies of the whole country. It exists from the day `valid_from`;
    without one, since before anything was recorded. Raises ValidationError by field.
    """
    with growing():
        if parent is not None:
            # Its row as it is now, and nobody else's until this is done: a stale one has old counts and paths.
            (parent,) = locked(parent)
        check_place(parent, kind, area)
        check_start(parent, valid_from)
        check_code(code, start=valid_from)
        node: Organisation = Organisation(
            kind=kind, name=name, name_en=name_en, area=area, code=code, valid_from=valid_from
        )
        node.clean_fields(exclude=["path", "depth", "numchild"])
        with refusing(CODE_TAKEN):
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

    `district` is where it lies; where districts are no more, its province. It is there since the day `placed_from`;
    without one, since before anything was recorded. Raises ValidationError by field: a taken code, a district outside
    the parent's area, a zone named twice.
    """
    with growing():
        try:
            node = create_organisation(
                parent=parent,
                kind=OrganisationKind.FACILITY,
                name=name,
                name_en=name_en,
                area=district,
                actor=actor,
                valid_from=placed_from,
            )
        except ValidationError as error:
            raise _renamed(error, {"area": "district", "valid_from": "placed_from"}) from None
        facility = Facility(
            organisation=node,
            code=code,
            sector=sector,
            premises=premises,
            province=district.province or district,
            district=district if district.level == UnitLevel.DISTRICT else None,
            address=address,
        )
        facility.full_clean()
        with refusing(FACILITY_CODE_TAKEN):
            facility.save()
        Placement.objects.create(
            facility=facility,
            parent=parent,
            province=facility.province,
            district=facility.district,
            valid_from=placed_from,
        )
        for kind, zone_name in zones:
            create_zone(facility=facility, kind=kind, name=zone_name)
    return facility


def create_zone(*, facility: Facility, kind: ZoneKind, name: str) -> Zone:
    """Add a zone to a facility. Raises ValidationError: a kind that does not exist, a name that is taken."""
    zone = Zone(facility=facility, kind=kind, name=name)
    zone.full_clean()
    with refusing(ZONE_NAME_TAKEN):
        zone.save()
    return zone


def organisation_named(text: str) -> Organisation:
    """The organisation that a person means by its id, its facility's code, or its whole name (in that order).

    Raises UnknownOrganisation.
    """
    key = key_of(text)
    found = Organisation.objects.filter(pk=key) if key is not None else None
    for rows in (found, Organisation.objects.filter(facility__code=text), Organisation.objects.filter(name=text)):
        nodes: list[Organisation] = list(rows[:2]) if rows is not None else []
        if len(nodes) > 1:
            raise UnknownOrganisation(f"More than one organisation is named {text!r}; give its id")
        if nodes:
            return nodes[0]
    raise UnknownOrganisation(f"No organisation has the id, the facility code or the name {text!r}")


def _renamed(error: ValidationError, names: dict[str, str]) -> ValidationError:
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({names.get(name, name): found for name, found in error.error_dict.items()})


def _name(actor: User | None) -> str:
    return f"user {actor.pk}" if actor else "the command line"

"""Where a body may stand: below what, in which area, under which code, for which time."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from facilities.enums import OrganisationKind, UnitLevel
from facilities.models import AdministrativeUnit, Organisation

AREA_LEVELS: dict[OrganisationKind, UnitLevel] = {
    OrganisationKind.PROVINCE: UnitLevel.PROVINCE,
    OrganisationKind.DISTRICT: UnitLevel.DISTRICT,
    OrganisationKind.FACILITY: UnitLevel.DISTRICT,
}


def check_place(parent: Organisation | None, kind: OrganisationKind, area: AdministrativeUnit | None) -> None:
    """Whether a body of this kind and area may stand below `parent`. Raises ValidationError at parent or area."""
    if parent is None and kind != OrganisationKind.NATIONAL:
        raise ValidationError({"parent": _("Only a national body stands at the top of the tree.")})
    if parent is not None and kind == OrganisationKind.NATIONAL:
        raise ValidationError({"parent": _("A national body stands at the top of the tree.")})
    if parent is not None and parent.kind == OrganisationKind.FACILITY:
        raise ValidationError({"parent": _("Nothing stands below a facility.")})
    if parent is not None and parent.valid_to is not None:
        raise ValidationError({"parent": closed(parent)})
    _check_level(kind, area)
    around = area_around(parent)
    if area is not None and around is not None and not covers(around, area):
        raise ValidationError(
            {"area": _("%(area)s is not in %(around)s.") % {"area": area.full_name, "around": around.full_name}}
        )


def check_code(code: str, *, start: date | None, end: date | None = None, but: int | None = None) -> None:
    """Whether no other body has the code at some day of that time; `but` is the id of the one that it is for.

    Raises ValidationError at code. It does not say whose it is: that body may be none of the reader's business.
    """
    if not code:
        return
    others = Organisation.objects.filter(code=code).exclude(pk=but)
    if end is not None:
        others = others.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=end))
    if start is not None:
        others = others.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=start))
    if others.exists():
        raise ValidationError({"code": _("Another body has this code at that time.")})


def check_start(parent: Organisation | None, start: date | None) -> None:
    """Whether a body may begin below `parent` on that day. Raises ValidationError at valid_from."""
    if parent is not None and start is not None and parent.valid_from is not None and start < parent.valid_from:
        text = _("%(parent)s itself begins on %(day)s.") % {"parent": parent, "day": shown(parent.valid_from)}
        raise ValidationError({"valid_from": text})


def area_around(node: Organisation | None) -> AdministrativeUnit | None:
    """The area of the nearest body at or above `node` that answers for one; None is the whole country."""
    if node is None:
        return None
    line = [node, *reversed(Organisation.objects.get_ancestors(node).select_related("area"))]
    return next((body.area for body in line if body.area is not None), None)


def covers(around: AdministrativeUnit, area: AdministrativeUnit) -> bool:
    """Whether `area` is `around`, or a district of it."""
    return around.pk in (area.pk, area.province_id)


def unit_within(around: AdministrativeUnit | None, area: AdministrativeUnit | None) -> AdministrativeUnit | None:
    """The unit that `area` is part of within `around`: itself, or the one that came after its province.

    Where neither is so, `area` is given back, which check_place then refuses.
    """
    if around is None or area is None or covers(around, area):
        return area
    province = area.province or area
    return around if province.successor_id == around.pk else area


def closed(node: Organisation) -> str:
    """The sentence about a body that is no more."""
    day = shown(node.valid_to) if node.valid_to else ""
    return _("%(name)s was closed; its last day was %(day)s.") % {"name": node, "day": day}


def shown(day: date) -> str:
    """A day as people read it."""
    return date_format(day, "d/m/Y")


def _check_level(kind: OrganisationKind, area: AdministrativeUnit | None) -> None:
    level = AREA_LEVELS.get(kind)
    if level is None or (area is not None and area.level == level):
        return
    if kind == OrganisationKind.FACILITY and area is not None and not area.districts.exists():
        # Where districts are no more, a facility lies in its province alone.
        return
    raise ValidationError({"area": _("The area must be a unit of this level: %(level)s.") % {"level": level.label}})

"""Bodies and facilities move to another place in the tree, with all below them."""

import logging
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.domain.placements import place
from facilities.domain.placing import area_around, check_place, check_start, closed, shown, unit_within
from facilities.domain.records import record
from facilities.domain.tree_change import check_day, locked, reshaping
from facilities.enums import OrganisationKind, RecordedAction
from facilities.models import AdministrativeUnit, Facility, Organisation, User

log = logging.getLogger(__name__)


def move_organisation(
    *, organisation: Organisation, to: Organisation, on: date, actor: User | None, now: datetime
) -> Organisation:
    """Let the body or facility stand below `to`, with all below it, from that day on.

    What was reported before stays readable under the old place. Raises ValidationError by field: below itself, a
    closed body, an area outside of the new one's, a day that has not come or lies before the present place began.
    """
    with reshaping():
        node, parent = locked(organisation, to)
        check_day(on, now)
        return relocate(node, parent, on=on, actor=actor, now=now)


def relocate(node: Organisation, to: Organisation, *, on: date, actor: User | None, now: datetime) -> Organisation:
    """The same within a change of the tree that others are part of; both rows are locked."""
    before = Organisation.objects.get_parent(node, update=True)
    if node.valid_to is not None:
        raise ValidationError({"organisation": closed(node)})
    if before is None:
        raise ValidationError({"organisation": _("A national body stands at the top of the tree.")})
    if to.path.startswith(node.path):
        raise ValidationError({"parent": _("%(name)s cannot stand below itself.") % {"name": node}})
    if before.pk == to.pk:
        raise ValidationError({"parent": _("%(name)s stands there already.") % {"name": node}})
    around = area_around(to)
    area = unit_within(around, node.area)
    check_place(to, OrganisationKind(node.kind), area)
    check_start(to, on)
    if node.valid_from is not None and on < node.valid_from:
        begins = _("%(parent)s itself begins on %(day)s.") % {"parent": node, "day": shown(node.valid_from)}
        raise ValidationError({"on": begins})
    settle(node, to, area, on)
    Organisation.objects.move(node, to, "last-child")
    _settle_below(node, around, on)
    record(
        RecordedAction.ORGANISATION_MOVED,
        actor=actor,
        now=now,
        organisation=node,
        subject=f"{node.name}: {before.name} → {to.name}",
        detail={"from": before.pk, "to": to.pk, "on": on.isoformat()},
    )
    log.info("Organisation %s moved from %s to %s", node.pk, before.pk, to.pk)
    return node


def settle(node: Organisation, to: Organisation, area: AdministrativeUnit | None, on: date) -> None:
    """Take over what its place below `to` changes about a node: its area, and where a facility lies."""
    if node.area_id != (area.pk if area is not None else None):
        node.area = area
        node.save(update_fields=["area"])
    facility = Facility.objects.filter(organisation=node).first()
    if facility is not None and area is not None:
        place(facility, parent=to, unit=area, on=on)


def _settle_below(node: Organisation, around: AdministrativeUnit | None, on: date) -> None:
    """The same for what stands below: it lies around there already, or its unit has gone over into that one."""
    below = Organisation.objects.get_descendants(node).filter(valid_to=None, area__isnull=False)
    if around is None:
        return
    outside = below.exclude(Q(area=around) | Q(area__province=around))
    for body in outside.select_for_update(of=("self",)).select_related("area__province"):
        unit, parent = unit_within(around, body.area), Organisation.objects.get_parent(body)
        check_place(parent, OrganisationKind(body.kind), unit)
        settle(body, parent, unit, on)

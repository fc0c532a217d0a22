"""Taking back what was taken in, as long as nothing depends on it."""

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from facilities.enums import Permission
from facilities.intake.registry import StillNeeded
from facilities.models import Facility, Organisation, Placement, User, Zone
from facilities.models.scope import Scoped, ScopedQuerySet

M = TypeVar("M", bound=Scoped)


def in_reach(rows: ScopedQuerySet[M], pk: int, person: User, permission: Permission) -> M | None:
    """The row, locked until the transaction ends; None if it is gone. Raises StillNeeded where it went out of reach."""
    found = rows.visible_to(person, permission).select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None and rows.filter(pk=pk).exists():
        raise StillNeeded(_("Something of this import is no longer in the area that you answer for."))
    return found


def remove_zone(zone: Zone) -> None:
    """Delete a zone without cameras. Raises StillNeeded."""
    _check_nothing_depends(zone)
    zone.delete()


def remove_facility(facility: Facility) -> None:
    """Delete a facility that was never moved and has nothing in it, with its node. Raises StillNeeded."""
    node = Organisation.objects.select_for_update(of=("self",)).get(pk=facility.organisation_id)
    placements = Placement.objects.filter(facility=facility)
    if placements.count() > 1:
        raise StillNeeded(_("%(thing)s has been moved since.") % {"thing": facility})
    _check_nothing_depends(facility, but=(Placement,))
    _check_nothing_depends(node, but=(Facility,))
    facility.delete()
    Organisation.objects.filter(pk=node.pk).delete()


def remove_organisation(node: Organisation) -> None:
    """Delete a body below which nothing stands and that does nothing yet. Raises StillNeeded."""
    below = Organisation.objects.get_children(node).count()
    if below:
        message = _("%(thing)s has something that depends on it: %(what)s.")
        raise StillNeeded(message % {"thing": node, "what": f"{below} {_('organisations')}"})
    _check_nothing_depends(node)
    Organisation.objects.filter(pk=node.pk).delete()


def _check_nothing_depends(thing: models.Model, but: tuple[type[models.Model], ...] = ()) -> None:
    """Raise StillNeeded, naming what refers to the thing, of whatever app. Versions and records only remember it."""
    found = []
    for relation in thing._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in but:
            continue
        if not getattr(relation.field, "db_constraint", True):
            continue
        count = relation.related_model._base_manager.filter(**{relation.field.name: thing}).count()
        if count:
            found.append(f"{count} {relation.related_model._meta.verbose_name_plural}")
    if found:
        message = _("%(thing)s has something that depends on it: %(what)s.")
        raise StillNeeded(message % {"thing": thing, "what": ", ".join(found)})

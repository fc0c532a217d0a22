"""Bodies come to an end. They stay where they were, with their history, and reach nothing any more."""

import logging
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.mandates import stop_mandate
from facilities.domain.placing import check_code, closed, shown
from facilities.domain.tree_change import CODE_TAKEN, check_day, locked, refusing, reshaping
from facilities.models import Mandate, Organisation, Placement, User

log = logging.getLogger(__name__)


def close_organisation(*, organisation: Organisation, on: date, actor: User | None, now: datetime) -> Organisation:
    """End a body or a facility; `on` is its last day. Its mandates end with it.

    Raises ValidationError by field: something open stands below it, it is closed already, the day has not come or lies
    before its first.
    """
    with reshaping():
        (node,) = locked(organisation)
        check_day(on, now)
        check_empty(node)
        end(node, last_day=on, actor=actor, now=now)
        return node


def reopen_organisation(*, organisation: Organisation, actor: User | None) -> Organisation:
    """Take a closing back: all goes on as if it had not been, but for mandates, which have to be given anew.

    Raises ValidationError by field: it is open, the one above is closed, another body came after it or has its code.
    """
    with reshaping():
        (node,) = locked(organisation)
        parent = Organisation.objects.get_parent(node, update=True)
        if node.valid_to is None:
            raise ValidationError({"organisation": _("%(name)s is not closed.") % {"name": node}})
        if node.successor is not None:
            came = _("%(successor)s came after %(name)s.") % {"successor": node.successor, "name": node}
            raise ValidationError({"organisation": came})
        if parent is not None and parent.valid_to is not None:
            raise ValidationError({"parent": closed(parent)})
        check_code(node.code, start=node.valid_from, but=node.pk)
        ended = Placement.objects.filter(facility__organisation=node, valid_to=node.valid_to)
        node.valid_to = None
        with refusing(CODE_TAKEN):
            node.save(update_fields=["valid_to"])
        ended.update(valid_to=None)
        log.info("Organisation %s reopened by %s", node.pk, f"user {actor.pk}" if actor else "the command line")
        return node


def end(node: Organisation, *, last_day: date, actor: User | None, now: datetime) -> None:
    """The same within a change of the tree that others are part of; the row is locked, who calls empties it."""
    if node.valid_to is not None:
        raise ValidationError({"organisation": closed(node)})
    if node.valid_from is not None and last_day < node.valid_from:
        begins = _("%(parent)s itself begins on %(day)s.") % {"parent": node, "day": shown(node.valid_from)}
        raise ValidationError({"on": begins})
    node.valid_to = last_day
    node.save(update_fields=["valid_to"])
    Placement.objects.filter(facility__organisation=node, valid_to=None).update(valid_to=last_day)
    for mandate in Mandate.objects.select_for_update().filter(organisation=node):
        if mandate.valid_to is None or mandate.valid_to > last_day:
            stop_mandate(mandate, last_day=last_day, actor=actor, now=now)
    log.info("Organisation %s closed", node.pk)


def check_empty(node: Organisation) -> None:
    """Whether nothing open stands below the node. Raises ValidationError at organisation."""
    below = Organisation.objects.get_children(node).filter(valid_to=None).count()
    if below:
        text = _("%(count)d bodies or facilities still stand below %(name)s. Move or close them first.")
        raise ValidationError({"organisation": text % {"count": below, "name": node}})


def day_before(day: date) -> date:
    """The last day of what something new follows on `day`."""
    return day - timedelta(days=1)

"""One body becomes several: each takes over those of its children that are named for it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from facilities.domain.closing import check_empty, day_before, end
from facilities.domain.moving import relocate
from facilities.domain.placing import closed
from facilities.domain.records import record
from facilities.domain.tree import create_organisation
from facilities.domain.tree_change import check_day, locked, reshaping
from facilities.enums import OrganisationKind, RecordedAction
from facilities.models import AdministrativeUnit, Organisation, User

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NewBody:
    """A body to be, and which of the old one's children it takes over. Without an area it has the old one's."""

    name: str
    children: Sequence[Organisation]
    name_en: str = ""
    code: str = ""
    area: AdministrativeUnit | None = None


def split_organisation(
    *, organisation: Organisation, into: Sequence[NewBody], close: bool, on: date, actor: User | None, now: datetime
) -> list[Organisation]:
    """Make new bodies beside the old one on that day, each with its part of what stood below it.

    With `close` the old one ends the day before, with its mandates; then nothing may be left below it. New bodies have
    neither mandates nor people: these are given to them. Raises ValidationError by field.
    """
    with reshaping():
        (old,) = locked(organisation)
        check_day(on, now)
        parent = _check_split(old, into)
        made = [_part(old, parent, body, on=on, actor=actor, now=now) for body in into]
        old.refresh_from_db()
        if close:
            check_empty(old)
            end(old, last_day=day_before(on), actor=actor, now=now)
        record(
            RecordedAction.ORGANISATION_SPLIT,
            actor=actor,
            now=now,
            organisation=parent,
            subject=f"{old.name} → {', '.join(body.name for body in made)}",
            detail={"split": old.pk, "into": [body.pk for body in made], "on": on.isoformat(), "closed": close},
        )
        log.info("Organisation %s split into %s", old.pk, [body.pk for body in made])
        return made


def _check_split(old: Organisation, into: Sequence[NewBody]) -> Organisation:
    """Whether it can be split so; the one above it."""
    parent: Organisation | None = Organisation.objects.get_parent(old, update=True)
    if parent is None or old.kind == OrganisationKind.FACILITY:
        raise ValidationError({"organisation": _("Neither the top of the tree nor a facility is split.")})
    if old.valid_to is not None:
        raise ValidationError({"organisation": closed(old)})
    if not into:
        raise ValidationError({"into": _("Name at least one new body.")})
    named = [child.pk for body in into for child in body.children]
    own = set(Organisation.objects.get_children(old).filter(valid_to=None).values_list("pk", flat=True))
    if len(named) != len(set(named)) or not set(named) <= own:
        raise ValidationError({"into": _("Each new body takes over children of the old one, and no two the same.")})
    return parent


def _part(
    old: Organisation, parent: Organisation, body: NewBody, *, on: date, actor: User | None, now: datetime
) -> Organisation:
    made = create_organisation(
        parent=parent,
        kind=OrganisationKind(old.kind),
        name=body.name,
        name_en=body.name_en,
        code=body.code,
        area=body.area or old.area,
        valid_from=on,
        actor=actor,
    )
    for child in body.children:
        node, target = locked(child, made)
        relocate(node, target, on=on, actor=actor, now=now)
    return made

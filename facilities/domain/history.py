"""Versions of what people edit, whichever app it belongs to: who changed what, from what to what."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from pghistory.models import Event

from facilities.access.rule import organisations_reached
from facilities.domain.acts import administers_everything, answered_for
from facilities.domain.sought import Place, Sought, with_words
from facilities.enums import Permission
from facilities.models import User
from facilities.models.scope import Scoped

# What rows are called by, where they have it; words are sought there.
_NAMES = ("name", "full_name", "username", "code", "cidr", "basis")


def event_models() -> list[type[Event]]:
    """The models of all tables of versions, by the names of their tables."""
    found = [model for model in apps.get_models() if issubclass(model, Event) and not model._meta.proxy]
    return sorted((model for model in found if model._meta.managed), key=lambda model: model._meta.db_table)


def tracked(model: type[Event]) -> type[models.Model]:
    """What the versions are of."""
    of: type[models.Model] = model.pgh_tracked_model  # type: ignore[assignment] # set by pghistory
    return of


def organisation_path(model: type[Event]) -> str:
    """From a version to the id of the node that its row belongs to, or belonged to then; "" where there is none."""
    of = tracked(model)
    if issubclass(of, Scoped):
        return "pgh_obj_id" if of.organisation_path == "pk" else of.organisation_path
    for field in of._meta.concrete_fields:
        other = field.related_model
        if isinstance(other, type) and issubclass(other, Scoped):
            return field.name if other.organisation_path == "pk" else f"{field.name}__{other.organisation_path}"
    return ""


def versions_readable(model: type[Event], actor: User, now: datetime, *, everything: bool) -> QuerySet[Any]:
    """Versions of rows on nodes that `actor` administers, and of accounts of people administered there.

    What hangs on no node, or on one that is no more, is for whoever administers the whole tree (`everything`).
    """
    rows: QuerySet[Any] = model.objects.all()
    if tracked(model) is User:
        return rows.filter(answered_for("pgh_obj_id", actor, now))
    if everything:
        return rows
    path = organisation_path(model)
    reached = organisations_reached(actor, Permission.ADMINISTER, now)
    return rows.filter(**{f"{path}__in": reached}) if path else rows.none()


def edits(actor: User, sought: Sought, place: Place | None, now: datetime, *, count: int) -> list[Any]:
    """The newest `count` versions after `place` that are looked for, of all tables; one query a table, by its index.

    Each with the key of the version before it, `before_id`, the person's, `actor_id`, and the node's, `node_id`.
    """
    everything = administers_everything(actor, now)
    found: list[tuple[datetime, int, int, Any]] = []
    for number, model in enumerate(event_models()):
        if sought.kind in ("", tracked(model)._meta.label_lower):
            rows = _sought(versions_readable(model, actor, now, everything=everything), model, sought)
            rows = _after(rows, number, place).order_by("-pgh_created_at", "-pgh_id")[:count]
            found += [(row.pgh_created_at, number, row.pgh_id, row) for row in rows]
    return [row for *_, row in sorted(found, key=lambda each: each[:3], reverse=True)[:count]]


def place_of(version: Event) -> Place:
    """Where the next page begins after that version."""
    return Place(version.pgh_created_at, version.pgh_id, event_models().index(type(version)))


def before(versions: Sequence[Any]) -> dict[tuple[type[Event], int], Any]:
    """The version before each of these, by its model and key: one query a table."""
    keys: dict[type[Event], list[int]] = {}
    for version in versions:
        if version.before_id is not None:
            keys.setdefault(type(version), []).append(version.before_id)
    rows = chain.from_iterable(model.objects.filter(pk__in=found) for model, found in keys.items())
    return {(type(row), row.pk): row for row in rows}


def _sought(rows: QuerySet[Any], model: type[Event], sought: Sought) -> QuerySet[Any]:
    start, end = sought.span
    every: QuerySet[Any] = model.objects.all()
    earlier = every.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    rows = rows.filter(pgh_created_at__gte=start, pgh_created_at__lt=end).annotate(
        before_id=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1]),
        actor_id=Cast(KT("pgh_context__user"), BigIntegerField()),
    )
    path = organisation_path(model)
    if path:
        rows = rows.annotate(node_id=F(path))
    return _with_words(rows, model, sought.words) if sought.words else rows


def _with_words(rows: QuerySet[Any], model: type[Event], words: str) -> QuerySet[Any]:
    """Versions of rows that are called so, at a body that is, or made by somebody who is."""
    columns = {field.name for field in model._meta.concrete_fields}
    names = [name for name in _NAMES if name in columns]
    people = with_words(User.objects.all(), words, "full_name", "username").values("pk")
    match = Q(actor_id__in=people)
    if names:
        match |= Q(pk__in=with_words(model.objects.all(), words, *names).values("pk"))
    return rows.filter(match)


def _after(rows: QuerySet[Any], number: int, place: Place | None) -> QuerySet[Any]:
    if place is None:
        return rows
    earlier = Q(pgh_created_at__lt=place.at)
    if number < place.table:
        earlier = Q()
    elif number == place.table:
        earlier |= Q(pgh_id__lt=place.pk)
    return rows.filter(earlier, pgh_created_at__lte=place.at)


def labels() -> Iterable[tuple[str, str]]:
    """What can be asked for: each model with versions, by its label, in words."""
    return sorted(
        ((tracked(model)._meta.label_lower, str(tracked(model)._meta.verbose_name)) for model in event_models()),
        key=lambda each: each[1],
    )

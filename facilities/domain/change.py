"""What changed from one version of a row to the next, in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pghistory.models import Event

from facilities.domain.history import before, tracked
from facilities.enums import Permission
from facilities.models import Organisation, User
from facilities.models.scope import Scoped

# Of the history itself, and what says nothing to people.
_UNTOLD = {"id", "path", "depth", "numchild"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, what it said, and what it says now."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One version as a line on the page. `link` leads to the row where it is still there."""

    at: datetime
    person: str
    address: str
    request: str
    act: str
    kind: str
    name: str
    organisation: str
    link: str
    changes: tuple[Change, ...]


class Telling:
    """Tells versions in words; all names that they refer to are fetched at once, one query a model."""

    def __init__(self, versions: Sequence[Any], reader: User) -> None:
        self._versions = versions
        self._reader = reader
        self._before = before(versions)
        self._names = self._fetch()
        self._there = {
            model: set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
            for model, keys in self._keys((tracked(type(each)), each.pgh_obj_id) for each in versions).items()
        }

    def edits(self) -> list[Edit]:
        """The versions, in their order."""
        return [self._edit(version) for version in self._versions]

    def _edit(self, version: Any) -> Edit:  # noqa: ANN401 - a version of any model
        of = tracked(type(version))
        context = version.pgh_context or {}
        return Edit(
            at=version.pgh_created_at,
            person=self._names.get((User, version.actor_id), ""),
            address=context.get("address") or "",
            request=context.get("request") or "",
            act={"insert": _("Created"), "update": _("Changed"), "delete": _("Deleted")}[version.pgh_label],
            kind=capfirst(str(of._meta.verbose_name)),
            name=self._name(version),
            organisation=self._names.get((Organisation, getattr(version, "node_id", None)), ""),
            link=self._link(version),
            changes=tuple(self._changes(version)),
        )

    def _changes(self, version: Any) -> Iterable[Change]:  # noqa: ANN401 - as above
        """What was filled in or ticked at first, what is different from the version before, nothing for a deletion."""
        if version.pgh_label == "delete":
            return
        earlier = self._before.get((type(version), version.before_id))
        untold = getattr(tracked(type(version)), "untold", ())
        for field in _fields(type(version)):
            old = getattr(earlier, field.attname) if earlier is not None else None
            new = getattr(version, field.attname)
            if old == new or (earlier is None and (new is False or new in (None, "", []))):
                continue
            name = capfirst(str(field.verbose_name))
            if field.name in untold:
                yield Change(name, "", _("(not shown here)"))
            else:
                yield Change(name, self._value(field, old) if earlier is not None else "", self._value(field, new))

    def _value(self, field: Any, value: Any) -> str:  # noqa: ANN401 - of any field
        if value in (None, "", [], {}):
            return "–"
        if field.is_relation:
            return self._names.get((field.related_model, value)) or _("(not within your reach)")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime):
            return f"{timezone.localtime(value):%H:%M:%S %d/%m/%Y}"
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if isinstance(value, dict):
            value = [f"{name}: {each}" for name, each in value.items()]
        choices = dict(getattr(field, "base_field", field).flatchoices)
        return ", ".join(str(choices.get(each, each)) for each in (value if isinstance(value, list) else [value]))

    def _name(self, version: Any) -> str:  # noqa: ANN401 - as above
        """What the row was called then: its own name, or that of whom or what it is about."""
        for name in ("full_name", "name", "code", "cidr"):
            if getattr(version, name, ""):
                return str(getattr(version, name))
        for field in _fields(type(version)):
            if field.is_relation and field.name in ("user", "camera", "facility", "organisation"):
                return self._names.get((field.related_model, getattr(version, field.attname)), "")
        return ""

    def _link(self, version: Any) -> str:  # noqa: ANN401 - as above
        of = tracked(type(version))
        if version.pgh_obj_id not in self._there.get(of, ()):
            return ""
        try:
            return reverse(str(of._meta.model_name).replace("user", "person"), args=[version.pgh_obj_id])
        except NoReverseMatch:
            return ""

    def _fetch(self) -> Mapping[tuple[Any, Any], str]:
        wanted: list[tuple[Any, Any]] = []
        for version in (*self._versions, *self._before.values()):
            wanted += [
                (field.related_model, getattr(version, field.attname))
                for field in _fields(type(version))
                if field.is_relation
            ]
        wanted += [(User, each.actor_id) for each in self._versions]
        wanted += [(Organisation, getattr(each, "node_id", None)) for each in self._versions]
        return {
            (model, row.pk): str(row) for model, keys in self._keys(wanted).items() for row in self._rows(model, keys)
        }

    def _rows(self, model: Any, keys: set[int]) -> Iterable[models.Model]:  # noqa: ANN401 - any model
        """Of what belongs to nodes only what the reader reaches; units and people are named to all who may read."""
        rows = model._default_manager.filter(pk__in=keys)
        if issubclass(model, Scoped):
            rows = rows.visible_to(self._reader, Permission.ADMINISTER)
            if model is not Organisation and "organisation" in {field.name for field in model._meta.fields}:
                rows = rows.select_related("organisation")
        found: Iterable[models.Model] = rows
        return found

    @staticmethod
    def _keys(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, set[int]]:
        keys: dict[Any, set[int]] = {}
        for model, key in pairs:
            if key is not None:
                keys.setdefault(model, set()).add(key)
        return keys


def _fields(model: type[Event]) -> list[Any]:
    """The fields of a version that are its row's own."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.name.startswith("pgh_") and field.name not in _UNTOLD
    ]

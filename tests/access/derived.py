"""Rows of routes that nobody has written one for yet: what the door in front of them says, and things of every kind.

A new route is under fire at once. What its number names is not known, so it is asked about the number of everything:
whatever is out of reach must not be there; what is in reach may be another kind of thing than the route is about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.urls import URLPattern

from facilities.access.doors.api import Resource
from facilities.access.doors.page import Page, PersonalPage
from facilities.enums import Permission
from tests.access.kinds import (
    CAMERA,
    FACILITY,
    LOGGED_IN,
    MANDATE,
    NODE,
    OPEN,
    OWN_ACCOUNT,
    OWN_IF_ANY,
    PERSON,
    RECORD,
    TRANSITION,
    UNIT,
    ZONE,
    Kind,
    Row,
    Somewhere,
    Takes,
)
from tests.access.oracle import (
    ADMINISTER,
    DIRECT,
    FIGURES,
    INSPECT,
    OPERATE,
    PICTURES,
    REGISTER,
    REPORT,
    WATCH,
    Persona,
)
from tests.world import World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
WORDS = {
    Permission.VIEW_FIGURES: FIGURES,
    Permission.VIEW_PICTURES: PICTURES,
    Permission.REGISTER_CAMERAS: REGISTER,
    Permission.REPORT_PROGRESS: REPORT,
    Permission.KEEP_WATCH: WATCH,
    Permission.INSPECT: INSPECT,
    Permission.OPERATE: OPERATE,
    Permission.DIRECT: DIRECT,
    Permission.ADMINISTER: ADMINISTER,
}
KINDS = {
    "facility": FACILITY,
    "camera": CAMERA,
    "zone": ZONE,
    "transition": TRANSITION,
    "organisation": NODE,
    "unit": UNIT,
    "mandate": MANDATE,
    "person": PERSON,
    "record": RECORD,
}


def _number(world: World, name: str) -> int | str | None:
    kind, _, thing = name.partition(" ")
    return KINDS[kind].number(world, thing)


def _reached(who: Persona, name: str, permission: str) -> bool:
    kind, _, thing = name.partition(" ")
    return KINDS[kind].reached(who, thing, permission)


ANYTHING = Kind(tuple(f"{kind} {name}" for kind, of in KINDS.items() for name in of.names), _number, _reached)


def derived(routes: Iterable[tuple[str, URLPattern]]) -> dict[str, Row]:
    """A row for each of the routes (path as in the table, and its entry in the URLconf)."""
    return {path: _row(path, entry) for path, entry in routes}


def _row(path: str, entry: URLPattern) -> Row:
    view: Any = getattr(entry.callback, "view_class", None) or getattr(entry.callback, "cls", None)
    numbered = "<" in path
    row = Row({}, ANYTHING if numbered else None, form=_everything, derived=True)
    if not isinstance(view, type):
        return replace(row, methods={"GET": OPEN, "POST": OPEN})
    if issubclass(view, Resource):
        actions: Mapping[str, str] = entry.callback.actions  # type: ignore[attr-defined] # set by viewsets
        permissions = {
            method.upper(): view.permissions[action] for method, action in actions.items() if action in view.permissions
        }
        return replace(row, methods=_takes(permissions, numbered=numbered), api=True)
    if issubclass(view, Page):
        return replace(row, methods=_takes(view.permissions, numbered=numbered))
    if issubclass(view, PersonalPage):
        takes = OWN_IF_ANY if numbered else OWN_ACCOUNT if view.without_second_factor else LOGGED_IN
        return replace(row, methods=dict.fromkeys(view.methods, takes))
    return replace(row, methods={"GET": OPEN, "POST": OPEN})


def _takes(permissions: Mapping[str, Permission], *, numbered: bool) -> dict[str, Takes]:
    if numbered:
        return {method: WORDS[permission] for method, permission in permissions.items()}
    return {
        method: Somewhere(WORDS[permission]) if method in UNSAFE else LOGGED_IN
        for method, permission in permissions.items()
    }


def _everything(world: World, _name: str) -> dict[str, Any]:
    """Fields by which things are usually named, with the numbers of some in the one province."""
    named = {kind: of.number(world, of.names[0]) for kind, of in KINDS.items()}
    return named | {"user": named["person"], "name": "Changed", "role": "leader", "pk": named["facility"]}

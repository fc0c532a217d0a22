"""Rows of leaders' tables, saved views and lists."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from facilities.enums import Sink, SinkSays
from facilities.models import SinkReport
from portal.models import SavedView
from tests.access.kinds import LOGGED_IN, OWN, UNIT, Kind, Row
from tests.access.oracle import FACILITIES, FIGURES, Persona
from tests.world import World

KEEPERS = ("qn_chief", "dn_line_operator")


def called(name: str) -> str:
    """What the view of that person is called."""
    return f"góc nhìn của {name}"


VIEW = Kind(
    KEEPERS,
    lambda world, name: SavedView.objects.get(person=world.people[name]).pk,
    lambda who, name, _permission: who.name == name,
)


def view_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What keeps a view."""
    return {"name": "Changed", "path": "/compliance/", "query": "sector=civil"}


ROWS: dict[str, Row] = {
    "compliance/": Row({"GET": LOGGED_IN}),
    "compliance/facilities/": Row({"GET": LOGGED_IN}),
    "compliance/cameras/": Row({"GET": LOGGED_IN}),
    "compliance/not-connected/": Row({"GET": LOGGED_IN}),
    "compliance/contradictions/": Row({"GET": LOGGED_IN}),
    "compliance/<int:pk>/": Row({"GET": FIGURES}, UNIT),
    "compliance/<int:pk>/facilities/": Row({"GET": FIGURES}, UNIT),
    "views/": Row({"GET": LOGGED_IN, "POST": LOGGED_IN}, form=view_form),
    "views/undo/": Row({"POST": LOGGED_IN}),
    "views/<int:pk>/rename/": Row({"POST": OWN}, VIEW, form=view_form),
    "views/<int:pk>/delete/": Row({"POST": OWN}, VIEW),
}


def tell_apart(world: World) -> None:
    """A view of two people, on each side one; and of each facility a claim that the other side denies."""
    now = timezone.now()
    for name in FACILITIES:
        for says in (SinkSays.CLAIMED, SinkSays.DENIED):
            SinkReport.objects.create(
                facility=world.facilities[name], sink=Sink.IOC, says=says, on=timezone.localdate(now), recorded_at=now
            )
    for name in KEEPERS:
        SavedView.objects.create(
            person=world.people[name], name=called(name), path="/compliance/", saved_at=timezone.now()
        )


def secrets(world: World, who: Persona) -> set[str]:
    """Others' views are nobody's business."""
    del world
    return {called(name) for name in KEEPERS if name != who.name}

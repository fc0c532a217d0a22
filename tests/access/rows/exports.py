"""Rows of exports."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.models.export import Export, ExportFormat, ExportState
from tests.access.kinds import LOGGED_IN, OWN, Kind, Row, Somewhere
from tests.access.oracle import FIGURES, Persona
from tests.world import NOW, World

# What somebody asked for is theirs alone: nobody above or beside them sees it.
ASKERS = ("qn_chief", "dn_line_operator")
EXPORT = Kind(
    ASKERS,
    lambda world, name: Export.objects.get(person=world.people[name]).pk,
    lambda who, name, _: who.name == name,
)


def export_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What takes the cameras away, all of those in reach."""
    return {"table": "cameras", "format": "xlsx", "query": "sort=name"}


ROWS: dict[str, Row] = {
    "exports/": Row({"GET": LOGGED_IN}),
    "exports/new/": Row({"POST": Somewhere(FIGURES)}, form=export_form),
    "exports/<int:pk>/": Row({"GET": OWN}, EXPORT),
    "exports/<int:pk>/file/": Row({"GET": OWN}, EXPORT),
    "exports/<int:pk>/again/": Row({"POST": OWN}, EXPORT),
    "exports/<int:pk>/remove/": Row({"POST": OWN}, EXPORT),
}


def file_of(name: str) -> str:
    """What the file of that person is called."""
    return f"cameras-{name}.csv"


def tell_apart(world: World) -> None:
    """Make one of each such thing on each side, named after whose it is."""
    for name in ASKERS:
        Export.objects.create(
            person=world.people[name],
            table="cameras",
            query=f"q={name}",
            format=ExportFormat.CSV,
            language="vi",
            state=ExportState.DONE,
            asked_at=NOW,
            ordered_at=NOW,
            finished_at=NOW,
            expires_at=timezone.now() + timedelta(days=7),
            stored_as=f"of-{name}",
            file_name=file_of(name),
            message=file_of(name),
            total=1,
            size=1,
        )


def secrets(world: World, who: Persona) -> set[str]:
    """Words of such things that must stand in no answer to this person."""
    others = [name for name in ASKERS if name != who.name]
    numbers = [EXPORT.number(world, name) for name in others]
    return {file_of(name) for name in others} | {f'href="/exports/{number}/' for number in numbers}

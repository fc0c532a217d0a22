"""Rows of frozen and published figures."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from facilities.domain.deadlines import day_ends
from portal.figures.freezing import freeze
from portal.models import Publication, Snapshot
from tests.access.kinds import FACILITY, LOGGED_IN, Kind, Row, Somewhere
from tests.access.oracle import DIRECT, FACILITIES, FIGURES, Persona
from tests.world import World

BODIES = ("qn", "dn")


def published(name: str) -> str:
    """What the table of that province is called."""
    return f"bảng công bố của {name}"


FROZEN = Kind(
    FACILITIES, lambda world, name: Snapshot.objects.get(facility=world.facilities[name], day=timezone.localdate()).pk
)
PUBLICATION = Kind(BODIES, lambda world, name: Publication.objects.get(organisation=world.nodes[name]).pk)


def amendment(_world: World, _name: str) -> Mapping[str, Any]:
    """What amends figures, of which something has become known since."""
    return {"reason": "Changed"}


def publication(world: World, _name: str) -> Mapping[str, Any]:
    """What publishes a table of the frozen day."""
    return {
        "title": "Changed",
        "day": timezone.localdate().isoformat(),
        "organisation": world.nodes["qn"].pk,
    }


ROWS: dict[str, Row] = {
    "facilities/<int:pk>/frozen/": Row({"GET": FIGURES}, FACILITY),
    "frozen/<int:pk>/": Row({"GET": FIGURES, "POST": DIRECT}, FROZEN, form=amendment),
    "publications/": Row({"GET": LOGGED_IN}),
    "publications/new/": Row({"GET": Somewhere(DIRECT), "POST": Somewhere(DIRECT)}, form=publication),
    "publications/<int:pk>/": Row({"GET": FIGURES}, PUBLICATION),
}


def tell_apart(world: World) -> None:
    """A day is frozen before the rollout's room reports of it, and each province has published a table."""
    today, now = timezone.localdate(), timezone.now()
    frozen_at = day_ends(today) + timedelta(minutes=10)
    freeze(today, now=frozen_at)
    for name in BODIES:
        Publication.objects.create(
            organisation=world.nodes[name],
            title=published(name),
            day=today,
            snapshots=list(Snapshot.objects.values_list("pk", flat=True)),
            digest="0" * 64,
            published_at=now,
        )


def secrets(world: World, who: Persona) -> set[str]:
    """Tables that bodies out of reach have published."""
    del world
    return {published(name) for name in BODIES if not who.reaches(name, FIGURES)}

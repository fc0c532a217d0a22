"""Rows of the pictures: map, progress, strips of days, and of a facility's hours."""

from datetime import timedelta

from django.utils import timezone

from tests.access.kinds import FACILITY, LOGGED_IN, Row
from tests.access.oracle import FIGURES, Persona
from tests.portal.pictures.made import frozen, standing_of
from tests.world import World

ROWS: dict[str, Row] = {
    "compliance/map/": Row({"GET": LOGGED_IN}),
    "compliance/progress/": Row({"GET": LOGGED_IN}),
    "compliance/strips/": Row({"GET": LOGGED_IN}),
    "facilities/<int:pk>/uptime/": Row({"GET": FIGURES}, FACILITY),
}


def tell_apart(world: World) -> None:
    """Figures of each facility: a row each, as it stands now and as it was frozen yesterday."""
    today = timezone.localdate()
    for facility in world.facilities.values():
        standing_of(facility, claimed=1, connected_on=today)
        frozen(facility, today - timedelta(days=1), day_ok_seconds=86400)


def secrets(world: World, who: Persona) -> set[str]:
    """Names of facilities stand among the secrets of all pages; ways to units that the person does not count in."""
    units = {name: world.nodes[name].area_id for name in ("tam_ky", "hoi_an", "hai_chau", "qn", "dn")}
    return {f"?unit={pk}" for name, pk in units.items() if not who.counts_in(name)}

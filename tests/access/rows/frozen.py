"""Rows of frozen and published figures."""

from tests.access.kinds import Row
from tests.access.oracle import Persona
from tests.world import World

ROWS: dict[str, Row] = {}


def tell_apart(world: World) -> None:
    """Make one of each such thing on each side, named after whose it is."""
    del world


def secrets(world: World, who: Persona) -> set[str]:
    """Words of such things that must stand in no answer to this person."""
    del world, who
    return set()

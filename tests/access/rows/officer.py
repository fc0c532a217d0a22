"""Rows of the pages of a facility's officer."""

from collections.abc import Mapping
from typing import Any

from tests.access.kinds import FACILITY, Row, zone_of
from tests.access.oracle import REGISTER, Persona
from tests.world import World


def camera_form(world: World, name: str) -> Mapping[str, Any]:
    """What registers one more camera there."""
    return {"zone": zone_of(world, name).pk, "address": "rtsp://10.1.2.9:554/new", "interval": 60}


ROWS: dict[str, Row] = {
    "facilities/<int:pk>/cameras/": Row({"GET": REGISTER, "POST": REGISTER}, FACILITY, form=camera_form),
}


def tell_apart(world: World) -> None:
    """Their cameras are told apart by the world already."""
    del world


def secrets(world: World, who: Persona) -> set[str]:
    """Nothing of their own."""
    del world, who
    return set()

"""Every route with what each of its methods takes: written by hand; a route that is not in it fails the matrix."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cameras.models import Transition
from facilities.enums import ZoneKind
from facilities.models import Zone
from tests.access.oracle import FACILITIES, FIGURES, PICTURES, REGISTER
from tests.world import World

# Besides the permissions on what the address names: whoever is logged in; and what Django answers to everybody.
LOGGED_IN, OPEN = "logged in", "open"


@dataclass(frozen=True)
class Kind:
    """Things that an address may name: their short names, and the number of one of them."""

    names: tuple[str, ...]
    number: Callable[[World, str], int | None]


FACILITY = Kind(FACILITIES, lambda world, name: world.facilities[name].pk)
CAMERA = Kind(FACILITIES, lambda world, name: world.cameras[name].pk)
ZONE = Kind(FACILITIES, lambda world, name: zone_of(world, name).pk)
TRANSITION = Kind(FACILITIES, lambda world, name: Transition.objects.get(camera=world.cameras[name]).pk)
NODE = Kind((*FACILITIES, "tam_ky", "qn", "dn", "national"), lambda world, name: world.nodes[name].pk)
UNIT = Kind(("tam_ky", "hoi_an", "hai_chau", "qn", "dn"), lambda world, name: world.nodes[name].area_id)


@dataclass(frozen=True)
class Row:
    """One route. `of` is what the number in its address names; without one it shows what the person reaches."""

    methods: dict[str, str]
    of: Kind | None = None
    api: bool = False
    # Methods that name the thing in what is sent, not in the address.
    sent: dict[str, Kind] = field(default_factory=dict)


TABLE: dict[str, Row] = {
    "": Row({"GET": LOGGED_IN}),
    "login/": Row({"GET": OPEN}),
    "logout/": Row({"POST": OPEN}),
    "language/": Row({"POST": OPEN}),
    "theme/": Row({"POST": LOGGED_IN}),
    "compliance/": Row({"GET": LOGGED_IN}),
    "compliance/facilities/": Row({"GET": LOGGED_IN}),
    "compliance/<int:pk>/": Row({"GET": FIGURES}, UNIT),
    "compliance/<int:pk>/facilities/": Row({"GET": FIGURES}, UNIT),
    "facilities/<int:pk>/": Row({"GET": FIGURES}, FACILITY),
    "facilities/<int:pk>/cameras/new/": Row({"GET": REGISTER, "POST": REGISTER}, FACILITY),
    "facilities/<int:pk>/cameras/address/": Row({"POST": REGISTER}, FACILITY),
    "cameras/<int:pk>/": Row({"GET": FIGURES}, CAMERA),
    "cameras/<int:pk>/standing/": Row({"GET": FIGURES}, CAMERA),
    "cameras/<int:pk>/edit/": Row({"GET": REGISTER, "POST": REGISTER}, CAMERA),
    "cameras/<int:pk>/delete/": Row({"GET": REGISTER, "POST": REGISTER}, CAMERA),
    "wall/": Row({"GET": LOGGED_IN}),
    "wall/<int:pk>/": Row({"GET": PICTURES}, NODE),
    "api/schema/": Row({"GET": LOGGED_IN}),
    "api/facilities/": Row({"GET": LOGGED_IN}, api=True),
    "api/facilities/<pk>/": Row({"GET": FIGURES}, FACILITY, api=True),
    "api/zones/": Row({"GET": LOGGED_IN}, api=True),
    "api/zones/<pk>/": Row({"GET": FIGURES}, ZONE, api=True),
    "api/cameras/": Row({"GET": LOGGED_IN, "POST": REGISTER}, api=True, sent={"POST": ZONE}),
    "api/cameras/<pk>/": Row(
        {"GET": FIGURES, "PUT": REGISTER, "PATCH": REGISTER, "DELETE": REGISTER}, CAMERA, api=True
    ),
    "api/states/": Row({"GET": LOGGED_IN}, api=True),
    "api/states/<pk>/": Row({"GET": FIGURES}, CAMERA, api=True),
    "api/transitions/": Row({"GET": LOGGED_IN}, api=True),
    "api/transitions/<pk>/": Row({"GET": FIGURES}, TRANSITION, api=True),
}


def zone_of(world: World, name: str) -> Zone:
    """The gate of a facility: a zone without a camera."""
    return world.facilities[name].zones.get(kind=ZoneKind.GATE)

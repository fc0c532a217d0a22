"""Kinds of things that addresses name, and what a row of the table says of a route. The table itself: table.py.

To add a Kind, say by which short names the oracle knows the things, and how the number of one is found. Where things
are not reached by their node in the tree, say in `reached` who reaches them, in the oracle's words: never call the
portal's own rule. What such things are called must stand in `secrets` (tests/access/matrix.py, or that of its room in
tests/access/rows) if others must not read it, and `told_apart` (tests/access/conftest.py, or `tell_apart` of its room)
is the place to make one of them for each side.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cameras.models import Transition
from facilities.enums import ZoneKind
from facilities.models import Import, Mandate, Record, RoleGrant, Zone
from tests.access.oracle import FACILITIES, Persona
from tests.world import World

# Besides the permissions on what the address names: whoever is logged in, with a second factor where one is asked of
# them; whoever is logged in at all; the same about what they may have or not; and what Django or allauth answer to all.
LOGGED_IN, OWN_ACCOUNT, OWN_IF_ANY, OPEN = "logged in", "own account", "own, if any", "open"
# What is there for one person alone, whatever others may do.
OWN = "own"


@dataclass(frozen=True)
class Somewhere:
    """What whoever has the permission at any node may open, and others find not there: a page over all they reach."""

    permission: str


Takes = str | Somewhere


@dataclass(frozen=True)
class Kind:
    """Things that an address may name: their short names, the number of one of them, and who reaches it."""

    names: tuple[str, ...]
    number: Callable[[World, str], int | str | None]
    reached: Callable[[Persona, str, str], bool] = Persona.reaches


FACILITY = Kind(FACILITIES, lambda world, name: world.facilities[name].pk)
CAMERA = Kind(FACILITIES, lambda world, name: world.cameras[name].pk)
ZONE = Kind(FACILITIES, lambda world, name: zone_of(world, name).pk)
TRANSITION = Kind(FACILITIES, lambda world, name: Transition.objects.get(camera=world.cameras[name]).pk)
NODE = Kind((*FACILITIES, "tam_ky", "qn_health", "qn", "dn", "national"), lambda world, name: world.nodes[name].pk)
# Bodies below which something may stand; of these, those that may be moved and split; and those that stand empty.
BODY = Kind(("tam_ky", "qn_health", "qn", "dn", "national"), lambda world, name: world.nodes[name].pk)
MOVED = Kind(("tam_ky", "qn_health", "dn_health"), lambda world, name: world.nodes[name].pk)
EMPTY = Kind(("qn_health", "dn_health"), lambda world, name: world.nodes[name].pk)
UNIT = Kind(
    ("tam_ky", "hoi_an", "hai_chau", "qn", "dn"),
    lambda world, name: world.nodes[name].area_id,
    lambda who, name, _permission: who.counts_in(name),
)
# The mandate of a body, by the body's name.
MANDATE = Kind(
    ("qn_health", "dn_health"),
    lambda world, name: Mandate.objects.filter(organisation=world.nodes[name]).earliest("pk").pk,
)
# Somebody with roles: in the one province, in the other, above both, and nowhere.
PERSON = Kind(
    ("tam_ky_officer", "qn_analyst", "dn_officer", "national_leader", "nobody"),
    lambda world, name: world.people[name].pk,
    lambda who, name, _permission: who.knows(name),
)
# The role of each of them who has one.
ROLE = Kind(
    ("tam_ky_officer", "qn_analyst", "dn_officer", "national_leader"),
    lambda world, name: RoleGrant.objects.get(user=world.people[name]).pk,
    lambda who, name, _permission: who.knows(name),
)
RECORD = Kind(FACILITIES, lambda world, name: Record.objects.get(organisation=world.nodes[name]).pk)

# What somebody uploaded is theirs alone: nobody above or beside them sees it.
UPLOADERS = ("qn_chief", "dn_line_operator")
UPLOAD = Kind(UPLOADERS, lambda world, name: upload_of(world, name, "checked"), lambda who, name, _: who.name == name)
IMPORT = Kind(UPLOADERS, lambda world, name: upload_of(world, name, "done"), lambda who, name, _: who.name == name)

# Nobody in the matrix has one: whoever asks is to confirm first that it is they, whosever passkey it may be.
PASSKEY = Kind(("passkey",), lambda _world, _name: 1, lambda _who, _name, _permission: True)


def zone_of(world: World, name: str) -> Zone:
    """The gate of a facility: a zone without a camera."""
    return world.facilities[name].zones.get(kind=ZoneKind.GATE)


def upload_of(world: World, name: str, state: str) -> int:
    """The spreadsheet of that person which is so far."""
    return Import.objects.get(uploaded_by=world.people[name], state=state).pk


@dataclass(frozen=True)
class Row:
    """One route. `of` is what the number in its address names; without one it shows what the person reaches."""

    methods: Mapping[str, Takes]
    of: Kind | None = None
    api: bool = False
    # Methods that name the thing in what is sent, not in the address.
    sent: Mapping[str, Kind] = field(default_factory=dict)
    # What is sent with methods that change something, about the thing of that name.
    form: Callable[[World, str], Mapping[str, Any]] | None = None
    # What must be so for that to be taken in: done before it is sent, and taken back after it.
    prepare: Callable[[World, str], None] | None = None
    # Names who reaches the thing that it is about, and by which bodies: "who can see this camera, and why?"
    names_who_reaches: bool = False
    # Not written by hand, but read from the door: what the route is about, and what must be sent, is not known.
    derived: bool = False

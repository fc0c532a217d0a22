"""Every route with what each of its methods takes: written by hand; a route that is not in it fails the matrix.

To add a route, write its row: what each method that it answers takes (a permission of tests/access/oracle.py on the
thing that the address names, or one of LOGGED_IN, OWN_ACCOUNT, OPEN, Somewhere(permission)), and of which Kind that
thing is. Methods that are not named must be refused. A POST that needs more than nothing to change something says in
`form` what to send, so that the matrix would see it go through.

To add a Kind, say by which short names the oracle knows the things, and how the number of one is found. Where things
are not reached by their node in the tree, say in `reached` who reaches them, in the oracle's words: never call the
portal's own rule. What such things are called must stand in `secrets` (tests/access/matrix.py) if others must not read
it, and `told_apart` (tests/access/conftest.py) is the place to make one of them for each side.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cameras.domain.registration import version
from cameras.models import Transition
from facilities.enums import ZoneKind
from facilities.models import Import, Mandate, Record, RoleGrant, Zone
from tests.access.oracle import ADMINISTER, FACILITIES, FIGURES, PICTURES, REGISTER, Persona
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


NEW_ADDRESS = "rtsp://10.1.2.9:554/new"


def camera_form(world: World, name: str) -> Mapping[str, Any]:
    """What the form of a facility's camera sends."""
    seen = version(world.cameras[name], world.cameras[name].streams.all())
    return {
        "zone": zone_of(world, name).pk,
        "name": "Changed",
        "address": NEW_ADDRESS,
        "interval": 60,
        "seen": seen,
    }


def camera_sent(world: World, name: str) -> Mapping[str, Any]:
    """The same, as programs send it."""
    streams = [{"kind": "main", "url": NEW_ADDRESS}]
    return {"zone": zone_of(world, name).pk, "name": "Changed", "streams": streams}


def role_form(world: World, name: str) -> Mapping[str, Any]:
    """What gives somebody figures in their own district, or a role a last day."""
    node = {"dn_officer": "hai_chau", "national_leader": "national"}.get(name, "tam_ky")
    organisation = world.nodes[node].pk
    return {"organisation": organisation, "role": "analyst", "last_day": "2090-01-31", "confirmed": "1"}


def disabling(_world: World, _name: str) -> Mapping[str, Any]:
    """What disables an account."""
    return {"act": "disable"}


def body_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What adds a body, or names one."""
    return {"kind": "department", "name": "Changed"}


def zone_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What adds a zone, or names one."""
    return {"kind": "yard", "name": "Changed"}


def reshaping(world: World, name: str) -> Mapping[str, Any]:
    """What moves a body, splits one off it, closes it, or lets another of its province go over into it."""
    side = "dn" if name.startswith("dn") else "qn"
    return {
        "organisation": world.nodes[f"{side}_command"].pk,
        "on": "2021-06-11",
        "name_1": "Changed",
        "merged": world.nodes[f"{side}_tourism"].pk,
        "confirmed": "1",
    }


def network_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What permits a network."""
    return {"cidr": "192.168.7.0/24"}


def facility_form(world: World, name: str) -> Mapping[str, Any]:
    """What enters a facility below a body, or edits one."""
    facility = world.facilities.get(name)
    district = world.nodes["hai_chau" if name == "dn" else "tam_ky"].area_id
    return {
        "name": "Changed",
        "code": "CHANGED",
        "sector": "civil",
        "premises": "hotel",
        "unit": facility.district_id if facility else district,
        "since": "2021-06-11",
    }


def confirmation(_world: World, _name: str) -> Mapping[str, Any]:
    """What says yes."""
    return {"confirmed": "1"}


def mandate_form(world: World, name: str) -> Mapping[str, Any]:
    """What gives a body a mandate, or ends one."""
    return {
        "function": "connection",
        "area": world.nodes[name].area_id or "",
        "sectors": ["army"],
        "valid_from": "2021-06-11",
        "on": "2021-06-11",
        "confirmed": "1",
    }


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
    # Names who reaches the thing that it is about, and by which bodies: "who can see this camera, and why?"
    names_who_reaches: bool = False
    # Not written by hand, but read from the door: what the route is about, and what must be sent, is not known.
    derived: bool = False


TABLE: dict[str, Row] = {
    "": Row({"GET": LOGGED_IN}),
    "login/": Row({"GET": OPEN, "POST": OPEN}),
    "login/code/": Row({"GET": OPEN, "POST": OPEN}),
    "login/passkey/": Row({"GET": OPEN, "POST": OPEN}),
    "login/forgotten/": Row({"GET": OPEN, "POST": OPEN}),
    "login/forgotten/sent/": Row({"GET": OPEN}),
    "login/password/<uidb36>-<key>/": Row({"GET": OPEN, "POST": OPEN}),
    "login/sign-on/cancelled/": Row({"GET": OPEN}),
    "login/sign-on/<slug:provider_id>/": Row({"GET": OPEN}),
    "login/sign-on/<slug:provider_id>/back/": Row({"GET": OPEN}),
    "logout/": Row({"POST": OPEN}),
    "account/": Row({"GET": OWN_ACCOUNT}),
    "account/password/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/again/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/again/code/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/again/passkey/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/second-factor/": Row({"GET": OWN_ACCOUNT}),
    "account/app/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/app/remove/": Row({"GET": OWN_IF_ANY, "POST": OWN_IF_ANY}),
    "account/passkeys/add/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/passkeys/<int:pk>/remove/": Row({"GET": OWN_IF_ANY, "POST": OWN_IF_ANY}, PASSKEY),
    "account/recovery-codes/": Row({"GET": OWN_IF_ANY}),
    "account/recovery-codes/new/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/recovery-codes/download/": Row({"GET": OWN_IF_ANY}),
    "account/sessions/": Row({"GET": OWN_ACCOUNT, "POST": OWN_ACCOUNT}),
    "account/sessions/end/": Row({"POST": OWN_ACCOUNT}),
    "language/": Row({"POST": OPEN}),
    "theme/": Row({"POST": OWN_ACCOUNT}),
    "compliance/": Row({"GET": LOGGED_IN}),
    "compliance/facilities/": Row({"GET": LOGGED_IN}),
    "compliance/<int:pk>/": Row({"GET": FIGURES}, UNIT),
    "compliance/<int:pk>/facilities/": Row({"GET": FIGURES}, UNIT),
    "facilities/<int:pk>/": Row({"GET": FIGURES}, FACILITY),
    "facilities/<int:pk>/access/": Row({"GET": ADMINISTER}, FACILITY, names_who_reaches=True),
    "facilities/<int:pk>/cameras/new/": Row({"GET": REGISTER, "POST": REGISTER}, FACILITY, form=camera_form),
    "facilities/<int:pk>/cameras/address/": Row({"POST": REGISTER}, FACILITY, form=camera_form),
    "cameras/<int:pk>/": Row({"GET": FIGURES}, CAMERA),
    "cameras/<int:pk>/standing/": Row({"GET": FIGURES}, CAMERA),
    "cameras/<int:pk>/edit/": Row({"GET": REGISTER, "POST": REGISTER}, CAMERA, form=camera_form),
    "cameras/<int:pk>/access/": Row({"GET": ADMINISTER}, CAMERA, names_who_reaches=True),
    "cameras/<int:pk>/delete/": Row({"GET": REGISTER, "POST": REGISTER}, CAMERA),
    "imports/": Row({"GET": LOGGED_IN}),
    "imports/new/": Row({"GET": LOGGED_IN, "POST": LOGGED_IN}),
    "imports/template/": Row({"GET": LOGGED_IN}),
    "imports/<int:pk>/": Row({"GET": OWN}, UPLOAD),
    "imports/<int:pk>/check/": Row({"POST": OWN}, UPLOAD),
    "imports/<int:pk>/confirm/": Row({"POST": OWN}, UPLOAD),
    "imports/<int:pk>/cancel/": Row({"POST": OWN}, UPLOAD),
    "imports/<int:pk>/undo/": Row({"GET": OWN, "POST": OWN}, IMPORT),
    "imports/<int:pk>/errors/": Row({"GET": OWN}, UPLOAD),
    "people/": Row({"GET": LOGGED_IN}),
    "people/invite/": Row({"GET": LOGGED_IN, "POST": LOGGED_IN}),
    "people/me/": Row({"GET": LOGGED_IN}),
    "people/undo/": Row({"POST": LOGGED_IN}),
    "people/<int:pk>/": Row({"GET": ADMINISTER}, PERSON),
    "people/<int:pk>/account/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, PERSON, form=disabling),
    "people/<int:pk>/roles/new/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, PERSON, form=role_form),
    "roles/<int:pk>/end/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, ROLE, form=role_form),
    "roles/<int:pk>/revoke/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, ROLE),
    "organisations/": Row({"GET": LOGGED_IN}),
    "organisations/<int:pk>/": Row({"GET": FIGURES}, NODE),
    "organisations/<int:pk>/people/": Row({"GET": ADMINISTER}, NODE),
    "organisations/<int:pk>/new/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, BODY, form=body_form),
    "organisations/<int:pk>/edit/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, BODY, form=body_form),
    "organisations/<int:pk>/move/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, MOVED, form=reshaping),
    "organisations/<int:pk>/split/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, MOVED, form=reshaping),
    "organisations/<int:pk>/close/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, EMPTY, form=reshaping),
    "organisations/<int:pk>/merge/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, EMPTY, form=reshaping),
    "organisations/<int:pk>/networks/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, NODE, form=network_form),
    "organisations/<int:pk>/facilities/new/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, BODY, form=facility_form),
    "organisations/<int:pk>/mandates/new/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, BODY, form=mandate_form),
    "facilities/<int:pk>/edit/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, FACILITY, form=facility_form),
    "facilities/<int:pk>/zones/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, FACILITY, form=zone_form),
    "zones/<int:pk>/edit/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, ZONE, form=zone_form),
    "zones/<int:pk>/delete/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, ZONE, form=confirmation),
    "mandates/": Row({"GET": LOGGED_IN}),
    "mandates/new/": Row({"GET": LOGGED_IN}),
    "mandates/<int:pk>/end/": Row({"GET": ADMINISTER, "POST": ADMINISTER}, MANDATE, form=mandate_form),
    "records/": Row({"GET": LOGGED_IN}),
    "records/export/": Row({"GET": LOGGED_IN}),
    "records/edits/": Row({"GET": LOGGED_IN}),
    "records/edits/export/": Row({"GET": LOGGED_IN}),
    "wall/": Row({"GET": LOGGED_IN}),
    "wall/<int:pk>/": Row({"GET": PICTURES}, NODE),
    "api/schema/": Row({"GET": LOGGED_IN}),
    "api/facilities/": Row({"GET": LOGGED_IN}, api=True),
    "api/facilities/<pk>/": Row({"GET": FIGURES}, FACILITY, api=True),
    "api/zones/": Row({"GET": LOGGED_IN}, api=True),
    "api/zones/<pk>/": Row({"GET": FIGURES}, ZONE, api=True),
    "api/cameras/": Row({"GET": LOGGED_IN, "POST": REGISTER}, api=True, sent={"POST": ZONE}, form=camera_sent),
    "api/cameras/<pk>/": Row(
        {"GET": FIGURES, "PUT": REGISTER, "PATCH": REGISTER, "DELETE": REGISTER}, CAMERA, api=True, form=camera_sent
    ),
    "api/organisations/": Row({"GET": LOGGED_IN}, api=True),
    "api/organisations/<pk>/": Row({"GET": FIGURES}, NODE, api=True),
    "api/mandates/": Row({"GET": LOGGED_IN}, api=True),
    "api/mandates/<pk>/": Row({"GET": FIGURES}, MANDATE, api=True),
    "api/states/": Row({"GET": LOGGED_IN}, api=True),
    "api/states/<pk>/": Row({"GET": FIGURES}, CAMERA, api=True),
    "api/transitions/": Row({"GET": LOGGED_IN}, api=True),
    "api/transitions/<pk>/": Row({"GET": FIGURES}, TRANSITION, api=True),
}

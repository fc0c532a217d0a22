"""Every route with what each of its methods takes: written by hand; a route that is not in it fails the matrix.

To add a route, write its row: what each method that it answers takes (a permission of tests/access/oracle.py on the
thing that the address names, or one of LOGGED_IN, OWN_ACCOUNT, OPEN, Somewhere(permission)), and of which Kind that
thing is. Methods that are not named must be refused. A POST that needs more than nothing to change something says in
`form` what to send, so that the matrix would see it go through.
Rows of a subject may have a room of their own in tests/access/rows.
"""

from collections.abc import Mapping
from typing import Any

from cameras.domain.registration import version
from tests.access.kinds import (
    BODY,
    CAMERA,
    EMPTY,
    FACILITY,
    IMPORT,
    LOGGED_IN,
    MANDATE,
    MOVED,
    NODE,
    OPEN,
    OWN,
    OWN_ACCOUNT,
    OWN_IF_ANY,
    PASSKEY,
    PERSON,
    ROLE,
    TRANSITION,
    UPLOAD,
    ZONE,
    Row,
    zone_of,
)
from tests.access.oracle import ADMINISTER, FIGURES, PICTURES, REGISTER
from tests.access.rows import ROOMS
from tests.world import World

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
for room in ROOMS:
    assert not TABLE.keys() & room.ROWS.keys()
    TABLE |= room.ROWS

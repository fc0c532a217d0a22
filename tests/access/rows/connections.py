"""Rows of contacts and of connections to sinks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from facilities.enums import Sink, SinkSays
from facilities.models import Contact, SinkReport
from tests.access.kinds import FACILITY, LOGGED_IN, Row
from tests.access.oracle import FACILITIES, FIGURES, OPERATE, REPORT, Persona
from tests.world import NOW, World


def contact_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What names a contact."""
    return {"full_name": "Người Mới", "title": "Trưởng", "phone": "0905123456", "email": "moi@qn.vn"}


def claim_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What claims a connection."""
    return {"sink": "ioc", "says": "claimed", "on": timezone.localdate().isoformat()}


def answer_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What answers the claim that waits."""
    return {"sink": "central", "says": "denied", "on": timezone.localdate().isoformat(), "note": "x"}


def confirming(world: World, name: str) -> Mapping[str, Any]:
    """What confirms it among others."""
    return {"claim": f"{world.facilities[name].pk}:central"}


ROWS: dict[str, Row] = {
    "connections/": Row({"GET": LOGGED_IN, "POST": OPERATE}, sent={"POST": FACILITY}, form=confirming),
    # It says who reported and who answered.
    "facilities/<int:pk>/connections/": Row(
        {"GET": FIGURES, "POST": REPORT}, FACILITY, form=claim_form, names_who_reaches=True
    ),
    "facilities/<int:pk>/connections/answer/": Row({"GET": OPERATE, "POST": OPERATE}, FACILITY, form=answer_form),
    "facilities/<int:pk>/contact/": Row({"GET": FIGURES, "POST": REPORT}, FACILITY, form=contact_form),
}


def tell_apart(world: World) -> None:
    """A contact of each facility, and a claim that waits."""
    for name in FACILITIES:
        facility = world.facilities[name]
        Contact.objects.create(
            facility=facility,
            full_name=person(name),
            title="Trưởng cơ sở",
            phone=f"09051{FACILITIES.index(name) + 11111}",
            email=f"{name}@coso.vn",
        )
        SinkReport.objects.create(
            facility=facility,
            sink=Sink.CENTRAL,
            says=SinkSays.CLAIMED,
            on=date(2021, 6, 10),
            recorded_at=NOW,
            recorded_by=world.people["dn_leader" if name == "da_nang_dormitory" else "qn_chief"],
            note=note(name),
        )


def person(name: str) -> str:
    """Whom to call there."""
    return f"Đầu mối {name}"


def note(name: str) -> str:
    """What was said of its connection."""
    return f"Kết nối của {name}"


def secrets(world: World, who: Persona) -> set[str]:
    """Phones of facilities out of reach; names, addresses and notes hold the facility's name."""
    del world
    return {f"09051{FACILITIES.index(name) + 11111}" for name in FACILITIES if not who.reaches(name, FIGURES)}

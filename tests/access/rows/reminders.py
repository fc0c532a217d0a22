"""Rows of reminders and their rules."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from facilities.enums import Bound, Stage
from facilities.models import Deadline, Reminder, ReminderRule, Reminding
from tests.access.kinds import FACILITY, LOGGED_IN, Kind, Row
from tests.access.oracle import DIRECT, FACILITIES, FIGURES, LIES_IN, REPORT, WATCH, Persona
from tests.access.rows.documents import document_of
from tests.world import NOW, World

# Whose seeing counts as the facility's: who reports for it, or watches over it.
ANSWER = "report or watch"
ANY_OF = (REPORT, WATCH)
ANSWERING = Kind(
    FACILITIES,
    lambda world, name: world.facilities[name].pk,
    lambda who, name, takes: any(
        who.reaches(name, each) for each in ((REPORT, WATCH) if takes == ANSWER else (takes,))
    ),
)
# A round in the name of each body, and a rule of it. A body and the facilities that it reminded.
ROUNDS = {
    "qn": ("tam_ky_school", "qn_barracks"),
    "qn_health": ("tam_ky_school", "hoi_an_hotel"),
    "dn": ("da_nang_dormitory",),
}
ROUND = Kind(tuple(ROUNDS), lambda world, name: Reminding.objects.get(organisation=world.nodes[name], rule=None).pk)
RULE = Kind(tuple(ROUNDS), lambda world, name: ReminderRule.objects.get(organisation=world.nodes[name]).pk)
# A deadline of each province, whoever set it: for whoever directs a facility that it binds.
DEADLINE = Kind(
    ("qn", "dn"),
    lambda world, name: deadline_of(world, name).pk,
    lambda who, name, takes: any(who.reaches(facility, takes) for facility in bound(name)),
)


def bound(name: str) -> list[str]:
    """The facilities of the province, which its deadline binds."""
    return [facility for facility, places in LIES_IN.items() if name in places]


def deadline_of(world: World, name: str) -> Deadline:
    """The deadline of the province that is still to come."""
    return Deadline.objects.get(area=world.nodes[name].area, note=NOTE)


def round_form(world: World, name: str) -> Mapping[str, Any]:
    """What sends a facility a reminder."""
    body = "dn" if LIES_IN[name][1] == "dn" else "qn"
    return {"facility": world.facilities[name].pk, "organisation": world.nodes[body].pk, "text": "x", "confirmed": 1}


def rule_form(world: World, name: str) -> Mapping[str, Any]:
    """What sets a rule."""
    body = "dn" if name == "dn" else "qn"
    return {"organisation": world.nodes[body].pk, "when": "before", "days": 0, "text": "x"}


def seen_form(world: World, name: str) -> Mapping[str, Any]:
    """What marks a reminder as seen."""
    return {"reminder": [each.pk for each in world.facilities[name].reminders.all()]}


ROWS: dict[str, Row] = {
    "reminders/": Row({"GET": LOGGED_IN}),
    "reminders/new/": Row({"GET": LOGGED_IN, "POST": DIRECT}, sent={"POST": FACILITY}, form=round_form),
    "reminders/<int:pk>/": Row({"GET": FIGURES}, ROUND, names_who_reaches=True),
    "reminders/rules/": Row({"GET": LOGGED_IN}),
    "reminders/rules/<int:pk>/switch/": Row({"POST": DIRECT}, RULE),
    "deadlines/<int:pk>/reminders/": Row({"GET": DIRECT, "POST": DIRECT}, DEADLINE, form=rule_form),
    # A facility must read which body reminds it, and who saw that.
    "facilities/<int:pk>/reminders/": Row(
        {"GET": FIGURES, "POST": ANSWER}, ANSWERING, form=seen_form, names_who_reaches=True
    ),
}
NOTE = "hạn để nhắc"


def tell_apart(world: World) -> None:
    """A deadline for each province, with a round and a rule of each body."""
    # To come, so that the rules may be switched, whatever today is.
    last = timezone.localdate() + timedelta(days=30)
    for name in DEADLINE.names:
        Deadline.objects.create(
            organisation=world.nodes[f"{name}_tourism"],
            document=document_of(world, name),
            milestone=Stage.WATCHING,
            area=world.nodes[name].area,
            day=last,
            bound=Bound.BY,
            last_day=last,
            set_at=NOW,
            note=NOTE,
        )
    for body, names in ROUNDS.items():
        sender = world.people["dn_leader" if body == "dn" else "qn_chief"]
        made = {"organisation": world.nodes[body], "text": words(body)}
        reminding = Reminding.objects.create(sent_by=sender, sent_at=NOW, day=date(2021, 6, 11), **made)
        for name in names:
            # One of the school is seen, by somebody who reaches it.
            seen = {"seen_by": sender, "seen_at": NOW} if body == "qn_health" and name == "tam_ky_school" else {}
            Reminder.objects.create(reminding=reminding, facility=world.facilities[name], **seen)
        ReminderRule.objects.create(
            deadline=deadline_of(world, "dn" if body == "dn" else "qn"), days=-5, set_by=sender, set_at=NOW, **made
        )


def words(body: str) -> str:
    """What a body's reminders say."""
    return f"Đôn đốc thay mặt «{body}»"


def secrets(world: World, who: Persona) -> set[str]:
    """What bodies out of reach say to facilities out of reach."""
    del world
    return {
        words(body)
        for body, names in ROUNDS.items()
        if not who.reaches(body, FIGURES) and not any(who.reaches(name, FIGURES) for name in names)
    }

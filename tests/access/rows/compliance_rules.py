"""Rows of rules."""

from collections.abc import Mapping
from typing import Any

from facilities.models import ComplianceRule
from portal.rules.records import load_rules
from tests.access.kinds import FACILITY, LOGGED_IN, Kind, Row
from tests.access.oracle import DIRECT, FIGURES, Persona
from tests.world import NOW, World

# Rules are no secret, and the national body keeps them all: who directs there may change them.
RULE = Kind(("national",), lambda _world, _name: _rule().pk)


def _rule() -> ComplianceRule:
    return ComplianceRule.objects.get(code="R5")


def rule_form(_world: World, _name: str) -> Mapping[str, Any]:
    """What asks for an inspection each week from some day to come."""
    rule = _rule()
    return {
        "seen": rule.edited_at.isoformat(),
        "source": "597/CĐ-BCĐ",
        "days": 7,
        "valid_from": "2090-01-31",
        "valid_to": "",
        "confirmed": "1",
    }


ROWS: dict[str, Row] = {
    "rules/": Row({"GET": LOGGED_IN}),
    "rules/<int:pk>/": Row({"GET": LOGGED_IN}, RULE),
    "rules/<int:pk>/change/": Row({"GET": DIRECT, "POST": DIRECT}, RULE, form=rule_form),
    "facilities/<int:pk>/rules/": Row({"GET": FIGURES}, FACILITY),
}


def tell_apart(world: World) -> None:
    """The rules of the beginning. What they say of facilities holds the facilities' words, which are told apart."""
    del world
    load_rules(actor=None, now=NOW)


def secrets(world: World, who: Persona) -> set[str]:
    """Ways to change a rule, which only who directs the national body is shown."""
    del world
    return set() if who.reaches("national", DIRECT) else {f'href="/rules/{_rule().pk}/change/"'}

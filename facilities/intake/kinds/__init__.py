"""The kinds of spreadsheets that this app takes in."""

from facilities.intake.kinds.facilities import FACILITIES
from facilities.intake.kinds.organisations import ORGANISATIONS
from facilities.intake.kinds.people import PEOPLE
from facilities.intake.kinds.zones import ZONES
from facilities.intake.registry import register


def register_all() -> None:
    """Make them known."""
    for kind in (ORGANISATIONS, FACILITIES, ZONES, PEOPLE):
        register(kind)

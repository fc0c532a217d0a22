"""R7 and R8: whom to call, and that somebody watches. Pure."""

from collections.abc import Mapping
from typing import Any

from portal.domain.facts import Facts
from portal.domain.rules.outcome import Answer, Evidence, Result, rule
from portal.domain.rules.parameters import read
from portal.domain.rules.says import Says
from portal.domain.rules.while_open import while_open

CONTACT_PARTS = ("full_name", "title", "phone", "email")


@rule("R7")
@while_open
def contact_named(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """A contact with full name, title, phone and e-mail. To name one is the facility's to do, so without it fails."""
    del parameters
    contact = facts.contact
    if contact is None:
        return Result.FAIL, (Evidence(Says.NO_CONTACT),)
    lacking = [part for part in CONTACT_PARTS if not getattr(contact, part).strip()]
    if lacking:
        return Result.FAIL, tuple(Evidence(Says.CONTACT_LACKS, None, {"part": part}) for part in lacking)
    return Result.PASS, (Evidence(Says.CONTACT, None, {part: getattr(contact, part) for part in CONTACT_PARTS}),)


@rule("R8")
@while_open
def watched_without_gap(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """No gap in the watch roster; a shift beyond `shift_hours` counts as one. Unknown where no roster is kept."""
    hours = read("R8", parameters)["shift_hours"]
    gaps = facts.roster_gaps
    if gaps is None:
        return Result.UNKNOWN, (Evidence(Says.ROSTER_NOT_KEPT),)
    if gaps > 0:
        return Result.FAIL, (Evidence(Says.ROSTER_GAPS, None, {"gaps": gaps, "hours": hours}),)
    return Result.PASS, (Evidence(Says.NO_ROSTER_GAPS, None, {"hours": hours}),)

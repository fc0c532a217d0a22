"""R5 and R12: inspected lately, and nothing left undone past its day. Pure."""

from collections.abc import Mapping
from typing import Any

from portal.domain.facts import Facts
from portal.domain.rules.outcome import Answer, Evidence, Result, rule
from portal.domain.rules.parameters import read
from portal.domain.rules.says import Says
from portal.domain.rules.while_open import while_open


@rule("R5")
@while_open
def inspected_lately(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """Inspected within the last `days` days: with 15, an inspection on the 1st holds to the end of the 16th.

    Unknown where no inspections are kept in the portal. Where they are, a facility without one fails. A day after the
    one that the facts are about is no inspection yet.
    """
    days = read("R5", parameters)["days"]
    if not facts.inspections_kept:
        return Result.UNKNOWN, (Evidence(Says.INSPECTIONS_NOT_KEPT),)
    last = facts.inspected_on
    if last is None or last > facts.day:
        return Result.FAIL, (Evidence(Says.NEVER_INSPECTED, None, {"days": days}),)
    age = (facts.day - last).days
    values = {"day": last, "age": age, "days": days}
    return Result.PASS if age <= days else Result.FAIL, (Evidence(Says.INSPECTED_ON, None, values),)


@rule("R12")
def nothing_overdue(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """No finding past its due date; unknown where no findings are kept. Closing a facility does not mend a finding."""
    del parameters
    overdue = facts.overdue_findings
    if overdue is None:
        return Result.UNKNOWN, (Evidence(Says.FINDINGS_NOT_KEPT),)
    if overdue > 0:
        return Result.FAIL, (Evidence(Says.FINDINGS_OVERDUE, None, {"findings": overdue}),)
    return Result.PASS, (Evidence(Says.NONE_OVERDUE),)

"""What a closed facility still owes: nothing that only its running needs. Pure."""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from portal.domain.facts import Facts
from portal.domain.rules.outcome import Answer, Evidence, Result, Rule
from portal.domain.rules.says import Says


def while_open(function: Rule) -> Rule:
    """The rule, which answers UNKNOWN for a facility that is reported as closed: there is nothing to keep or break.

    One that is paused stays bound: its people are there.
    """

    @wraps(function)
    def answered(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
        if facts.rollout.closed:
            return Result.UNKNOWN, (Evidence(Says.CLOSED),)
        return function(facts, parameters)

    return answered

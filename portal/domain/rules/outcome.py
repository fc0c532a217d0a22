"""What a rule answers, and how the functions behind the codes are found. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.facts import Facts


class Result(StrEnum):
    """What a rule answers. UNKNOWN: what it takes to know is not there; it counts as neither kept nor broken."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that an answer rests on: a code for the sentence, what it is about, and the values in the sentence.

    `about` is a kind of thing and its id, for a link: ("zone", 3), ("camera", 7), ("report", 9), ("deadline", 2).
    """

    says: str
    about: tuple[str, int] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule's answer, by the record (`rule`, its id) that was in force."""

    code: str
    result: Result
    evidence: tuple[Evidence, ...] = ()
    rule: int | None = None


@dataclass(frozen=True, slots=True)
class RuleFact:
    """A rule's record. `parameters` as stored; the functions know their defaults."""

    pk: int
    code: str
    source: str
    valid_from: date
    valid_to: date | None
    parameters: Mapping[str, Any]

    def in_force(self, day: date) -> bool:
        """Whether it is asked of a table about that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


Answer = tuple[Result, tuple[Evidence, ...]]
Rule = Callable[[Facts, Mapping[str, Any]], Answer]

RULES: dict[str, Rule] = {}


def rule(code: str) -> Callable[[Rule], Rule]:
    """Register the function that a rule's code stands for."""

    def registered(function: Rule) -> Rule:
        assert code not in RULES  # noqa: S101 - two meanings of one code
        RULES[code] = function
        return function

    return registered


def evaluate(facts: Facts, rules: Iterable[RuleFact]) -> tuple[Outcome, ...]:
    """The answers of the rules that are in force on the day that the facts are about, in the order of their numbers."""
    asked = sorted((each for each in rules if each.in_force(facts.day)), key=lambda each: int(each.code[1:]))
    return tuple(Outcome(each.code, *RULES[each.code](facts, each.parameters), rule=each.pk) for each in asked)

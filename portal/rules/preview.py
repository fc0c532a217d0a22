"""Which facilities a change of a rule would give another answer, by what is known of them now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from facilities.domain.folding import fold
from portal.domain.facts import Facts
from portal.domain.rules.outcome import Result
from portal.domain.rules.parameters import read
from portal.domain.rules.registry import RULES
from portal.figures import loading

# Facts of so many facilities are held at once: a province with all its cameras.
CHUNK = 250


@dataclass(frozen=True, slots=True)
class Change:
    """A facility whose answer changes; `before` is None where the rule is not asked so far."""

    facility: int
    name: str
    before: Result | None
    after: Result


@dataclass(frozen=True, slots=True)
class Preview:
    """How many facilities were looked at, how many have which answer then and now, and those that change, by name."""

    facilities: int
    before: Mapping[Result, int]
    after: Mapping[Result, int]
    changes: tuple[Change, ...]

    @property
    def moves(self) -> list[tuple[Result | None, Result, int]]:
        """How many go from which answer to which, the most first."""
        counted = Counter((change.before, change.after) for change in self.changes)
        return [(before, after, number) for (before, after), number in counted.most_common()]


def preview(
    facilities: Sequence[int],
    *,
    code: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    now: datetime,
) -> Preview:
    """The answers of the rule by the parameters `before` and `after`; without the former it is not asked so far."""
    days = max(read(code, parameters or {}).get("days", 0) for parameters in (before, after)) if code == "R9" else 1
    ask, changes = RULES[code], []
    counted: tuple[Counter[Result], Counter[Result]] = Counter(), Counter()
    for facts in _facts(facilities, uptime_days=days, now=now):
        old = ask(facts, before)[0] if before is not None else None
        new = ask(facts, after)[0]
        if old is not None:
            counted[0][old] += 1
        counted[1][new] += 1
        if old is not new:
            changes.append(Change(facts.place.facility, _name(facts), old, new))
    changes.sort(key=lambda each: (fold(each.name), each.facility))
    return Preview(sum(counted[1].values()), *counted, tuple(changes))


def _facts(facilities: Sequence[int], *, uptime_days: int, now: datetime) -> Iterator[Facts]:
    for start in range(0, len(facilities), CHUNK):
        chunk = facilities[start : start + CHUNK]
        yield from loading.present_facts(chunk, now=now, uptime_days=uptime_days).values()


def _name(facts: Facts) -> str:
    english = get_language() == "en"
    return facts.place.name_en if english and facts.place.name_en else facts.place.name

"""From what is known of a facility to its row of figures. Pure: the same facts give the same row, now and later."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cameras.domain.uptime import Seconds
from cameras.enums import State
from facilities.domain.deadlines import binding, last_whole_day
from facilities.domain.folding import fold
from facilities.enums import Requirement, Sink, Stage
from portal.domain.contradictions import contradictions
from portal.domain.facts import Facts
from portal.domain.rules.outcome import Outcome, Result, RuleFact
from portal.domain.rules.parameters import read
from portal.domain.zone_coverage import covered

_SEARCHED_LENGTH = 450


def figures(facts: Facts, outcomes: Iterable[Outcome], rules: Iterable[RuleFact]) -> dict[str, Any]:
    """The fields of portal.models.Figures, by name. `outcomes` are the answers of `rules` about these facts."""
    return {
        "day": facts.day,
        **_place(facts),
        **_rollout(facts),
        **_cameras(facts),
        **_zones(facts),
        **_sinks(facts, required_sinks(rules, facts.day)),
        **_uptime(facts),
        "inspected_on": facts.inspected_on,
        "overdue_findings": facts.overdue_findings,
        "contradictions": [kind.value for kind in contradictions(facts)],
        **_results(outcomes),
    }


def required_sinks(rules: Iterable[RuleFact], day: date) -> frozenset[Sink]:
    """Where streams must arrive according to rule R3 of that day; nowhere where it is not in force."""
    for rule in rules:
        if rule.code == "R3" and rule.in_force(day):
            return frozenset(read("R3", rule.parameters)["sinks"])
    return frozenset()


def _place(facts: Facts) -> dict[str, Any]:
    place = facts.place
    searched = " ".join(part for part in (place.name, place.name_en, place.code) if part).casefold()
    return {
        "code": place.code,
        "name": place.name,
        "name_en": place.name_en,
        "searched": searched[:_SEARCHED_LENGTH],
        "folded": fold(searched)[:_SEARCHED_LENGTH],
        "sector": place.sector.value,
        "premises": place.premises.value,
        "province_id": place.province,
        "district_id": place.district,
    }


def _rollout(facts: Facts) -> dict[str, Any]:
    rollout = facts.rollout
    deadline = binding(facts.deadlines, Stage.CONNECTED, as_of=facts.as_of)
    return {
        "stage": rollout.stage.value,
        "stage_since": rollout.since,
        "paused": rollout.paused,
        "closed": rollout.closed,
        "blocked": [reason.value for reason in rollout.blocked],
        "connected_on": rollout.connected_on,
        "due_on": deadline.last_day if deadline else None,
    }


def _cameras(facts: Facts) -> dict[str, int]:
    permitted = facts.permitted
    states = Counter(camera.state for camera in permitted)
    return {
        "claimed": len(facts.cameras),
        "verified": states[State.OK],
        "impaired": states[State.IMPAIRED],
        "down": states[State.DOWN],
        "unknown": states[State.UNKNOWN],
        "forbidden": len(facts.cameras) - len(permitted),
    }


def _zones(facts: Facts) -> dict[str, int]:
    zones = covered(facts)
    return {
        "zones_required": sum(zone.requirement is Requirement.REQUIRED for zone in facts.zones),
        "zones_claimed": sum(zone.claimed for zone in zones),
        "zones_verified": sum(zone.verified for zone in zones),
    }


def _sinks(facts: Facts, required: frozenset[Sink]) -> dict[str, int]:
    known = [facts.sinks[sink] for sink in required if sink in facts.sinks]
    return {
        "sinks_required": len(required),
        "sinks_claimed": sum(sink.claimed_on is not None for sink in known),
        "sinks_confirmed": sum(sink.confirmed_on is not None for sink in known),
    }


def _uptime(facts: Facts) -> dict[str, int]:
    period = sum(facts.days.values(), Seconds())
    last = facts.days.get(last_whole_day(facts.as_of), Seconds())
    return {**_seconds("", period), **_seconds("day_", last)}


def _seconds(prefix: str, seconds: Seconds) -> dict[str, int]:
    return {
        f"{prefix}ok_seconds": seconds.ok,
        f"{prefix}impaired_seconds": seconds.impaired,
        f"{prefix}down_seconds": seconds.down,
        f"{prefix}unknown_seconds": seconds.unknown,
    }


def _results(outcomes: Iterable[Outcome]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {"passed": [], "failed": [], "undecided": []}
    names = {Result.PASS: "passed", Result.FAIL: "failed", Result.UNKNOWN: "undecided"}
    for outcome in outcomes:
        found[names[outcome.result]].append(outcome.code)
    return found

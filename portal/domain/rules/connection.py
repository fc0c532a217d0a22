"""R3, R4 and R6: connected to whom, before what, by when. Pure."""

from collections.abc import Mapping
from typing import Any

from facilities.domain.deadlines import binding, day_ends
from facilities.domain.rollout_standing import SinkFact
from facilities.enums import Sink, Stage
from portal.domain.facts import Facts
from portal.domain.rules.coverage import weighed
from portal.domain.rules.outcome import Answer, Evidence, Result, rule
from portal.domain.rules.parameters import read
from portal.domain.rules.says import Says
from portal.domain.rules.while_open import while_open


@rule("R3")
@while_open
def connected_to_every_sink(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """Connected to every required sink; `sinks` are their codes.

    What whoever runs the sink confirmed is kept, what they denied is broken. What the facility claims and nobody has
    confirmed yet is unknown: that is not theirs to answer. What is not even claimed is broken.
    """
    sinks = read("R3", parameters)["sinks"]
    return weighed(_of_sink(facts.sinks.get(sink) or SinkFact(sink)) for sink in sinks)


@rule("R4")
def connected_before_receiving(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """Connected before people are received; asked of facilities that open from the day `opened_from` on.

    One that was open before is not bound by it, which is unknown. One that has not opened passes once it is connected,
    and is unknown before: it has time. Both on the same day passes, as reports name days and no hours. A facility that
    was closed keeps its answer: what it did when it opened stays so.
    """
    receiving, connected = facts.rollout.receiving_on, facts.rollout.connected_on
    since = read("R4", parameters)["opened_from"]
    if receiving is None:
        result = Result.UNKNOWN if connected is None else Result.PASS
        return result, (Evidence(Says.NOT_RECEIVING), _connected(facts))
    if receiving < since:
        return Result.UNKNOWN, (Evidence(Says.OPEN_BEFORE, None, {"day": receiving, "since": since}),)
    kept = connected is not None and connected <= receiving
    opened = Evidence(Says.RECEIVING_SINCE, None, {"day": receiving})
    return Result.PASS if kept else Result.FAIL, (opened, _connected(facts))


@rule("R6")
def connected_in_time(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """Connected, as reported, on or before the last good day of the deadline that binds the facility.

    Without a deadline it is unknown. Not connected yet is unknown as long as the last good day is not over, and fails
    from its 24:00 on. A facility that was closed before it was connected is unknown; one that was connected keeps its
    answer.
    """
    del parameters
    deadline = binding(facts.deadlines, Stage.CONNECTED, as_of=facts.as_of)
    if deadline is None:
        return Result.UNKNOWN, (Evidence(Says.NO_DEADLINE), _connected(facts))
    last, connected = deadline.last_day, facts.rollout.connected_on
    due = Evidence(Says.DEADLINE, ("deadline", deadline.pk), {"day": last})
    if connected is not None:
        if connected <= last:
            return Result.PASS, (due, _connected(facts))
        return Result.FAIL, (due, _connected(facts), Evidence(Says.LATE, None, {"days": (connected - last).days}))
    if facts.rollout.closed:
        return Result.UNKNOWN, (due, Evidence(Says.CLOSED))
    if facts.as_of < day_ends(last):
        left = Evidence(Says.NOT_DUE_YET, None, {"days": (last - facts.day).days})
        return Result.UNKNOWN, (due, _connected(facts), left)
    return Result.FAIL, (due, _connected(facts), Evidence(Says.LATE, None, {"days": (facts.day - last).days}))


def _of_sink(fact: SinkFact) -> tuple[Result, Evidence]:
    named: dict[str, Any] = {"sink": Sink(fact.sink)}
    if fact.denied_on is not None:
        return Result.FAIL, Evidence(Says.SINK_DENIED, None, named | {"day": fact.denied_on})
    if fact.confirmed_on is not None:
        return Result.PASS, Evidence(Says.SINK_CONFIRMED, None, named | {"day": fact.confirmed_on})
    if fact.claimed_on is not None:
        return Result.UNKNOWN, Evidence(Says.SINK_CLAIMED, None, named | {"day": fact.claimed_on})
    return Result.FAIL, Evidence(Says.SINK_NOT_CLAIMED, None, named)


def _connected(facts: Facts) -> Evidence:
    day, report = facts.rollout.connected_on, facts.rollout.by.get(Stage.CONNECTED)
    if day is None:
        return Evidence(Says.NOT_CONNECTED)
    return Evidence(Says.CONNECTED_ON, ("report", report) if report is not None else None, {"day": day})

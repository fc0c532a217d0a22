"""R9: a picture round the clock. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cameras.domain.uptime import Seconds
from facilities.domain.deadlines import last_whole_day
from portal.domain.facts import Facts
from portal.domain.rules.outcome import Answer, Evidence, Result, rule
from portal.domain.rules.parameters import read
from portal.domain.rules.says import Says
from portal.domain.rules.while_open import while_open


@rule("R9")
@while_open
def delivers_round_the_clock(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """A good picture for at least `threshold` of the camera-time observed in the last `days` whole days.

    Time that was not observed is our own fault: it is left out and named apart, however little it is. Where less than
    `min_observed` of the time was observed, or none was, it is unknown: that little says nothing of a week. Days for
    which nothing was measured, as before the first camera came, do not count.
    """
    asked = read("R9", parameters)
    days = _period(facts, asked["days"])
    total = sum(days.values(), Seconds())
    whole, uptime = total.observed + total.unknown, total.uptime
    period = {"days": asked["days"], "last": last_whole_day(facts.as_of)}
    if uptime is None:
        return Result.UNKNOWN, (Evidence(Says.NOTHING_MEASURED, None, period),)
    if total.observed < asked["min_observed"] * whole:
        values = {"observed": total.observed / whole, "least": asked["min_observed"], **period}
        return Result.UNKNOWN, (Evidence(Says.OBSERVED_TOO_LITTLE, None, values),)
    kept = total.ok >= asked["threshold"] * total.observed
    evidence = [Evidence(Says.UPTIME, None, {"uptime": uptime, "threshold": asked["threshold"], **period})]
    if not kept:
        worst = min((each.uptime, day) for day, each in days.items() if each.uptime is not None)
        evidence.append(Evidence(Says.WORST_DAY, None, {"uptime": worst[0], "day": worst[1]}))
    if total.unknown:
        evidence.append(Evidence(Says.NOT_OBSERVED_FOR, None, {"unobserved": total.unknown / whole}))
    return Result.PASS if kept else Result.FAIL, tuple(evidence)


def _period(facts: Facts, days: int) -> dict[date, Seconds]:
    """What was measured on the last so many whole days, whatever other days the facts hold."""
    last = last_whole_day(facts.as_of)
    return {day: each for day, each in facts.days.items() if last - timedelta(days=days) < day <= last}

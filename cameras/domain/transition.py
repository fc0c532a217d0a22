"""From a verdict to a standing: when a look changes what is said of a camera. Pure; time is an argument."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cameras.domain.verdict import Verdict
from cameras.enums import Reason, State

# One failed look may be a lost packet. The second one, soon after, makes it so.
CONFIRMING_FAILURES = 2
SHORTEST_RETRY = timedelta(seconds=5)
# A camera that rejects a password counts attempts and locks the account: nothing is tried again until it is edited.
FINAL_REASONS = frozenset({Reason.AUTHENTICATION})


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of a camera, and the failures that are not yet said."""

    state: State
    reason: Reason
    since: datetime
    failures: int = 0
    failing_since: datetime | None = None


def follow(standing: Standing, verdict: Verdict, at: datetime) -> Standing:
    """The standing after a look at `at`.

    A picture counts at once. A failure counts once confirmed, dated from when it was first seen. A look that failed
    through our own fault says nothing of the camera.
    """
    if verdict.state is State.UNKNOWN:
        return standing
    if verdict.state is standing.state:
        return Standing(standing.state, verdict.reason, standing.since)
    if verdict.state is State.OK:
        return Standing(State.OK, Reason.NONE, at)
    failures, failing_since = standing.failures + 1, standing.failing_since or at
    if failures >= CONFIRMING_FAILURES or is_final(verdict):
        return Standing(verdict.state, verdict.reason, failing_since)
    return replace(standing, failures=failures, failing_since=failing_since)


def is_final(verdict: Verdict) -> bool:
    """Whether looking again would do harm."""
    return verdict.reason in FINAL_REASONS


def retry_after(standing: Standing, interval: timedelta) -> timedelta | None:
    """How soon to look again out of turn: only while a failure awaits its confirmation."""
    return max(interval / 4, SHORTEST_RETRY) if standing.failures else None

"""R11: people are told that cameras are in use. Pure."""

from collections.abc import Mapping
from typing import Any

from portal.domain.facts import Facts
from portal.domain.rules.outcome import Answer, Evidence, Result, rule
from portal.domain.rules.says import Says
from portal.domain.rules.while_open import while_open


@rule("R11")
@while_open
def notice_posted(facts: Facts, parameters: Mapping[str, Any]) -> Answer:
    """The notice that cameras are in use is posted, as reported. Without a report, which is the facility's, it fails.

    Where no camera is registered there is nothing to announce yet, which is unknown.
    """
    del parameters
    posted = facts.rollout.notice_on
    if posted is not None:
        return Result.PASS, (Evidence(Says.NOTICE_POSTED, None, {"day": posted}),)
    if not facts.cameras:
        return Result.UNKNOWN, (Evidence(Says.NO_CAMERAS),)
    return Result.FAIL, (Evidence(Says.NO_NOTICE),)

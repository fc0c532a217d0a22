"""All rules, registered by being imported here. Pure."""

from portal.domain.rules import conformance, connection, coverage, inspections, notice, people, uptime
from portal.domain.rules.outcome import RULES, evaluate

__all__ = ["CODES", "RULES", "evaluate"]

_REGISTERED = (coverage, connection, inspections, people, uptime, conformance, notice)
# In the order of their numbers.
CODES = tuple(sorted(RULES, key=lambda code: int(code[1:])))

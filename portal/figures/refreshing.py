"""Keeping each facility's standing up to date: what changed is told by triggers, and made anew here, in bulk."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from facilities.models import Facility, FacilityChange
from portal.domain.facts import Facts
from portal.domain.figures import figures
from portal.domain.rules.outcome import RuleFact
from portal.domain.rules.parameters import read
from portal.domain.rules.registry import evaluate
from portal.figures.loading import Moment, load, rules_as_of
from portal.models import FacilityStanding

# Facilities whose facts are in memory at a time.
AT_A_TIME = 500
# One at a time makes figures: who came first may otherwise write last.
_TURN = 4_403_001
_OUTDATED = """
    SELECT facility.id FROM facilities_facility AS facility
    LEFT JOIN portal_facilitystanding AS standing ON standing.facility_id = facility.id
    WHERE standing.day IS DISTINCT FROM %s ORDER BY facility.id LIMIT %s
"""


def refresh(*, now: datetime, limit: int = AT_A_TIME, wait: bool = True) -> int:
    """Make the figures anew of at most `limit` facilities that something changed about, or whose day is over.

    Returns how many those were. Without `wait` it does nothing while another does the same.
    """
    if not _outdated(now, 1) and not FacilityChange.objects.exists():
        return 0
    with transaction.atomic():
        if not _my_turn(wait=wait):
            return 0
        changes = dict(FacilityChange.objects.order_by("pk").values_list("pk", "facility_id")[: 20 * limit])
        facilities = list(dict.fromkeys(changes.values()))[:limit]
        # What is told of them in this very moment is told again by a row that is not among these.
        done = [pk for pk, facility in changes.items() if facility in set(facilities)]
        facilities += [pk for pk in _outdated(now, limit - len(facilities)) if pk not in facilities]
        renew(facilities, now=now)
        FacilityChange.objects.filter(pk__in=done).delete()
    return len(facilities)


def renew(facilities: Collection[int], *, now: datetime) -> None:
    """Make the figures of these facilities anew."""
    if not facilities:
        return
    moment = Moment.present(now)
    rules = rules_as_of(moment)
    facts = load(facilities, moment, uptime_days=uptime_days(rules, moment))
    rows = [FacilityStanding(facility_id=pk, computed_at=now, **made(each, rules)) for pk, each in facts.items()]
    columns = [field.name for field in FacilityStanding._meta.concrete_fields if not field.primary_key]
    FacilityStanding.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["facility"], update_fields=columns, batch_size=AT_A_TIME
    )
    gone = set(facilities) - set(facts)
    FacilityStanding.objects.filter(facility__in=gone).delete()


def made(facts: Facts, rules: Iterable[RuleFact]) -> dict[str, Any]:
    """The columns of figures that the facts come to under the rules."""
    records = list(rules)
    return figures(facts, evaluate(facts, records), records)


def uptime_days(rules: Iterable[RuleFact], moment: Moment) -> int:
    """Over how many days rule R9 judges uptime, and figures tell it."""
    in_force = (rule.parameters for rule in rules if rule.code == "R9" and rule.in_force(moment.day))
    return int(read("R9", next(in_force, {}))["days"])


def _outdated(now: datetime, most: int) -> list[int]:
    if most <= 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OUTDATED, [timezone.localdate(now), most])
        return [pk for (pk,) in cursor.fetchall()]


def _my_turn(*, wait: bool) -> bool:
    """Whether this transaction alone makes figures, until it ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        (mine,) = cursor.fetchone()
        return bool(mine)


def refresh_all(*, now: datetime) -> int:
    """Make the figures of every facility anew; for commands and benchmarks."""
    pks = list(Facility.objects.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(pks), AT_A_TIME):
        with transaction.atomic():
            _my_turn(wait=True)
            renew(pks[first : first + AT_A_TIME], now=now)
    return len(pks)

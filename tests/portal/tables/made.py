"""Figures of any kind, made up: what tables show hangs on the rows alone, not on what the rows are made of."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.test import Client
from django.utils import timezone

from facilities.enums import BlockReason, Premises, Sector, Stage
from facilities.models import FacilityChange
from portal.domain.standing import RULE_CODES, Standing
from portal.figures.refreshing import refresh
from portal.models import FacilityStanding, Snapshot, SnapshotDay
from portal.tables.words import CONTRADICTIONS


def stand_still() -> None:
    """Make all figures once, so that no page makes them anew."""
    refresh(now=timezone.now(), limit=1000)
    FacilityChange.objects.all().delete()


def freeze_as(day: date, rows: Iterable[FacilityStanding]) -> None:
    """Freeze these rows, as they stand, as those of that day."""
    frozen = []
    for row in rows:
        copied = {field.attname: getattr(row, field.attname) for field in FacilityStanding._meta.concrete_fields}
        del copied["computed_at"]
        frozen.append(Snapshot(**{**copied, "day": day, "taken_at": timezone.now(), "digest": "0" * 64}))
    Snapshot.objects.bulk_create(frozen)
    SnapshotDay.objects.create(day=day, taken_at=timezone.now(), facilities=len(frozen), digest="0" * 64)


def any_figures(random: Random, today: date) -> dict[str, Any]:
    """Any figures that a facility may have."""
    states = {name: random.choice((0, 0, 1, 7)) for name in ("verified", "impaired", "down", "unknown", "forbidden")}
    rules = _results(random)
    required, sinks = random.randint(0, 6), random.randint(0, 3)
    return {
        **states,
        **rules,
        "claimed": sum(states.values()),
        "stage": random.choice(Stage.values),
        "sector": random.choice(Sector.values),
        "premises": random.choice(Premises.values),
        "paused": random.random() < 0.2,
        "closed": random.random() < 0.2,
        "blocked": random.sample(BlockReason.values, random.choice((0, 0, 1, 2))),
        "due_on": random.choice((None, today - timedelta(days=2), today, today + timedelta(days=3))),
        "zones_required": required,
        "zones_verified": random.randint(0, required),
        "sinks_required": sinks,
        "sinks_claimed": sinks,
        "sinks_confirmed": random.randint(0, sinks),
        **{f"{name}_seconds": random.choice((0, 86_400, 10**10)) for name in ("ok", "impaired", "down", "unknown")},
        "inspected_on": random.choice((None, today - timedelta(days=random.randint(0, 40)))),
        "overdue_findings": random.choice((None, 0, 3)),
        "contradictions": random.sample(list(CONTRADICTIONS), random.choice((0, 0, 1, 2))),
    }


def _results(random: Random) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"passed": [], "failed": [], "undecided": []}
    for code in RULE_CODES:
        if kind := random.choice(("passed", "failed", "undecided", "")):
            found[kind].append(code)
    return found


def every_row(client: Client, address: str, query: dict[str, Any]) -> tuple[list[Any], list[Standing], Standing]:
    """The rows of all pages of a table, where each stands, and the total that the table gives."""
    records: list[Any] = []
    standings: list[Standing] = []
    page = 1
    while True:
        answer = client.get(address, {**query, "page": page}, follow=True)
        assert answer.status_code == 200
        table = answer.context["table"]
        shown = [row.record for row in table.paginated_rows]
        records += shown
        standings += [table.standing(record) for record in shown]
        if not table.page.has_next():
            return records, standings, answer.context["total"]
        page += 1

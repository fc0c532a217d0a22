"""Totals equal the sum of the rows that can be seen, for any person and any filter, at each level, now and then."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from facilities.domain.folding import matches
from facilities.enums import Sector, Stage
from facilities.models import AdministrativeUnit
from portal.domain.standing import CONNECTED, RULE_CODES, Standing, total
from portal.models import FacilityStanding, SnapshotDay
from portal.queries import reached
from tests.portal.tables.made import any_figures, every_row, freeze_as, stand_still
from tests.world import World, add_facility

Login = Callable[[str], Client]
Row = FacilityStanding
PEOPLE = (
    *("national_leader", "qn_leader", "dn_leader", "qn_army_leader", "qn_health_inspector", "qn_inspector"),
    *("tam_ky_officer", "contractor", "qn_administrator", "nobody"),
)
LEVELS = ("compliance", "compliance_facilities")
# What each choice leaves, said once more in Python.
LEAVES: dict[tuple[str, str], Callable[[Row, date], bool]] = {
    ("sector", "civil"): lambda row, _on: row.sector == "civil",
    ("premises", "hotel"): lambda row, _on: row.premises == "hotel",
    ("stage", "approved"): lambda row, _on: row.stage == "approved",
    ("stage", "unconnected"): lambda row, _on: row.stage not in CONNECTED and not row.closed,
    ("stage", "on_line"): lambda row, _on: row.stage in CONNECTED,
    ("having", "down"): lambda row, _on: row.down > 0,
    ("having", "forbidden"): lambda row, _on: row.forbidden > 0,
    ("late", "yes"): lambda row, on: (
        row.stage not in CONNECTED and not row.closed and row.due_on is not None and row.due_on < on
    ),
    ("contradicted", "yes"): lambda row, _on: bool(row.contradictions),
    ("overdue", "yes"): lambda row, _on: bool(row.overdue_findings),
    ("blocked", "no_line"): lambda row, _on: "no_line" in row.blocked,
    ("condition", "open"): lambda row, _on: not row.paused and not row.closed,
    ("condition", "closed"): lambda row, _on: row.closed,
    ("rule", "R3"): lambda row, _on: "R3" in row.passed + row.failed + row.undecided,
    ("sector", "no such sector"): lambda _row, _on: True,
}


@pytest.fixture
def country(world: World) -> World:
    """The small country with more facilities than a page holds."""
    places = (("hoi_an", "503", Sector.PAID_HOTEL), ("tam_ky", "502", Sector.CIVIL), ("hai_chau", "492", Sector.CIVIL))
    for number in range(36):
        node, code, sector = places[number % 3]
        district = AdministrativeUnit.objects.get(level="district", code=code)
        add_facility(world, f"cơ_sở_{number:02}", world.nodes[node], district, sector)
    stand_still()
    return world


def drawn(random: Random, today: date) -> list[Row]:
    """Any figures for every facility, kept as how they stand now."""
    rows = list(FacilityStanding.objects.all())
    figures = [any_figures(random, today) for _row in rows]
    for row, made in zip(rows, figures, strict=True):
        for name, value in made.items():
            setattr(row, name, value)
    FacilityStanding.objects.bulk_update(rows, list(figures[0]))
    return rows


# An example takes a second, and is plain enough as it is found: it is not made smaller.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32 - 1),
    person=st.sampled_from(PEOPLE),
    level=st.sampled_from(LEVELS),
    chosen=st.lists(st.sampled_from(sorted(LEAVES)), max_size=2, unique_by=lambda choice: choice[0]),
    q=st.sampled_from(["", "", "co so 1", "hoi an", "cơ_sở"]),
    past=st.booleans(),
    sort=st.sampled_from(["", "name", "-uptime", "deadline", "-R3", "zones", "-stage", "inspected", "share"]),
)
def test_totals_are_the_sum_of_the_rows_that_can_be_seen(
    country: World,
    login: Login,
    seed: int,
    person: str,
    level: str,
    chosen: list[tuple[str, str]],
    q: str,
    past: bool,  # noqa: FBT001 - drawn by hypothesis
    sort: str,
) -> None:
    random, today = Random(seed), timezone.localdate()  # noqa: S311 - figures, no secrets
    on = today - timedelta(days=1 + random.randrange(3000)) if past else today
    rows = drawn(random, on)
    query: dict[str, Any] = {
        **dict(chosen),
        "q": q,
        "sort": sort,
        "columns": "uptime,zones,inspected,findings,R3,stage,deadline",
    }
    if past:
        # Frozen rows stay as they are: each example has a day of its own.
        while SnapshotDay.objects.filter(day=on).exists():
            on -= timedelta(days=1)
        rows = drawn(random, on)
        freeze_as(on, rows)
        # What is so now is another thing.
        drawn(random, today)
        query["as_of"] = on.isoformat()
    records, standings, given_total = every_row(login(person), reverse(level), query)

    if standings:
        assert total(standings) == given_total
    assert given_total.facilities == sum(standing.facilities for standing in standings)
    mine = set(reached(country.people[person]).values_list("pk", flat=True))
    left = [row for row in rows if row.facility_id in mine and all(LEAVES[choice](row, on) for choice in chosen)]
    if level == "compliance_facilities":
        shown = [record.facility_id for record in records]
        assert len(shown) == len(set(shown))
        assert set(shown) == {row.facility_id for row in left if matches(q, row.name, row.code)}
    elif not q:
        assert given_total.facilities == len(left)


def test_stages_and_rules_of_the_total_add_up_too(country: World, login: Login) -> None:
    rows = drawn(Random(7), timezone.localdate())  # noqa: S311 - figures, no secrets
    codes = ",".join(RULE_CODES)
    _records, _standings, found = every_row(login("national_leader"), reverse("compliance"), {"columns": codes})
    assert found.stages == tuple(sum(row.stage == stage for row in rows) for stage in Stage)
    for code in RULE_CODES:
        assert found.failed[code] == sum(code in row.failed for row in rows)
        assert found.judged(code) == sum(code in row.failed + row.passed for row in rows)
    assert found.ok_seconds == sum(row.ok_seconds for row in rows)
    assert type(found.ok_seconds) is int


def test_nothing_adds_up_to_nothing() -> None:
    assert total([]) == Standing()

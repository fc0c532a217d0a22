"""Frozen figures: what is made anew of a day is equal, whatever becomes known later; amendments stand beside."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cameras.enums import State
from facilities.domain.deadlines import day_ends
from facilities.enums import RecordedAction, Stage
from facilities.models import Record
from portal.figures.freezing import Broken, amend, differences, freeze, freeze_what_is_over, verify
from portal.models import Snapshot, SnapshotDay
from tests.portal.figures.happenings import report, rule, turn
from tests.world import World, build_world

# What is known of the world is known from now on: the first day of which all is known is the next one, at any hour.
DAY = timezone.localdate() + timedelta(days=1)
MIDNIGHT = day_ends(DAY)
FROZEN_AT = MIDNIGHT + timedelta(minutes=10)


def of(world: World, name: str) -> Snapshot:
    return Snapshot.objects.in_force().get(facility=world.facilities[name], day=DAY)


def test_a_day_is_frozen_once_when_it_is_over(world: World) -> None:
    turn(world.cameras["tam_ky_school"], State.OK, MIDNIGHT - timedelta(hours=2))
    with pytest.raises(ValueError, match="not over"):
        freeze(DAY, now=MIDNIGHT - timedelta(seconds=1))
    assert freeze(DAY, now=FROZEN_AT) == 4
    assert freeze(DAY, now=FROZEN_AT + timedelta(hours=1)) == 0
    row = of(world, "tam_ky_school")
    assert (row.day, row.verified, row.taken_at, row.before) == (DAY, 1, FROZEN_AT, "")
    assert row.day_ok_seconds == 2 * 3600
    assert SnapshotDay.objects.get().facilities == 4


def test_days_are_chained_and_caught_up_in_their_order(world: World) -> None:
    freeze(DAY, now=FROZEN_AT)
    later = FROZEN_AT + timedelta(days=3)
    assert freeze_what_is_over(now=later) == [DAY + timedelta(days=number) for number in (1, 2, 3)]
    assert freeze_what_is_over(now=later) == []
    first, *others = Snapshot.objects.filter(facility=world.facilities["hoi_an_hotel"]).order_by("day")
    assert [row.before for row in others] == [first.digest, *(row.digest for row in others[:-1])]
    assert verify() == []
    with pytest.raises(ValueError, match="frozen already"):
        freeze(DAY - timedelta(days=1), now=later)


@pytest.mark.parametrize("change", ["verified = 5", "failed = '{R1}'", "taken_at = now()", "before = 'x'"])
def test_whoever_changes_a_frozen_row_past_the_portal_is_found_out(world: World, change: str) -> None:
    freeze(DAY, now=FROZEN_AT)
    freeze(DAY + timedelta(days=1), now=FROZEN_AT + timedelta(days=1))
    row = of(world, "tam_ky_school")
    with pytest.raises(DatabaseError), transaction.atomic():
        Snapshot.objects.filter(pk=row.pk).update(verified=5)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE portal_snapshot SET {change} WHERE id = %s", [row.pk])  # noqa: S608 - of this test
    assert Broken(DAY, row.facility_id) in verify()


def test_a_removed_row_shows_in_its_day(world: World) -> None:
    freeze(DAY, now=FROZEN_AT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM portal_snapshot WHERE facility_id = %s", [world.facilities["qn_barracks"].pk])
    assert verify() == [Broken(DAY, None)]


def test_what_was_wrong_is_amended_by_what_is_known_now_and_both_stay(world: World) -> None:
    facility, actor = world.facilities["tam_ky_school"], world.people["qn_leader"]
    wrong = report(facility, Stage.SURVEYED, DAY, MIDNIGHT - timedelta(hours=1))
    freeze(DAY, now=FROZEN_AT)
    row, later = of(world, "tam_ky_school"), FROZEN_AT + timedelta(hours=8)
    with translation.override("en"), pytest.raises(ValidationError, match="differs"):
        amend(row, reason="Nhầm", actor=actor, now=later)
    report(facility, Stage.SURVEYED, DAY + timedelta(days=1), later, withdraws=wrong)
    assert differences(row) == {}
    assert differences(row, known_at=later)["stage"] == ("surveyed", "not_surveyed")
    with pytest.raises(ValidationError) as refusal:
        amend(row, reason=" ", actor=actor, now=later)
    assert list(refusal.value.message_dict) == ["reason"]
    amended = amend(row, reason="Báo cáo nhầm cơ sở", actor=actor, now=later)
    assert (amended.version, amended.stage, amended.before) == (2, "not_surveyed", row.digest)
    assert of(world, "tam_ky_school") == amended
    assert Snapshot.objects.get(pk=row.pk).stage == "surveyed"
    assert differences(amended) == {}
    assert Record.objects.get(action=RecordedAction.FIGURES_AMENDED).person == str(actor)
    with pytest.raises(ValidationError):
        amend(row, reason="Lần nữa", actor=actor, now=later)
    freeze(DAY + timedelta(days=1), now=FROZEN_AT + timedelta(days=1))
    assert verify() == []


STATES = st.sampled_from([State.OK, State.IMPAIRED, State.DOWN, State.UNKNOWN])
# Camera, state, minutes before midnight when it became true (negative: after), minutes until it was noticed.
TURNS = st.lists(
    st.tuples(st.sampled_from(["tam_ky_school", "hoi_an_hotel"]), STATES, st.integers(-300, 5000), st.integers(0, 30)),
    max_size=12,
)
# Steps reported in their order, each some minutes before midnight (negative: after).
REPORTED = st.lists(st.integers(-600, 600), max_size=4)


class FrozenFigures(TestCase):
    """The same world for each example, taken back after it."""

    world: World

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = build_world()
        rule(cls.world.nodes["national"], "R3", timezone.now(), sinks=["central", "ioc"])

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(before=TURNS, after=TURNS, reported=REPORTED, late=REPORTED)
    def test_made_anew_a_frozen_table_is_equal_whatever_comes_later(
        self,
        before: list[tuple[str, State, int, int]],
        after: list[tuple[str, State, int, int]],
        reported: list[int],
        late: list[int],
    ) -> None:
        facility = self.world.facilities["tam_ky_school"]
        self._happen(before, not_before=False)
        stages = iter(list(Stage)[1:])
        for minutes, stage in zip(sorted(reported, reverse=True), stages, strict=False):
            at = MIDNIGHT - timedelta(minutes=minutes)
            if at <= FROZEN_AT:
                report(facility, stage, timezone.localdate(at), at)
        freeze(DAY, now=FROZEN_AT)
        # What is noticed or said only afterwards, of the same day or the next.
        self._happen(after, not_before=True)
        for number, stage in zip(late, stages, strict=False):
            report(facility, stage, DAY, FROZEN_AT + timedelta(minutes=601 + number))
        rows = Snapshot.objects.filter(day=DAY)
        assert {row.code: differences(row) for row in rows} == {row.code: {} for row in rows}
        assert verify() == []

    def _happen(self, turns: list[tuple[str, State, int, int]], *, not_before: bool) -> None:
        for name, state, minutes, late in sorted(turns, key=lambda turn: -turn[2]):
            at = MIDNIGHT - timedelta(minutes=minutes)
            noticed = max(at, FROZEN_AT + timedelta(seconds=1)) if not_before else at
            if not_before or at <= FROZEN_AT:
                turn(self.world.cameras[name], state, at, noticed + timedelta(minutes=late if not_before else 0))

"""Reminders by rule: on their day, to whoever is behind, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from facilities.access.grants import grant_role
from facilities.access.oversight import facilities_overseen
from facilities.domain.reminder_rules import (
    deadlines_to_remind_of,
    send_due,
    set_rule,
    switch_rule,
)
from facilities.enums import Permission, RecordedAction, ReportKind, Role, Sector, Stage
from facilities.models import Deadline, Facility, Organisation, Record, Reminder, ReminderRule, Reminding, User
from facilities.tasks import send_reminders
from tests.facilities.rollout_world import EARLIER, add_deadline, add_neighbour, add_report
from tests.world import NOW, World, add_person


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """That hour of a day of June 2021 in Viet Nam."""
    return datetime(2021, 6, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def add_rule(
    world: World, deadline: Deadline, days: int, *, body: str = "qn", actor: str = "qn_leader"
) -> ReminderRule:
    return set_rule(
        deadline=deadline,
        body=world.nodes[body],
        days=days,
        text=f"Nhắc {days:+d}",
        actor=world.people[actor],
        now=EARLIER,
    )


def reminded(world: World) -> list[str]:
    by_key = {facility.pk: name for name, facility in world.facilities.items()}
    return sorted(by_key[each.facility_id] for each in Reminder.objects.all())


QN = ["hoi_an_hotel", "qn_barracks", "tam_ky_school"]


def test_a_rule_sends_on_its_day_from_seven_and_once(world: World) -> None:
    """The last good day is 11/6; three days before it is 8/6."""
    rule = add_rule(world, add_deadline(world), -3)
    assert send_due(now=at(7, 23, 59)) == []
    assert send_due(now=at(8, 6, 59)) == []
    (sent,) = send_due(now=at(8, 7))
    assert (sent.rule, sent.day, sent.sent_at, sent.sent_by) == (rule, date(2021, 6, 8), at(8, 7), None)
    assert (sent.text, sent.organisation) == ("Nhắc -3", world.nodes["qn"])
    assert [send_due(now=at(day, hour)) for day, hour in ((8, 8), (9, 7), (20, 7))] == [[], [], []]
    assert reminded(world) == QN


def test_it_is_on_record_without_a_person_by_the_job(world: World) -> None:
    rule = add_rule(world, add_deadline(world), 0)
    assert send_reminders() == 1
    entry = Record.objects.get(action=RecordedAction.REMINDED)
    assert (entry.person_id, entry.organisation_id, entry.request) == (None, world.nodes["qn"].pk, "send_reminders")
    assert (entry.detail["rule"], entry.detail["count"]) == (rule.pk, 3)
    assert send_reminders() == 0


def test_a_day_on_which_nothing_ran_is_made_up_for_once(world: World) -> None:
    add_rule(world, add_deadline(world), -3)
    (sent,) = send_due(now=at(10, 9))
    assert (sent.day, sent.sent_at) == (date(2021, 6, 8), at(10, 9))
    assert send_due(now=at(10, 10)) == []
    assert reminded(world) == QN


def test_only_those_behind_are_reminded(world: World) -> None:
    """Past the milestone, paused, closed, and of a sector that the deadline does not bind are left in peace."""
    for name in ("past", "paused", "closed"):
        add_neighbour(world, name)
    deadline = add_deadline(world, milestone=Stage.ACCEPTED, sectors=(Sector.CIVIL, Sector.ARMY))
    # Good cameras were there: it went from the survey straight to connection, beyond the milestone.
    add_report(world.facilities["past"], Stage.SURVEYED)
    add_report(world.facilities["past"], Stage.CONNECTED, at=EARLIER + timedelta(hours=1))
    add_report(world.facilities["paused"], ReportKind.PAUSED)
    add_report(world.facilities["closed"], ReportKind.CLOSED)
    add_report(world.facilities["qn_barracks"], Stage.INSTALLING)
    add_rule(world, deadline, 0)
    send_due(now=NOW)
    assert reminded(world) == ["qn_barracks", "tam_ky_school"]


def test_where_nobody_is_behind_the_day_is_done(world: World) -> None:
    for facility in world.facilities.values():
        add_report(facility, Stage.CONNECTED)
    add_rule(world, add_deadline(world), 0)
    (sent,) = send_due(now=NOW)
    assert (sent.reminders.count(), Reminding.objects.count()) == (0, 1)
    assert send_due(now=NOW) == []


def test_what_is_superseded_or_switched_off_sends_nothing(world: World) -> None:
    old, other = add_deadline(world), add_deadline(world)
    add_rule(world, old, 0)
    add_deadline(world, day=date(2021, 7, 1), supersedes=old)
    off = add_rule(world, other, 0)
    assert switch_rule(rule=off, active=False, actor=world.people["qn_leader"], now=NOW)
    assert not switch_rule(rule=off, active=False, actor=world.people["qn_leader"], now=NOW)
    assert send_due(now=NOW) == []
    assert switch_rule(rule=off, active=True, actor=world.people["qn_leader"], now=NOW)
    assert [each.rule for each in send_due(now=NOW)] == [off]


def test_a_rule_whose_day_is_over_is_not_switched_on(world: World) -> None:
    rule = add_rule(world, add_deadline(world), -3)
    switch_rule(rule=rule, active=False, actor=world.people["qn_leader"], now=at(6, 9))
    with pytest.raises(ValidationError):
        switch_rule(rule=rule, active=True, actor=world.people["qn_leader"], now=at(9, 9))
    rule.refresh_from_db()
    assert not rule.active


@pytest.mark.parametrize(
    ("body", "expected"),
    [("qn", QN), ("qn_health", ["hoi_an_hotel", "tam_ky_school"]), ("qn_command", ["qn_barracks"])],
)
def test_a_body_reminds_those_that_it_answers_for(world: World, body: str, expected: list[str]) -> None:
    """Whoever set the deadline: a province follows a national one among its own, a department along its mandate."""
    add_rule(world, add_deadline(world), 0, body=body, actor="qn_chief")
    send_due(now=NOW)
    assert reminded(world) == expected


@pytest.mark.parametrize(
    ("days", "field", "person", "body"),
    [
        (-7, "days", "qn_leader", "qn"),
        (400, "days", "qn_leader", "qn"),
        (0, "organisation", "qn_leader", "dn"),
        (0, "organisation", "qn_analyst", "qn"),
        (0, "organisation", "tam_ky_officer", "tam_ky_school"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_at_its_field(
    world: World, days: int, field: str, person: str, body: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        add_rule(world, add_deadline(world), days, body=body, actor=person)
    assert set(refused.value.message_dict) == {field}


def test_a_second_rule_for_the_day_and_one_of_a_superseded_deadline_are_refused(world: World) -> None:
    old = add_deadline(world)
    add_rule(world, old, 0)
    with pytest.raises(ValidationError) as refused:
        add_rule(world, old, 0)
    assert set(refused.value.message_dict) == {"days"}
    add_deadline(world, supersedes=old)
    with pytest.raises(ValidationError) as refused:
        add_rule(world, old, 1)
    assert set(refused.value.message_dict) == {"deadline"}


def test_without_a_text_it_says_the_usual_with_document_and_day(world: World) -> None:
    rule = set_rule(
        deadline=add_deadline(world), body=world.nodes["qn"], days=2, actor=world.people["qn_leader"], now=EARLIER
    )
    assert "4403/CV-BCĐ" in rule.text
    assert "11/06/2021" in rule.text


def test_deadlines_are_offered_where_they_bind_somebody_whom_one_directs(world: World) -> None:
    national, qn = add_deadline(world), add_deadline(world, node="qn", area=world.nodes["qn"].area)
    army = add_deadline(world, sectors=(Sector.ARMY,))
    hoi_an = add_deadline(world, node="hoi_an", area=world.nodes["hoi_an"].area)
    gone = add_deadline(world)
    after = add_deadline(world, supersedes=gone)

    def offered(person: str) -> set[Deadline]:
        return set(deadlines_to_remind_of(world.people[person], NOW))

    assert offered("qn_leader") == {national, qn, army, hoi_an, after}
    assert offered("dn_leader") == {national, after}
    assert offered("qn_health_inspector") == {national, qn, hoi_an, after}
    assert offered("tam_ky_officer") == set()


def test_the_queries_do_not_grow_with_rules_facilities_and_reports(world: World) -> None:
    """But for the record of each round."""

    def counted(days: list[int]) -> int:
        deadline = add_deadline(world)
        for each in days:
            add_rule(world, deadline, each)
        with CaptureQueriesContext(connection) as queries:
            assert len(send_due(now=NOW)) == len(days)
        return len([query for query in queries if 'INSERT INTO "facilities_record"' not in query["sql"]])

    first = counted([0])
    for number in range(3):
        name = f"more_{number}"
        add_neighbour(world, name)
        add_report(world.facilities[name], Stage.SURVEYED)
    assert counted([0, -1, -2]) == first


def side_by_side(jobs: list[Callable[[], int]]) -> list[int]:
    """All at once, each on a connection of its own."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], int]) -> int:
        try:
            start.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as people:
        return list(people.map(run, jobs))


def test_workers_at_once_send_each_round_once(committed_world: World) -> None:
    world = committed_world
    deadline = add_deadline(world)
    for turn in range(1, 8):
        for days in (0, turn):
            ReminderRule.objects.update_or_create(
                organisation=world.nodes["qn"],
                deadline=deadline,
                days=days,
                defaults={"text": "Nhắc", "set_at": EARLIER},
            )
        sent = side_by_side([lambda turn=turn: len(send_due(now=at(11 + turn, 9)))] * 3)  # type: ignore[misc] # mypy cannot see through a default of a lambda
        # On the first day two rules are due, then one more each day.
        assert sum(sent) == (2 if turn == 1 else 1)
        assert Reminding.objects.count() == turn + 1
        assert Reminder.objects.count() == 3 * (turn + 1)
    assert Record.objects.filter(action=RecordedAction.REMINDED).count() == Reminding.objects.count()


@pytest.mark.parametrize("permission", [Permission.DIRECT, Permission.VIEW_FIGURES, Permission.OPERATE])
def test_a_body_answers_for_what_a_chief_there_would_reach(world: World, permission: Permission) -> None:
    """Bodies are asked by another query than people; both say the same."""
    bodies = list(Organisation.objects.all())
    found = facilities_overseen([body.pk for body in bodies], permission, NOW)
    for number, body in enumerate(bodies):
        person = add_person(world, f"chief_{number}", None)
        grant_role(user=person, role=Role.CHIEF_ADMINISTRATOR, organisation=body, actor=None, now=NOW)
        person = User.objects.get(pk=person.pk)
        reached = Facility.objects.visible_to(person, permission, NOW).values_list("pk", flat=True)
        assert found[body.pk] == set(reached), body

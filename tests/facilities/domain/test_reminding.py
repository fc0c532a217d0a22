"""Reminders by hand: whom they reach, and who marks them as seen."""

from datetime import date
from unittest import mock

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from facilities.access.grants import grant_role
from facilities.domain.reminder_mails import mail_round
from facilities.domain.reminding import LeftOut, Sent, bodies_directing, look, mark_seen, remind
from facilities.enums import Permission, RecordedAction, ReportKind, Role, Stage
from facilities.models import Contact, Facility, Organisation, Record, Reminder, Reminding
from tests.facilities.rollout_world import add_deadline, add_neighbour, add_report
from tests.world import NOW, World, add_person

ALL = ("tam_ky_school", "hoi_an_hotel", "qn_barracks", "da_nang_dormitory")


def sent(world: World, *names: str, actor: str = "qn_leader", body: str = "qn", text: str = "Báo cáo ngay.") -> Sent:
    return remind(
        facilities=[world.facilities[name].pk for name in names],
        body=world.nodes[body],
        text=text,
        chosen_by="having=down",
        actor=world.people[actor],
        now=NOW,
    )


def reminded(world: World) -> set[str]:
    by_key = {facility.pk: name for name, facility in world.facilities.items()}
    return {by_key[each.facility_id] for each in Reminder.objects.all()}


def test_each_facility_within_reach_is_reminded_once(world: World) -> None:
    found = sent(world, *ALL, *ALL)
    assert reminded(world) == {"tam_ky_school", "hoi_an_hotel", "qn_barracks"}
    assert (found.reminded, list(found.left_out), Reminder.objects.count()) == (3, [], 3)
    assert (found.reminding.chosen_by, found.reminding.day) == ("having=down", date(2021, 6, 11))


def test_a_round_is_one_record_with_its_count(world: World) -> None:
    found = sent(world, *ALL)
    entry = Record.objects.get(action=RecordedAction.REMINDED)
    assert (entry.organisation_id, entry.person_id) == (world.nodes["qn"].pk, world.people["qn_leader"].pk)
    assert entry.detail == {"reminding": found.reminding.pk, "rule": None, "count": 3}


def test_closed_and_paused_facilities_are_left_out_by_name(world: World) -> None:
    add_report(world.facilities["tam_ky_school"], ReportKind.CLOSED)
    add_report(world.facilities["hoi_an_hotel"], ReportKind.PAUSED)
    world.nodes["qn_barracks"].refresh_from_db()
    Organisation.objects.filter(pk=world.nodes["qn_barracks"].pk).update(valid_to=date(2021, 6, 1))
    add_neighbour(world, "tam_ky_hostel")
    found = sent(world, *ALL, "tam_ky_hostel")
    assert reminded(world) == {"tam_ky_hostel"}
    assert {each.facility.code: each.left_out for each in found.left_out} == {
        "tam_ky_school": LeftOut.CLOSED,
        "hoi_an_hotel": LeftOut.PAUSED,
        "qn_barracks": LeftOut.CLOSED,
    }


def test_nobody_reminds_what_the_body_does_not_answer_for(world: World) -> None:
    """The inspector reaches both districts; a letter of the one does not go to the other."""
    found = sent(world, "tam_ky_school", "hoi_an_hotel", actor="qn_inspector", body="tam_ky")
    assert reminded(world) == {"tam_ky_school"}
    assert [each.left_out for each in found.left_out] == [LeftOut.ELSEWHERE]


def test_a_department_reminds_along_its_mandate(world: World) -> None:
    sent(world, *ALL, actor="qn_health_inspector", body="qn_health")
    assert reminded(world) == {"tam_ky_school", "hoi_an_hotel"}


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"body": "dn"}, "organisation"),
        ({"body": "national"}, "organisation"),
        ({"body": "tam_ky_school"}, "organisation"),
        ({"actor": "qn_analyst"}, "organisation"),
        ({"text": "  "}, "text"),
        ({"text": "a" * 2001}, "text"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(world: World, given_: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        sent(world, *ALL, **given_)
    assert set(refused.value.message_dict) == {field}
    assert not Reminding.objects.exists()


def test_a_round_to_nobody_is_refused(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        sent(world, "da_nang_dormitory")
    assert set(refused.value.message_dict) == {"facilities"}
    assert not Reminding.objects.exists()
    assert not Record.objects.filter(action=RecordedAction.REMINDED).exists()


def test_a_round_of_more_than_three_thousand_is_refused(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        remind(
            facilities=range(1, 3002),
            body=world.nodes["qn"],
            text="x",
            actor=world.people["qn_leader"],
            now=NOW,
        )
    assert set(refused.value.message_dict) == {"facilities"}


def test_what_each_owes_is_its_earliest_deadline_that_it_has_not_met(world: World) -> None:
    add_deadline(world, day=date(2021, 6, 9))
    own = add_deadline(world, node="qn", area=world.nodes["qn"].area, milestone=Stage.SURVEYED, day=date(2021, 6, 5))
    add_report(world.facilities["tam_ky_school"], Stage.SURVEYED)
    add_report(world.facilities["qn_barracks"], Stage.CONNECTED)
    found = look(
        [facility.pk for facility in world.facilities.values()],
        body=None,
        actor=world.people["national_leader"],
        now=NOW,
    )
    days = {each.facility.code: each.owed.days if each.owed else None for each in found}
    # 8/6 and 4/6 are the last good days, and it is 11/6.
    assert days == {"tam_ky_school": 3, "hoi_an_hotel": 7, "qn_barracks": None, "da_nang_dormitory": 3}
    assert own.last_day == date(2021, 6, 4)


def test_the_bodies_to_send_for_are_the_tops_of_where_one_directs(world: World) -> None:
    def names(person: str) -> list[str]:
        found = {body.pk for body in bodies_directing(world.people[person], NOW)}
        return [name for name, node in world.nodes.items() if node.pk in found]

    assert names("qn_leader") == ["qn"]
    assert names("qn_inspector") == ["tam_ky", "hoi_an"]
    assert names("qn_health_inspector") == ["qn_health"]
    assert names("tam_ky_officer") == []


NODES = ("national", "qn", "dn", "tam_ky", "hoi_an", "qn_command", "qn_health", "dn_health", "tam_ky_school")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=st.lists(st.tuples(st.sampled_from(Role), st.sampled_from(NODES)), min_size=1, max_size=3),
    body=st.sampled_from(NODES),
    chosen=st.sets(st.sampled_from(ALL)),
)
def test_no_round_goes_beyond_the_senders_reach(
    world: World, roles: list[tuple[Role, str]], body: str, chosen: set[str]
) -> None:
    with transaction.atomic():
        person = add_person(world, "drawn", None)
        for role, node in roles:
            grant_role(user=person, role=role, organisation=world.nodes[node], actor=None, now=NOW)
        reach = set(Facility.objects.visible_to(person, Permission.DIRECT, NOW).values_list("code", flat=True))
        try:
            sent(world, *chosen, actor="drawn", body=body)
        except ValidationError:
            assert not Reminder.objects.exists()
        else:
            assert reminded(world) <= reach & chosen
            assert Organisation.objects.visible_to(person, Permission.DIRECT, NOW).filter(pk=world.nodes[body].pk)
        transaction.set_rollback(True)
    del world.people["drawn"]


def test_one_round_takes_as_many_queries_for_three_as_for_one(world: World) -> None:
    with CaptureQueriesContext(connection) as one:
        sent(world, "tam_ky_school")
    with CaptureQueriesContext(connection) as three:
        sent(world, *ALL)
    assert len(one) == len(three)


def test_whoever_reports_or_keeps_watch_marks_them_as_seen_once(world: World) -> None:
    sent(world, *ALL)
    school = world.facilities["tam_ky_school"]
    reminder = Reminder.objects.get(facility=school)
    other = Reminder.objects.get(facility=world.facilities["hoi_an_hotel"])
    watcher = add_person(world, "watcher", Role.WATCH_OFFICER, "tam_ky_school")
    both = [reminder.pk, other.pk]
    assert mark_seen(facility=school, reminders=both, actor=watcher, now=NOW) == 1
    assert mark_seen(facility=school, reminders=both, actor=world.people["tam_ky_officer"], now=NOW) == 0
    reminder.refresh_from_db()
    other.refresh_from_db()
    assert (reminder.seen_by, reminder.seen_at, other.seen_at) == (watcher, NOW, None)
    entry = Record.objects.get(action=RecordedAction.REMINDER_SEEN)
    assert (entry.person_id, entry.organisation_id, entry.detail["count"]) == (watcher.pk, school.organisation_id, 1)


@pytest.mark.parametrize("person", ["qn_leader", "qn_inspector", "hoi_an_officer", "qn_operator"])
def test_others_do_not_see_them_for_the_facility(world: World, person: str) -> None:
    sent(world, *ALL)
    reminder = Reminder.objects.get(facility=world.facilities["tam_ky_school"])
    with pytest.raises(ValidationError):
        mark_seen(
            facility=world.facilities["tam_ky_school"],
            reminders=[reminder.pk],
            actor=world.people[person],
            now=NOW,
        )
    reminder.refresh_from_db()
    assert reminder.seen_at is None


def test_no_reminder_is_ever_removed(world: World) -> None:
    sent(world, *ALL)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Reminder.objects.all().delete()


def test_the_mails_are_asked_for_when_the_round_is_committed(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with mock.patch("facilities.domain.reminding.current_app.send_task") as asked:
        with django_capture_on_commit_callbacks(execute=True):
            found = sent(world, *ALL)
            asked.assert_not_called()
        asked.assert_called_once_with("facilities.tasks.mail_reminders", args=[found.reminding.pk])


def contact(world: World, name: str) -> None:
    Contact.objects.create(
        facility=world.facilities[name],
        full_name="Trần Thị Lan",
        title="Trưởng cơ sở",
        phone="0905123456",
        email=f"{name}@qn.vn",
    )


def test_each_contact_gets_one_mail_and_a_failure_stops_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    contact(world, "tam_ky_school")
    contact(world, "qn_barracks")
    found = sent(world, *ALL, text="Đề nghị báo cáo <ngay> & đủ.")
    assert mail_round(found.reminding.pk) == 2
    assert sorted(each.to[0] for each in mail.outbox) == ["qn_barracks@qn.vn", "tam_ky_school@qn.vn"]
    assert all("báo cáo <ngay> & đủ." in each.body for each in mail.outbox)
    real = mail.EmailMessage.send

    def refused(message: mail.EmailMessage) -> int:
        if message.to == ["tam_ky_school@qn.vn"]:
            raise OSError("no route")
        return real(message)

    with mock.patch("facilities.domain.reminder_mails.EmailMessage.send", refused):
        assert mail_round(found.reminding.pk) == 1
    assert "did not go" in caplog.text

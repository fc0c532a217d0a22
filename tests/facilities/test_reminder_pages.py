"""Pages of reminders and their rules."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilities.domain.reminders_told import lines, rounds, unseen_reminders
from facilities.domain.reminding import remind
from facilities.enums import ReportKind, Role, Sink, SinkSays, Stage
from facilities.models import Reminder, ReminderRule, Reminding, SinkReport
from tests.facilities.page import text
from tests.facilities.rollout_world import add_deadline, add_neighbour, add_report
from tests.world import NOW, World, add_person

Login = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("english")


def ids(world: World, *names: str) -> list[int]:
    return [world.facilities[name].pk for name in names]


def a_round(world: World, *names: str, words: str = "Báo cáo ngay.") -> Reminding:
    sent = remind(
        facilities=ids(world, *names),
        body=world.nodes["qn"],
        text=words,
        actor=world.people["qn_leader"],
        now=NOW,
    )
    return sent.reminding


def test_a_first_step_shows_whom_and_how_late_and_sends_nothing(world: World, login: Login) -> None:
    today = timezone.localdate()
    add_deadline(world, day=today - timedelta(days=4))
    add_report(world.facilities["qn_barracks"], ReportKind.PAUSED)
    chosen = ids(world, "tam_ky_school", "qn_barracks", "da_nang_dormitory")
    sent: dict[str, Any] = {"facility": chosen, "chosen_by": "sector=civil"}
    leader = login("qn_leader")
    for answer in (leader.get(reverse("reminder_new"), sent), leader.post(reverse("reminder_new"), sent)):
        page = answer.content.decode()
        assert "Remind 1 facility" in page
        assert "5 days late" in page
        assert "Cơ sở qn_barracks: Paused" in page
        assert "da_nang_dormitory" not in page
        assert "4403/CV-BCĐ" in page
        assert "Sector: Civil" in page
    assert not Reminding.objects.exists()


def test_a_table_that_sends_ids_alone_is_known_by_its_address(world: World, login: Login) -> None:
    form = {"facility": ids(world, "tam_ky_school")}
    for host, shown in (("testserver", True), ("elsewhere.example", False)):
        answer = login("qn_leader").post(
            reverse("reminder_new"), form, headers={"Referer": f"http://{host}/compliance/facilities/?sector=civil"}
        )
        assert ("Sector: Civil" in answer.content.decode()) == shown


def test_confirmed_it_is_sent_and_leads_to_the_round(world: World, login: Login) -> None:
    chosen = ",".join(map(str, ids(world, "tam_ky_school", "hoi_an_hotel", "da_nang_dormitory")))
    form = {
        "facility": chosen,
        "organisation": world.nodes["qn"].pk,
        "text": "Đề nghị báo cáo.",
        "chosen_by": "sector=civil",
        "confirmed": "1",
    }
    answer = login("qn_leader").post(reverse("reminder_new"), form, follow=True)
    found = Reminding.objects.get()
    assert answer.redirect_chain == [(reverse("reminding", args=[found.pk]), 302)]
    assert "2 facilities were reminded." in answer.content.decode()
    assert (found.text, found.chosen_by, found.sent_by) == (
        "Đề nghị báo cáo.",
        "sector=civil",
        world.people["qn_leader"],
    )
    assert found.reminders.count() == 2


@pytest.mark.parametrize("change", [{"text": " "}, {"organisation": "7"}])
def test_what_was_typed_stays_when_it_is_refused(world: World, login: Login, change: dict[str, str]) -> None:
    form = {
        "facility": ids(world, "tam_ky_school"),
        "organisation": world.nodes["tam_ky"].pk,
        "text": "Những lời đã gõ",
        "confirmed": "1",
    } | change
    answer = login("qn_inspector").post(reverse("reminder_new"), form)
    assert answer.status_code == 200
    assert "Nothing was saved yet." in answer.content.decode()
    if "text" not in change:
        assert "Những lời đã gõ" in answer.content.decode()
    assert not Reminding.objects.exists()


def test_three_thousand_rows_are_taken_and_more_refused(world: World, login: Login) -> None:
    chosen = [*ids(world, "tam_ky_school"), *range(1, 3000)]
    leader = login("qn_leader")
    assert "Remind 1 facility" in leader.post(reverse("reminder_new"), {"facility": chosen}).content.decode()
    answer = leader.post(reverse("reminder_new"), {"facility": [*chosen, 3001]})
    assert answer.status_code == 400
    assert "At most 3,000 facilities are reminded at once." in answer.content.decode()


def test_the_page_takes_as_many_queries_for_three_as_for_one(world: World, login: Login) -> None:
    client, counts = login("qn_leader"), []
    for names in (["tam_ky_school"], ["tam_ky_school", "hoi_an_hotel", "qn_barracks"]):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reminder_new"), {"facility": ids(world, *names)})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_followed_is_the_facilitys_first_own_word_after_it(world: World) -> None:
    """Not what came before, not what the sink says, not another facility's report."""
    school, hotel = world.facilities["tam_ky_school"], world.facilities["hoi_an_hotel"]
    add_report(school, Stage.SURVEYED, at=NOW)
    found = a_round(world, "tam_ky_school", "hoi_an_hotel", "qn_barracks")
    said = {"sink": Sink.IOC, "on": date(2021, 6, 11), "facility": hotel}
    SinkReport.objects.create(says=SinkSays.DENIED, recorded_at=NOW + timedelta(hours=1), **said)
    SinkReport.objects.create(says=SinkSays.CLAIMED, recorded_at=NOW + timedelta(hours=5), **said)
    add_report(school, Stage.ESTIMATED, at=NOW + timedelta(days=2))
    add_report(school, Stage.APPROVED, at=NOW + timedelta(days=3))
    told = {line.facility.code: line.followed for line in lines(found, world.people["qn_leader"])}
    assert told["qn_barracks"] is None
    assert told["tam_ky_school"] is not None
    assert told["hoi_an_hotel"] is not None
    assert (told["tam_ky_school"].what, told["tam_ky_school"].delay) == ("Cost estimated", timedelta(days=2))
    assert told["hoi_an_hotel"].delay == timedelta(hours=5)
    (line,) = rounds(world.people["qn_leader"])
    assert (line.count, line.seen, line.followed) == (3, 0, 2)


def test_a_round_is_read_by_who_has_seen_it_and_what_followed(world: World, login: Login) -> None:
    found = a_round(world, "tam_ky_school", "hoi_an_hotel")
    Reminder.objects.filter(facility=world.facilities["tam_ky_school"]).update(
        seen_at=NOW, seen_by=world.people["tam_ky_officer"]
    )
    add_report(world.facilities["hoi_an_hotel"], Stage.SURVEYED, at=NOW + timedelta(days=2))
    leader = login("qn_leader")
    page = text(leader, "reminding", found.pk)
    assert "Người tam_ky_officer" in page
    assert "2 days" in page
    for state, shown, hidden in (
        ("unseen", "hoi_an_hotel", "tam_ky_school"),
        ("silent", "tam_ky_school", "hoi_an_hotel"),
    ):
        page = text(leader, "reminding", found.pk, state=state)
        assert f"Cơ sở {shown}" in page
        assert f"Cơ sở {hidden}" not in page


def test_the_list_narrows_by_words_and_way(world: World, login: Login) -> None:
    a_round(world, "tam_ky_school", words="Khẩn trương kết nối")
    leader = login("qn_leader")
    assert "Khẩn trương" in text(leader, "remindings")
    assert "Khẩn trương" in text(leader, "remindings", q="khan truong", sent="hand")
    assert "Khẩn trương" not in text(leader, "remindings", q="hội")
    assert "Khẩn trương" not in text(leader, "remindings", sent="rule")
    assert "Khẩn trương" not in text(login("dn_leader"), "remindings")


def test_the_list_takes_as_many_queries_for_three_rounds_as_for_one(world: World, login: Login) -> None:
    leader, counts = login("qn_leader"), []
    for _ in range(2):
        a_round(world, "tam_ky_school", "hoi_an_hotel")
        with CaptureQueriesContext(connection) as queries:
            leader.get(reverse("remindings"))
        counts.append(len(queries))
        a_round(world, "qn_barracks")
    assert counts[0] == counts[1]


def test_the_facility_reads_the_unseen_first_and_marks_them(world: World, login: Login) -> None:
    a_round(world, "tam_ky_school", words="Lời cũ")
    school, officer = world.facilities["tam_ky_school"], login("tam_ky_officer")
    first = Reminder.objects.get()
    assert "Lời cũ" in text(officer, "reminders_of_facility", school.pk)
    officer.post(reverse("reminders_of_facility", args=[school.pk]), {"reminder": first.pk})
    first.refresh_from_db()
    assert first.seen_by == world.people["tam_ky_officer"]
    a_round(world, "tam_ky_school", words="Lời mới")
    page = text(officer, "reminders_of_facility", school.pk)
    assert page.index("Lời mới") < page.index("Lời cũ")
    assert "by Người tam_ky_officer" in page


def test_an_overseer_reads_them_and_marks_nothing(world: World, login: Login) -> None:
    a_round(world, "tam_ky_school")
    school, leader = world.facilities["tam_ky_school"], login("qn_leader")
    page = text(leader, "reminders_of_facility", school.pk)
    assert "Báo cáo ngay." in page
    assert 'name="reminder"' not in page
    answer = leader.post(reverse("reminders_of_facility", args=[school.pk]), {"reminder": Reminder.objects.get().pk})
    assert answer.status_code == 404


def test_the_facilitys_first_page_shows_what_is_unseen_until_it_is_seen(world: World, login: Login) -> None:
    a_round(world, "tam_ky_school", words="Báo cáo <ngay>")
    school, officer = world.facilities["tam_ky_school"], login("tam_ky_officer")
    page = text(officer, "facility", school.pk)
    assert page.index("Báo cáo &lt;ngay&gt;") < page.index("rollout-line")
    form = {"reminder": Reminder.objects.get().pk, "home": "1"}
    answer = officer.post(reverse("reminders_of_facility", args=[school.pk]), form)
    assert answer.url == reverse("facility", args=[school.pk])  # type: ignore[attr-defined] # of a redirect
    assert "&lt;ngay&gt;" not in text(officer, "facility", school.pk)


def test_the_home_page_can_show_what_is_unseen(world: World) -> None:
    add_person(world, "watcher", Role.WATCH_OFFICER, "tam_ky_school")
    a_round(world, "tam_ky_school", "hoi_an_hotel")
    school = world.facilities["tam_ky_school"]
    for person, count in (("tam_ky_officer", 1), ("watcher", 1), ("qn_leader", 0)):
        assert len(unseen_reminders(school, world.people[person], NOW)["unseen_reminders"]) == count
    Reminder.objects.update(seen_at=NOW)
    assert unseen_reminders(school, world.people["watcher"], NOW)["unseen_reminders"] == []


def test_a_rule_is_set_switched_off_and_on(world: World, login: Login) -> None:
    deadline, leader = add_deadline(world, day=timezone.localdate() + timedelta(days=20)), login("qn_leader")
    form = {"organisation": world.nodes["qn"].pk, "when": "before", "days": 3, "text": ""}
    address = reverse("deadline_reminders", args=[deadline.pk])
    assert leader.post(address, form).status_code == 302
    rule = ReminderRule.objects.get()
    assert (rule.days, rule.active, rule.organisation) == (-3, True, world.nodes["qn"])
    assert "4403/CV-BCĐ" in rule.text
    assert "waits for its day" in text(leader, "reminder_rules")
    switch = reverse("reminder_rule_switch", args=[rule.pk])
    leader.post(switch)
    assert "switched off" in text(leader, "reminder_rules")
    leader.post(switch, {"active": "1"})
    rule.refresh_from_db()
    assert rule.active
    assert "The body has a rule for this day already." in leader.post(address, form).content.decode()
    far = leader.post(address, form | {"days": 60}).content.decode()
    assert "is over." in far
    assert ReminderRule.objects.count() == 1


def test_a_rule_of_a_superseded_deadline_stands_apart(world: World, login: Login) -> None:
    old, leader = add_deadline(world, day=timezone.localdate() + timedelta(days=20)), login("qn_leader")
    ReminderRule.objects.create(deadline=old, organisation=world.nodes["qn"], days=0, text="Cũ", set_at=NOW)
    add_deadline(world, day=timezone.localdate() + timedelta(days=40), supersedes=old)
    page = text(leader, "reminder_rules")
    assert page.index("superseded") < page.index("Cũ")
    assert leader.get(reverse("deadline_reminders", args=[old.pk])).status_code == 404


def test_the_page_of_rules_takes_as_many_queries_for_three_as_for_one(world: World, login: Login) -> None:
    leader, counts = login("qn_leader"), []
    for days in (0, 1, 2):
        deadline = add_deadline(world)
        ReminderRule.objects.create(deadline=deadline, organisation=world.nodes["qn"], days=days, text="x", set_at=NOW)
        add_neighbour(world, f"more_{days}")
        with CaptureQueriesContext(connection) as queries:
            leader.get(reverse("reminder_rules"))
        counts.append(len(queries))
    assert counts[0] == counts[2]

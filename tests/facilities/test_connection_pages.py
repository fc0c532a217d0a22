"""Pages of contacts and of connections to sinks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilities.enums import ReportKind, Sink, SinkSays
from facilities.models import Contact, SinkReport
from tests.facilities.page import text
from tests.facilities.rollout_world import add_report
from tests.world import World

Login = Callable[[str], Client]
pytestmark = pytest.mark.usefixtures("english")


def claim(world: World, name: str, sink: Sink = Sink.CENTRAL, *, days_ago: int = 0) -> SinkReport:
    at = timezone.now() - timedelta(days=days_ago)
    on = timezone.localdate(at)
    return SinkReport.objects.create(
        facility=world.facilities[name], sink=sink, says=SinkSays.CLAIMED, on=on, recorded_at=at
    )


def posted(client: Client, name: str, *args: int, **form: Any) -> str:
    return client.post(reverse(name, args=args), form, follow=True).content.decode()


def test_the_officer_enters_the_contact_and_others_read_it(world: World, login: Login) -> None:
    school, officer = world.facilities["tam_ky_school"], login("tam_ky_officer")
    form = {"full_name": "Trần Thị Lan", "title": "Trưởng cơ sở", "phone": "+84 905 123 456", "email": "lan@qn.vn"}
    wrong = posted(officer, "contact_edit", school.pk, **form | {"phone": "113"})
    assert "Enter a phone number of Viet Nam" in wrong
    assert "Trần Thị Lan" in wrong
    assert not Contact.objects.exists()
    assert "The contact is saved." in posted(officer, "contact_edit", school.pk, **form)
    page = text(login("qn_leader"), "contact_edit", school.pk)
    assert 'href="tel:0905123456"' in page
    assert "<input" not in page.partition('id="content"')[2]
    assert login("qn_leader").post(reverse("contact_edit", args=[school.pk]), form).status_code == 404


def test_a_claim_stands_beside_its_answer(world: World, login: Login) -> None:
    school, today = world.facilities["tam_ky_school"], timezone.localdate()
    officer, operator = login("tam_ky_officer"), login("qn_operator")
    form = {"sink": "central", "says": "claimed", "on": today.isoformat(), "note": ""}
    assert "The connection is reported." in posted(officer, "connections_of_facility", school.pk, **form)
    assert "waits for the system" in text(officer, "connections_of_facility", school.pk)
    denied = {"sink": "central", "says": "denied", "on": today.isoformat(), "note": "Không có luồng"}
    assert "The answer is saved" in posted(operator, "connection_answer", school.pk, **denied)
    page = text(officer, "connections_of_facility", school.pk)
    assert f"denied on {today:%d/%m/%Y}" in page
    assert f"since {today:%d/%m/%Y}" in page
    assert "Không có luồng" in page


def test_what_is_refused_stands_at_its_field_and_what_was_typed_stays(world: World, login: Login) -> None:
    school, today = world.facilities["tam_ky_school"], timezone.localdate()
    add_report(school, ReportKind.CLOSED)
    page = posted(
        login("tam_ky_officer"),
        "connections_of_facility",
        school.pk,
        sink="ioc",
        says="claimed",
        on=today.isoformat(),
        note="Đã gõ",
    )
    assert "This facility was reported closed" in page
    assert "Đã gõ" in page
    assert not SinkReport.objects.exists()


def test_the_operator_sees_what_waits_and_confirms_several(world: World, login: Login) -> None:
    claim(world, "tam_ky_school", days_ago=4)
    claim(world, "hoi_an_hotel", Sink.IOC)
    claim(world, "da_nang_dormitory")
    school, hotel, dormitory = (
        world.facilities[name].pk for name in ("tam_ky_school", "hoi_an_hotel", "da_nang_dormitory")
    )
    operator = login("qn_operator")
    page = text(operator, "connections")
    assert page.index("tam_ky_school") < page.index("hoi_an_hotel")
    assert "da_nang_dormitory" not in page
    for query, shown in (
        ({"sink": "ioc"}, {"hoi_an_hotel"}),
        ({"age": "3"}, {"tam_ky_school"}),
        ({"q": "hue"}, set()),
        ({"q": "hoi_an"}, {"hoi_an_hotel"}),
        ({"province": str(world.facilities["hoi_an_hotel"].province_id)}, {"tam_ky_school", "hoi_an_hotel"}),
    ):
        page = text(operator, "connections", **query)
        assert {name for name in world.facilities if f"Cơ sở {name}" in page} == shown
    chosen = [f"{school}:central", f"{hotel}:ioc", f"{dormitory}:central", "x:central", f"{school}:moon"]
    assert "2 connections are confirmed." in posted(operator, "connections", claim=chosen)
    assert "No claim waits for an answer." in text(operator, "connections")
    assert SinkReport.objects.filter(says=SinkSays.CONFIRMED).count() == 2
    assert not SinkReport.objects.filter(facility=dormitory, says=SinkSays.CONFIRMED).exists()


def test_who_chooses_nothing_is_told_so(world: World, login: Login) -> None:
    claim(world, "tam_ky_school")
    answer = login("qn_operator").post(reverse("connections"))
    assert answer.status_code == 400
    assert "Choose at least one claim" in answer.content.decode()


def test_the_pages_take_as_many_queries_for_three_as_for_one(world: World, login: Login) -> None:
    operator, counts = login("qn_operator"), []
    school = world.facilities["tam_ky_school"].pk
    for name, sink in (("tam_ky_school", Sink.CENTRAL), ("hoi_an_hotel", Sink.IOC), ("qn_barracks", Sink.HEALTH)):
        claim(world, name, sink)
        claim(world, "tam_ky_school", sink)
        with CaptureQueriesContext(connection) as queries:
            operator.get(reverse("connections"))
            operator.get(reverse("connections_of_facility", args=[school]))
        counts.append(len(queries))
    assert counts[0] == counts[2]

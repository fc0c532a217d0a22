"""Connections to sinks: what the facility claims, and what the sink answers."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from facilities.domain.connections import answer_claim, confirm_all, report_connection, waiting
from facilities.domain.lateness import sink_reports
from facilities.domain.rollout_standing import SinkFact, connections
from facilities.enums import RecordedAction, ReportKind, Sink, SinkSays, Stage
from facilities.models import Facility, Organisation, Record, SinkReport
from tests.facilities.rollout_world import add_report
from tests.world import NOW, World

TODAY = date(2021, 6, 11)
CENTRAL, HEALTH, IOC = Sink.CENTRAL, Sink.HEALTH, Sink.IOC


def said(
    world: World,
    says: SinkSays = SinkSays.CLAIMED,
    *,
    name: str = "tam_ky_school",
    sink: Sink = CENTRAL,
    on: date = TODAY,
    days_ago: int = 0,
) -> SinkReport:
    now = NOW - timedelta(days=days_ago)
    return report_connection(
        facility=world.facilities[name], sink=sink, says=says, on=on, actor=world.people["tam_ky_officer"], now=now
    )


def answered(
    world: World, says: SinkSays, *, note: str = "", actor: str = "qn_operator", on: date = TODAY
) -> SinkReport:
    return answer_claim(
        facility=world.facilities["tam_ky_school"],
        sink=CENTRAL,
        says=says,
        on=on,
        note=note,
        actor=world.people[actor],
        now=NOW,
    )


def fact(facility: Facility, sink: Sink = CENTRAL) -> SinkFact:
    return connections(sink_reports([facility.pk])[facility.pk])[sink]


def test_claimed_denied_claimed_again_confirmed_and_lost(world: World) -> None:
    school = world.facilities["tam_ky_school"]
    said(world, on=date(2021, 6, 9))
    assert fact(school) == SinkFact(CENTRAL, claimed_on=date(2021, 6, 9))
    answered(world, SinkSays.DENIED, note="Không có luồng nào")
    assert fact(school) == SinkFact(CENTRAL, claimed_on=date(2021, 6, 9), denied_on=TODAY)
    said(world)
    answered(world, SinkSays.CONFIRMED)
    assert fact(school) == SinkFact(CENTRAL, claimed_on=date(2021, 6, 9), confirmed_on=TODAY)
    said(world, SinkSays.LOST)
    assert fact(school) == SinkFact(CENTRAL)
    assert fact(school, HEALTH) == SinkFact(HEALTH)
    entries = Record.objects.filter(action=RecordedAction.CONNECTION_REPORTED).order_by("pk")
    assert [entry.detail["says"] for entry in entries] == ["claimed", "denied", "claimed", "confirmed", "lost"]
    assert {entry.organisation_id for entry in entries} == {school.organisation_id}


@pytest.mark.parametrize(
    ("says", "on", "field"),
    [
        (SinkSays.CLAIMED, date(2021, 6, 12), "on"),
        (SinkSays.CLAIMED, date(2021, 6, 2), "on"),
        (SinkSays.LOST, TODAY, "sink"),
    ],
)
def test_what_cannot_be_claimed_is_refused_at_its_field(world: World, says: SinkSays, on: date, field: str) -> None:
    add_report(world.facilities["tam_ky_school"], Stage.INSTALLING, on=date(2021, 6, 3))
    with pytest.raises(ValidationError) as refused:
        said(world, says, on=on)
    assert set(refused.value.message_dict) == {field}
    assert not SinkReport.objects.exists()


def test_what_is_claimed_is_not_claimed_again_nor_lost_before(world: World) -> None:
    said(world, on=date(2021, 6, 9))
    for says, on, field in ((SinkSays.CLAIMED, TODAY, "sink"), (SinkSays.LOST, date(2021, 6, 8), "on")):
        with pytest.raises(ValidationError) as refused:
            said(world, says, on=on)
        assert set(refused.value.message_dict) == {field}


def test_a_closed_facility_claims_nothing_and_is_answered_nothing(world: World) -> None:
    said(world)
    add_report(world.facilities["tam_ky_school"], ReportKind.CLOSED)
    Organisation.objects.filter(pk=world.nodes["hoi_an_hotel"].pk).update(valid_to=date(2021, 6, 1))
    with pytest.raises(ValidationError) as refused:
        said(world, sink=IOC)
    assert set(refused.value.message_dict) == {"sink"}
    with pytest.raises(ValidationError) as refused:
        said(world, name="hoi_an_hotel")
    assert "01/06/2021" in refused.value.message_dict["sink"][0]
    with pytest.raises(ValidationError) as refused:
        answered(world, SinkSays.CONFIRMED)
    assert set(refused.value.message_dict) == {"sink"}
    assert waiting(world.people["qn_operator"], NOW) == []
    assert (
        confirm_all([(world.facilities["tam_ky_school"].pk, CENTRAL)], actor=world.people["qn_operator"], now=NOW) == 0
    )


@pytest.mark.parametrize(
    ("says", "note", "actor", "on", "field"),
    [
        (SinkSays.DENIED, " ", "qn_operator", TODAY, "note"),
        (SinkSays.DENIED, "a" * 501, "qn_operator", TODAY, "note"),
        (SinkSays.CONFIRMED, "", "qn_operator", date(2021, 6, 12), "on"),
        (SinkSays.CONFIRMED, "", "qn_operator", date(2021, 6, 8), "on"),
        (SinkSays.CONFIRMED, "", "qn_leader", TODAY, "sink"),
        (SinkSays.CONFIRMED, "", "tam_ky_officer", TODAY, "sink"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_field(
    world: World, says: SinkSays, note: str, actor: str, on: date, field: str
) -> None:
    said(world, on=date(2021, 6, 9))
    with pytest.raises(ValidationError) as refused:
        answered(world, says, note=note, actor=actor, on=on)
    assert set(refused.value.message_dict) == {field}
    assert SinkReport.objects.count() == 1


def test_nothing_is_confirmed_that_nobody_claims(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        answered(world, SinkSays.CONFIRMED)
    assert set(refused.value.message_dict) == {"sink"}
    said(world)
    answered(world, SinkSays.CONFIRMED)
    with pytest.raises(ValidationError):
        answered(world, SinkSays.CONFIRMED)


def test_what_waits_is_within_reach_unanswered_and_the_oldest_first(world: World) -> None:
    said(world, days_ago=1, on=date(2021, 6, 10))
    said(world, sink=IOC, days_ago=3, on=date(2021, 6, 8))
    said(world, name="hoi_an_hotel", days_ago=2, on=date(2021, 6, 8))
    said(world, name="da_nang_dormitory")
    found = waiting(world.people["qn_operator"], NOW)
    assert [(each.facility.code, each.sink, each.days) for each in found] == [
        ("tam_ky_school", IOC, 3),
        ("hoi_an_hotel", CENTRAL, 2),
        ("tam_ky_school", CENTRAL, 1),
    ]
    assert waiting(world.people["qn_leader"], NOW) == []


def test_several_are_confirmed_at_once_within_reach_alone(world: World) -> None:
    said(world)
    said(world, sink=IOC)
    said(world, name="da_nang_dormitory")
    school, dormitory = world.facilities["tam_ky_school"], world.facilities["da_nang_dormitory"]
    chosen = [(school.pk, CENTRAL), (school.pk, CENTRAL), (school.pk, HEALTH), (dormitory.pk, CENTRAL)]
    assert confirm_all(chosen, actor=world.people["qn_operator"], now=NOW) == 1
    assert (fact(school).confirmed_on, fact(school, IOC).confirmed_on) == (TODAY, None)
    assert fact(dormitory).confirmed_on is None
    assert confirm_all(chosen, actor=world.people["qn_operator"], now=NOW) == 0


def test_what_waits_takes_as_many_queries_for_three_as_for_one(world: World) -> None:
    said(world)
    with CaptureQueriesContext(connection) as one:
        waiting(world.people["qn_operator"], NOW)
    said(world, name="hoi_an_hotel")
    said(world, name="qn_barracks", sink=HEALTH)
    with CaptureQueriesContext(connection) as three:
        waiting(world.people["qn_operator"], NOW)
    assert len(one) == len(three) == 3

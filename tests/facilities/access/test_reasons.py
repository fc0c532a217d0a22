"""Why somebody reaches a place: the lines that the pages on access show."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from facilities.access.grants import grant_role
from facilities.access.reasons import what_is_reached, who_reaches
from facilities.access.roles import BUNDLES
from facilities.enums import MandateFunction, Permission, Role, Sector
from facilities.models import Mandate
from tests.world import NOW, World

FIGURES, PICTURES, INSPECT = Permission.VIEW_FIGURES, Permission.VIEW_PICTURES, Permission.INSPECT


def lines_of(world: World, node: str) -> dict[tuple[str, Role], str]:
    """By person and role: the name of the body through which they reach the node."""
    return {
        (reason.person.username, Role(reason.grant.role)): reason.via.name
        for reason in who_reaches(world.nodes[node], timezone.now())
    }


def test_everyone_who_reaches_a_facility_stands_there_with_the_grant_or_mandate_behind_it(world: World) -> None:
    province, health = world.nodes["qn"].name, world.nodes["qn_health"].name
    assert lines_of(world, "tam_ky_school") == {
        ("national_leader", Role.LEADER): world.nodes["national"].name,
        ("qn_leader", Role.LEADER): province,
        ("qn_analyst", Role.ANALYST): province,
        ("qn_operator", Role.OPERATOR): province,
        ("qn_administrator", Role.ADMINISTRATOR): province,
        ("qn_chief", Role.CHIEF_ADMINISTRATOR): province,
        ("qn_inspector", Role.INSPECTOR): world.nodes["tam_ky"].name,
        ("tam_ky_officer", Role.FACILITY_OFFICER): world.nodes["tam_ky_school"].name,
        ("contractor", Role.CONTRACTOR): world.nodes["tam_ky_school"].name,
        ("qn_health_inspector", Role.INSPECTOR): health,
    }


def test_a_mandate_is_named_with_what_it_carries(world: World) -> None:
    person = world.people["nobody"]
    grant_role(user=person, role=Role.CHIEF_ADMINISTRATOR, organisation=world.nodes["qn_health"], actor=None, now=NOW)
    (line,) = [line for line in who_reaches(world.nodes["tam_ky_school"], timezone.now()) if line.person == person]
    assert line.mandate == Mandate.objects.get(organisation=world.nodes["qn_health"])
    assert line.grant.role == Role.CHIEF_ADMINISTRATOR
    assert line.permissions == {FIGURES, PICTURES, INSPECT, Permission.DIRECT}


def test_a_mandate_over_a_district_names_its_holder_for_the_facilities_there_alone(world: World) -> None:
    Mandate.objects.filter(organisation=world.nodes["qn_health"]).update(area=world.nodes["tam_ky"].area)
    assert ("qn_health_inspector", Role.INSPECTOR) in lines_of(world, "tam_ky_school")
    assert ("qn_health_inspector", Role.INSPECTOR) not in lines_of(world, "hoi_an_hotel")


def test_a_body_is_reached_down_the_tree_alone(world: World) -> None:
    assert {person for person, _ in lines_of(world, "qn_health")} == {
        "national_leader",
        "qn_leader",
        "qn_analyst",
        "qn_operator",
        "qn_administrator",
        "qn_chief",
        "qn_health_inspector",
    }


def test_a_mandate_that_has_ended_gives_no_line(world: World) -> None:
    Mandate.objects.filter(organisation=world.nodes["qn_health"]).update(valid_to=NOW.date())
    assert ("qn_health_inspector", Role.INSPECTOR) not in lines_of(world, "tam_ky_school")


def test_what_a_person_reaches_counts_the_facilities_of_each_line(world: World) -> None:
    person = world.people["qn_health_inspector"]
    grant_role(user=person, role=Role.ANALYST, organisation=world.nodes["qn"], actor=None, now=NOW)
    lines = [
        (line.node, line.grant.role, line.mandate is not None, line.permissions, line.facilities)
        for line in what_is_reached(person, timezone.now())
    ]
    assert lines == [
        # The department lies below the province too, but its mandate adds nothing to what that reaches.
        (world.nodes["qn"], Role.ANALYST, False, BUNDLES[Role.ANALYST], 3),
        (world.nodes["qn_health"], Role.INSPECTOR, False, BUNDLES[Role.INSPECTOR], 0),
        (world.nodes["qn_health"], Role.INSPECTOR, True, {FIGURES, PICTURES, INSPECT, Permission.DIRECT}, 2),
    ]


@pytest.mark.parametrize("person", ["nobody", "disabled", "expired"])
def test_who_reaches_nothing_has_no_line(world: World, person: str) -> None:
    assert what_is_reached(world.people[person], timezone.now()) == []
    assert not [line for line in who_reaches(world.nodes["qn"], timezone.now()) if line.person.username == person]


def test_a_node_that_is_gone_is_reached_by_nobody(world: World) -> None:
    node = world.nodes["dn_command"]
    node.refresh_from_db()
    pk = node.pk
    node.delete()
    node.pk = pk
    assert who_reaches(node, timezone.now()) == []


def test_a_line_ends_with_its_grant(world: World) -> None:
    contractor, now = world.people["contractor"], timezone.now()
    assert [line.facilities for line in what_is_reached(contractor, now)] == [1]
    assert what_is_reached(contractor, now + timedelta(days=31)) == []


@pytest.mark.parametrize(("more", "expected"), [(0, 2), (3, 9)])
def test_three_queries_whatever_the_number_of_grants_and_mandates(world: World, more: int, expected: int) -> None:
    person = world.people["qn_health_inspector"]
    for name, function in zip(["qn_command", "tam_ky", "dn_health"][:more], MandateFunction, strict=False):
        node = world.nodes[name]
        grant_role(user=person, role=Role.INSPECTOR, organisation=node, actor=None, now=NOW)
        Mandate.objects.create(
            organisation=node, function=function, area=None, sectors=[Sector.CIVIL], valid_from=NOW.date()
        )
    # Written out, the lines ask for all that a page shows of them.
    with CaptureQueriesContext(connection) as queries:
        lines = what_is_reached(person, timezone.now())
        assert repr(lines).count("Reach(") == expected
    assert len(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        assert "qn_health_inspector" in repr(who_reaches(world.nodes["tam_ky_school"], timezone.now()))
    assert len(queries) == 3

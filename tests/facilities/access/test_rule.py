"""The rule of access: who reaches which facility."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from facilities.access.grants import grant_role, revoke_role
from facilities.enums import MandateFunction, Permission, Role, Sector
from facilities.models import Facility, Mandate, User
from tests.world import NOW, World

ALL = {"tam_ky_school", "hoi_an_hotel", "qn_barracks", "da_nang_dormitory"}
REACH = {
    "national_leader": ALL,
    "qn_leader": ALL - {"da_nang_dormitory"},
    "dn_leader": {"da_nang_dormitory"},
    "qn_analyst": ALL - {"da_nang_dormitory"},
    "qn_inspector": {"tam_ky_school", "hoi_an_hotel"},
    "qn_army_leader": {"qn_barracks"},
    "tam_ky_officer": {"tam_ky_school"},
    "nobody": set(),
    "disabled": set(),
}


def codes(world: World, person: str, permission: Permission = Permission.VIEW_FIGURES) -> set[str]:
    rows = Facility.objects.visible_to(world.people[person], permission)
    return set(rows.values_list("code", flat=True))


@pytest.mark.parametrize(("person", "reach"), REACH.items())
def test_each_reaches_what_lies_below_their_grants(world: World, person: str, reach: set[str]) -> None:
    assert codes(world, person) == reach


def test_the_anonymous_reach_nothing(world: World) -> None:
    assert not Facility.objects.visible_to(AnonymousUser(), Permission.VIEW_FIGURES).exists()


def test_figures_do_not_bring_pictures(world: World) -> None:
    assert codes(world, "qn_analyst", Permission.VIEW_PICTURES) == set()


def test_a_superuser_flag_brings_nothing(world: World) -> None:
    nobody = world.people["nobody"]
    nobody.is_superuser = True
    nobody.save()
    assert codes(world, "nobody") == set()


def test_a_revoked_role_leaves_what_another_role_still_gives(world: World) -> None:
    person, node = world.people["nobody"], world.nodes["qn"]
    grant_role(user=person, role=Role.LEADER, organisation=node, actor=None, now=NOW)
    grant_role(user=person, role=Role.ANALYST, organisation=node, actor=None, now=NOW)
    revoke_role(user=person, role=Role.LEADER, organisation=node)
    assert codes(world, "nobody") == REACH["qn_analyst"]
    assert codes(world, "nobody", Permission.VIEW_PICTURES) == set()
    revoke_role(user=person, role=Role.ANALYST, organisation=node)
    assert codes(world, "nobody") == set()


def test_a_sibling_with_a_longer_path_is_not_below(world: World) -> None:
    """Paths are compared as ranges: 0001 must not reach 00010, nor its own siblings."""
    person = world.people["nobody"]
    grant_role(user=person, role=Role.LEADER, organisation=world.nodes["tam_ky"], actor=None, now=NOW)
    assert codes(world, "nobody") == {"tam_ky_school"}


def test_a_deleted_node_leaves_no_grant_behind(world: World) -> None:
    person = world.people["nobody"]
    node = world.nodes["dn_command"]
    grant_role(user=person, role=Role.LEADER, organisation=node, actor=None, now=NOW)
    node.refresh_from_db()
    node.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM facilities_organisationgrant WHERE user_id = %s", [person.pk])
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("grants", [1, 3])
def test_one_query_whatever_the_number_of_grants(world: World, grants: int) -> None:
    person = world.people["nobody"]
    for name in ["tam_ky", "hoi_an", "hai_chau"][:grants]:
        grant_role(user=person, role=Role.LEADER, organisation=world.nodes[name], actor=None, now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(codes(world, "nobody")) == grants
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "reached"),
    [
        (date(2021, 6, 12), None, True),
        (date(2021, 6, 12), date(2021, 6, 12), True),
        (date(2021, 6, 13), None, False),
        (date(2021, 6, 1), date(2021, 6, 11), False),
    ],
)
@pytest.mark.parametrize("now", [datetime(2021, 6, 11, 17, 0, tzinfo=UTC), datetime(2021, 6, 12, 16, 59, tzinfo=UTC)])
def test_a_mandate_holds_on_its_first_and_its_last_day_in_viet_nam(
    world: World, now: datetime, valid_from: date, valid_to: date | None, *, reached: bool
) -> None:
    """From the first minute to the last of 12 June there, which in Greenwich are of two days."""
    Mandate.objects.filter(organisation=world.nodes["qn_health"]).update(valid_from=valid_from, valid_to=valid_to)
    facilities = Facility.objects.visible_to(world.people["qn_health_inspector"], Permission.INSPECT, now)
    assert set(facilities.values_list("code", flat=True)) == ({"tam_ky_school", "hoi_an_hotel"} if reached else set())


@pytest.mark.parametrize(("granted", "led"), [("qn", True), ("tam_ky", True), ("tam_ky_school", False)])
def test_a_mandate_leads_on_whoever_reaches_its_holder(world: World, granted: str, *, led: bool) -> None:
    """From above the body that holds it and from that body itself, not from below; here into another province."""
    Mandate.objects.create(
        organisation=world.nodes["tam_ky"],
        function=MandateFunction.LEAD,
        area=world.nodes["dn"].area,
        sectors=[Sector.CIVIL],
        valid_from=NOW.date(),
    )
    grant_role(user=world.people["nobody"], role=Role.LEADER, organisation=world.nodes[granted], actor=None, now=NOW)
    assert ("da_nang_dormitory" in codes(world, "nobody")) is led


def test_a_grant_counts_until_the_moment_it_ends(world: World) -> None:
    person, node = world.people["nobody"], world.nodes["tam_ky"]
    end = NOW + timedelta(hours=1)
    grant_role(user=person, role=Role.LEADER, organisation=node, actor=None, now=NOW, expires_at=end)
    before = Facility.objects.visible_to(person, Permission.VIEW_PICTURES, end - timedelta(microseconds=1))
    assert [facility.code for facility in before] == ["tam_ky_school"]
    assert not Facility.objects.visible_to(person, Permission.VIEW_PICTURES, end).exists()


def test_what_was_taken_from_a_disabled_account_stays_taken_once_it_is_enabled(world: World) -> None:
    person, node = world.people["qn_leader"], world.nodes["qn"]
    User.objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()
    revoke_role(user=person, role=Role.LEADER, organisation=node)
    User.objects.filter(pk=person.pk).update(is_active=True)
    person.refresh_from_db()
    assert not Facility.objects.visible_to(person, Permission.VIEW_FIGURES).exists()

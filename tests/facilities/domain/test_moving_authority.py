"""Nobody opens what they do not hold by letting it stand below, or go over into, a body where people hold more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from facilities.access.grants import grant_role
from facilities.domain.moving_authority import lacking_to_move
from facilities.domain.tree import create_organisation
from facilities.enums import OrganisationKind, Permission, Role
from facilities.models import Facility, Organisation
from tests.world import NOW, World

Login = Callable[[str], Client]

# What a leader there would gain over what is moved below.
GAINED = [Permission.VIEW_PICTURES, Permission.DIRECT]


@pytest.fixture
def tourism(world: World, settings: Settings) -> Organisation:
    """A department where somebody who administers the province may see pictures as well."""
    settings.LANGUAGE_CODE = "en"
    made = create_organisation(
        parent=world.nodes["qn"], kind=OrganisationKind.DEPARTMENT, name="Sở Du lịch", area=None, actor=None
    )
    grant_role(user=world.people["qn_administrator"], role=Role.LEADER, organisation=made, actor=None, now=NOW)
    return made


def send(client: Client, route: str, pk: int, **form: Any) -> str:
    sent = {"on": str(timezone.localdate()), "confirmed": "1", **form}
    return str(client.post(reverse(route, args=[pk]), sent, follow=True).content.decode())


def pictures(world: World, person: str) -> list[str]:
    seen = Facility.objects.visible_to(world.people[person], Permission.VIEW_PICTURES)
    return sorted(seen.values_list("code", flat=True))


def test_who_administers_moves_nothing_below_a_body_where_they_see_more(
    world: World, tourism: Organisation, login: Login
) -> None:
    school = world.nodes["tam_ky_school"]
    refused = send(login("qn_administrator"), "organisation_move", school.pk, organisation=tourism.pk)
    assert "what you do not hold yourself: See camera pictures" in refused
    assert pictures(world, "qn_administrator") == []
    send(login("qn_chief"), "organisation_move", school.pk, organisation=tourism.pk)
    assert pictures(world, "qn_administrator") == ["tam_ky_school"]


def test_nor_merges_one_into_it(world: World, tourism: Organisation, login: Login) -> None:
    culture = create_organisation(
        parent=world.nodes["qn"], kind=OrganisationKind.DEPARTMENT, name="Sở Văn hóa", area=None, actor=None
    )
    send(login("qn_chief"), "organisation_move", world.nodes["tam_ky_school"].pk, organisation=culture.pk)
    refused = send(login("qn_administrator"), "organisation_merge", tourism.pk, merged=culture.pk)
    assert "what you do not hold yourself: See camera pictures" in refused
    assert pictures(world, "qn_administrator") == []


def test_bodies_that_oversee_others_are_moved_by_who_could_give_their_mandates(
    world: World, tourism: Organisation
) -> None:
    # It has nothing below it, but sees the pictures of the province's hotels and schools.
    health, chief = world.nodes["qn_health"], world.people["qn_chief"]
    assert lacking_to_move(world.people["qn_administrator"], [health], tourism, NOW) == GAINED
    assert lacking_to_move(chief, [health], tourism, NOW) == []
    # Whoever has all on the department alone does not have it over what the department oversees.
    grant_role(user=world.people["nobody"], role=Role.CHIEF_ADMINISTRATOR, organisation=health, actor=None, now=NOW)
    assert Permission.VIEW_PICTURES in lacking_to_move(world.people["nobody"], [health], tourism, NOW)


def test_roles_that_have_ended_and_those_above_already_gain_nothing(world: World, tourism: Organisation) -> None:
    administrator, school = world.people["qn_administrator"], world.nodes["tam_ky_school"]
    assert lacking_to_move(administrator, [school], tourism, NOW) == GAINED
    ended = NOW + timedelta(days=1)
    grant_role(user=administrator, role=Role.LEADER, organisation=tourism, actor=None, now=NOW, expires_at=ended)
    assert lacking_to_move(administrator, [school], tourism, NOW) == GAINED
    # The leader of the province sees it wherever it stands there.
    assert lacking_to_move(administrator, [school], tourism, ended) == []
    assert lacking_to_move(administrator, [], tourism, NOW) == []


def test_a_facility_is_called_otherwise_by_who_could_give_what_its_new_overseers_gain(
    world: World, tourism: Organisation, login: Login
) -> None:
    """The department of health oversees civil facilities, and no barracks."""
    administrator, barracks = world.people["qn_administrator"], world.facilities["qn_barracks"]
    grant_role(user=administrator, role=Role.INSPECTOR, organisation=world.nodes["qn_health"], actor=None, now=NOW)
    seen = ["hoi_an_hotel", "tam_ky_school"]
    form = {
        "name": "Doanh trại",
        "code": barracks.code,
        "sector": "civil",
        "premises": "barracks",
        "unit": barracks.district_id,
        "since": str(timezone.localdate()),
    }
    refused = send(login("qn_administrator"), "facility_edit", barracks.pk, **form)
    assert "what you do not hold yourself: See camera pictures, " in refused
    assert pictures(world, "qn_administrator") == seen
    # What opens nothing is the administrator's to correct.
    send(login("qn_administrator"), "facility_edit", barracks.pk, **form | {"sector": "army"})
    assert Organisation.objects.get(pk=barracks.organisation_id).name == "Doanh trại"
    send(login("qn_chief"), "facility_edit", barracks.pk, **form)
    assert pictures(world, "qn_administrator") == [*seen[:1], "qn_barracks", *seen[1:]]

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from facilities.access.grants import grant_role
from facilities.domain.merging import merge_organisations, roles_beyond
from facilities.domain.splitting import NewBody, split_organisation
from facilities.domain.tree import create_organisation
from facilities.enums import OrganisationKind, Permission, RecordedAction, Role
from facilities.models import Facility, Mandate, Organisation, Placement, Record, RoleGrant
from tests.world import NOW, World

TODAY, YESTERDAY = date(2021, 6, 11), date(2021, 6, 10)
SOUND: tuple[list[int], ...] = ([], [], [], [], [])


@pytest.fixture
def departments(world: World) -> World:
    """Three departments of Quảng Nam, two with a facility below them."""
    for name in ("one", "two", "three"):
        world.nodes[name] = create_organisation(
            parent=world.nodes["qn"], kind=OrganisationKind.DEPARTMENT, name=f"Sở {name}", area=None, actor=None
        )
    for name, to in (("tam_ky_school", "two"), ("hoi_an_hotel", "three")):
        Organisation.objects.move(node(world, name), node(world, to), "last-child")
        Placement.objects.filter(facility=world.facilities[name]).update(parent=world.nodes[to])
    return world


def node(world: World, name: str) -> Organisation:
    fresh: Organisation = Organisation.objects.get(pk=world.nodes[name].pk)
    return fresh


def merge(world: World, into: str, *merged: str, carry_roles: bool = False, on: date = TODAY) -> None:
    merge_organisations(
        into=world.nodes[into],
        merged=[world.nodes[name] for name in merged],
        on=on,
        carry_roles=carry_roles,
        actor=None,
        now=NOW,
    )


def test_what_stood_below_goes_over_and_the_old_ones_stay_closed(departments: World) -> None:
    world = departments
    merge(world, "one", "two", "three")
    below = Organisation.objects.get_children(node(world, "one"))
    assert list(below) == [world.nodes["tam_ky_school"], world.nodes["hoi_an_hotel"]]
    for name in ("two", "three"):
        old = node(world, name)
        assert (old.valid_to, old.successor) == (YESTERDAY, world.nodes["one"])
        assert Organisation.objects.get_parent(old) == world.nodes["qn"]
    school = world.facilities["tam_ky_school"]
    assert Placement.objects.on(YESTERDAY).get(facility=school).parent == world.nodes["two"]
    assert Placement.objects.on(TODAY).get(facility=school).parent == world.nodes["one"]
    assert Record.objects.filter(action=RecordedAction.ORGANISATION_MERGED).count() == 2
    assert Organisation.objects.find_problems() == SOUND


def test_mandates_of_the_merged_end_the_day_before(departments: World) -> None:
    merge(departments, "one", "qn_health")
    assert Mandate.objects.get(organisation=departments.nodes["qn_health"]).valid_to == YESTERDAY
    inspector = departments.people["qn_health_inspector"]
    assert not Facility.objects.visible_to(inspector, Permission.VIEW_FIGURES, NOW).exists()


def test_roles_end_or_go_over_with_their_ends(departments: World) -> None:
    world, soon, later = departments, NOW + timedelta(days=3), NOW + timedelta(days=9)
    people = [world.people[name] for name in ("nobody", "qn_leader", "dn_leader")]
    for person, end in zip(people, (soon, None, NOW), strict=True):
        node_ = world.nodes["two"]
        start = NOW - timedelta(days=1)
        grant_role(user=person, role=Role.INSPECTOR, organisation=node_, actor=None, now=start, expires_at=end)
    grant_role(
        user=people[0], role=Role.INSPECTOR, organisation=world.nodes["one"], actor=None, now=NOW, expires_at=later
    )
    merge(world, "one", "two", carry_roles=True)
    held = RoleGrant.objects.filter(organisation=world.nodes["one"]).values_list("user__username", "expires_at")
    # Each the later of its ends; what had run out is not given anew.
    assert set(held) == {("nobody", later), ("qn_leader", None)}
    assert not RoleGrant.objects.filter(organisation=world.nodes["two"]).exists()
    assert Facility.objects.visible_to(people[0], Permission.INSPECT, NOW).get() == world.facilities["tam_ky_school"]
    merge(world, "three", "one")
    assert not RoleGrant.objects.filter(organisation__in=[world.nodes["one"], world.nodes["three"]]).exists()
    assert not Facility.objects.visible_to(people[0], Permission.INSPECT, NOW).exists()
    revoked = Record.objects.filter(action=RecordedAction.ROLE_REVOKED, organisation=world.nodes["one"])
    assert revoked.count() == 2


def test_nobody_carries_over_a_role_that_they_may_not_give(departments: World) -> None:
    world = departments
    grant_role(user=world.people["nobody"], role=Role.INSPECTOR, organisation=world.nodes["two"], actor=None, now=NOW)
    bodies, into = [world.nodes["two"]], world.nodes["one"]
    assert roles_beyond(world.people["qn_administrator"], bodies, into, NOW) == [Role.INSPECTOR]
    assert roles_beyond(world.people["qn_chief"], bodies, into, NOW) == []
    assert roles_beyond(world.people["qn_administrator"], [world.nodes["three"]], into, NOW) == []
    # Nor for longer than they hold it themselves.
    tomorrow, people = NOW + timedelta(days=1), world.people
    chief = people["tam_ky_officer"]
    grant_role(
        user=chief,
        role=Role.CHIEF_ADMINISTRATOR,
        organisation=world.nodes["qn"],
        actor=None,
        now=NOW,
        expires_at=tomorrow,
    )
    assert roles_beyond(chief, bodies, into, NOW) == [Role.INSPECTOR]
    grant_role(
        user=people["nobody"],
        role=Role.INSPECTOR,
        organisation=bodies[0],
        actor=None,
        now=NOW,
        expires_at=tomorrow,
    )
    assert roles_beyond(chief, bodies, into, NOW) == []


@pytest.mark.parametrize(
    ("into", "merged", "field"),
    [
        ("one", [], "merged"),
        ("one", ["one"], "merged"),
        ("one", ["two", "tam_ky"], "merged"),
        ("tam_ky_school", ["hoi_an_hotel"], "merged"),
        ("qn", ["dn"], "area"),
    ],
)
def test_what_does_not_go_together_is_refused_and_nothing_half_done(
    departments: World, into: str, merged: list[str], field: str
) -> None:
    before = list(Organisation.objects.values_list("pk", "path", "valid_to"))
    with pytest.raises(ValidationError) as refused:
        merge(departments, into, *merged)
    assert list(refused.value.message_dict) == [field]
    assert list(Organisation.objects.values_list("pk", "path", "valid_to")) == before
    assert not Placement.objects.exclude(valid_to=None).exists()


def test_a_closed_body_is_merged_no_more(departments: World) -> None:
    merge(departments, "one", "two")
    for into, other in (("two", "three"), ("three", "two")):
        with pytest.raises(ValidationError) as refused:
            merge(departments, into, other)
        assert list(refused.value.message_dict) == ["merged"]


def split(world: World, *bodies: NewBody, name: str = "tam_ky", close: bool = False) -> list[Organisation]:
    return split_organisation(organisation=world.nodes[name], into=bodies, close=close, on=TODAY, actor=None, now=NOW)


def test_a_split_body_gives_each_part_what_is_named_for_it(departments: World) -> None:
    world = departments
    merge(world, "one", "two", "three")
    east, west = split(
        world,
        NewBody("Sở Đông", [world.nodes["hoi_an_hotel"]], code="SD"),
        NewBody("Sở Tây", [world.nodes["tam_ky_school"]]),
        name="one",
        close=True,
    )
    assert (east.code, east.valid_from, east.kind) == ("SD", TODAY, OrganisationKind.DEPARTMENT)
    assert Organisation.objects.get_parent(node(world, "hoi_an_hotel")) == east
    assert Organisation.objects.get_parent(node(world, "tam_ky_school")) == west
    assert node(world, "one").valid_to == YESTERDAY
    assert Placement.objects.on(TODAY).get(facility=world.facilities["tam_ky_school"]).parent == west
    entry = Record.objects.get(action=RecordedAction.ORGANISATION_SPLIT)
    assert entry.detail["into"] == [east.pk, west.pk]
    assert Organisation.objects.find_problems() == SOUND


def test_a_split_that_leaves_something_below_a_closed_body_is_refused_whole(world: World) -> None:
    school, hotel = world.nodes["tam_ky_school"], world.nodes["hoi_an_hotel"]
    before = list(Organisation.objects.values_list("pk", "path", "valid_to"))
    refusals = [
        ([NewBody("Phường", [])], True, "organisation"),
        ([NewBody("Phường", [hotel])], False, "into"),
        ([NewBody("Phường 1", [school]), NewBody("Phường 2", [school])], False, "into"),
        ([], False, "into"),
        ([NewBody("", [school])], False, "name"),
    ]
    for bodies, close, field in refusals:
        with pytest.raises(ValidationError) as refused:
            split(world, *bodies, close=close)
        assert list(refused.value.message_dict) == [field]
    with pytest.raises(ValidationError):
        split(world, NewBody("Phường", []), name="tam_ky_school")
    assert list(Organisation.objects.values_list("pk", "path", "valid_to")) == before

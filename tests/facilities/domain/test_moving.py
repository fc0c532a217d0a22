from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from facilities.domain.closing import close_organisation, reopen_organisation
from facilities.domain.moving import move_organisation
from facilities.domain.tree import create_organisation
from facilities.enums import MandateFunction, OrganisationKind, Permission, RecordedAction, Sector
from facilities.models import AdministrativeUnit, Facility, Mandate, Organisation, Placement, Record
from tests.world import NOW, World

TODAY, YESTERDAY = date(2021, 6, 11), date(2021, 6, 10)
SOUND: tuple[list[int], ...] = ([], [], [], [], [])


def node(world: World, name: str) -> Organisation:
    fresh: Organisation = Organisation.objects.get(pk=world.nodes[name].pk)
    return fresh


def move(world: World, name: str, to: str, on: date = TODAY) -> Organisation:
    return move_organisation(
        organisation=world.nodes[name], to=world.nodes[to], on=on, actor=world.people["qn_chief"], now=NOW
    )


def test_a_facility_moves_with_its_placement_and_what_was_before_stays_readable(world: World) -> None:
    school = world.facilities["tam_ky_school"]
    move(world, "tam_ky_school", "qn_health")
    assert Organisation.objects.get_parent(node(world, "tam_ky_school")) == world.nodes["qn_health"]
    assert Placement.objects.on(YESTERDAY).get(facility=school).parent == world.nodes["tam_ky"]
    assert Placement.objects.on(TODAY).get(facility=school).parent == world.nodes["qn_health"]
    entry = Record.objects.get(action=RecordedAction.ORGANISATION_MOVED)
    assert entry.detail == {"from": world.nodes["tam_ky"].pk, "to": world.nodes["qn_health"].pk, "on": "2021-06-11"}
    assert (entry.organisation, entry.person_id) == (world.nodes["tam_ky_school"], world.people["qn_chief"].pk)
    assert Organisation.objects.find_problems() == SOUND


def test_moved_back_on_the_same_day_it_was_never_away(world: World) -> None:
    school = world.facilities["tam_ky_school"]
    move(world, "tam_ky_school", "qn_health")
    move(world, "tam_ky_school", "tam_ky")
    assert Placement.objects.on(TODAY).get(facility=school).parent == world.nodes["tam_ky"]
    assert Organisation.objects.find_problems() == SOUND


def test_grants_reach_what_comes_below_them_and_no_more_what_leaves(world: World) -> None:
    inspector = world.people["qn_inspector"]
    move(world, "tam_ky_school", "qn_command")
    reached = Facility.objects.visible_to(inspector, Permission.VIEW_PICTURES, NOW)
    assert list(reached) == [world.facilities["hoi_an_hotel"]]
    army = Facility.objects.visible_to(world.people["qn_army_leader"], Permission.VIEW_PICTURES, NOW)
    assert set(army) == {world.facilities["qn_barracks"], world.facilities["tam_ky_school"]}


@pytest.mark.parametrize(
    ("name", "to", "field"),
    [
        ("qn", "tam_ky", "parent"),
        ("qn", "qn", "parent"),
        ("tam_ky", "tam_ky_school", "parent"),
        ("tam_ky", "hoi_an_hotel", "parent"),
        ("tam_ky", "qn", "parent"),
        ("national", "qn", "organisation"),
        ("tam_ky_school", "dn", "area"),
        ("tam_ky", "dn", "area"),
        ("tam_ky_school", "hoi_an", "area"),
    ],
)
def test_what_would_make_no_tree_or_cross_an_area_is_refused(world: World, name: str, to: str, field: str) -> None:
    before = list(Organisation.objects.values_list("pk", "path", "area"))
    with pytest.raises(ValidationError) as refused:
        move(world, name, to)
    assert list(refused.value.message_dict) == [field]
    assert list(Organisation.objects.values_list("pk", "path", "area")) == before
    assert not Record.objects.filter(action=RecordedAction.ORGANISATION_MOVED).exists()


def test_a_day_to_come_or_before_the_present_place_is_refused(world: World) -> None:
    Placement.objects.filter(facility=world.facilities["tam_ky_school"]).update(valid_from=YESTERDAY)
    for day in (date(2021, 6, 12), date(2021, 6, 9)):
        with pytest.raises(ValidationError) as refused:
            move(world, "tam_ky_school", "qn_health", on=day)
        assert list(refused.value.message_dict) == ["on"]
    assert Organisation.objects.get_parent(node(world, "tam_ky_school")) == world.nodes["tam_ky"]


def test_a_body_without_an_area_takes_nothing_into_a_foreign_one(world: World) -> None:
    ministry = create_organisation(
        parent=world.nodes["national"], kind=OrganisationKind.MINISTRY, name="Bộ Quốc phòng", area=None, actor=None
    )
    move_organisation(organisation=world.nodes["qn_command"], to=ministry, on=TODAY, actor=None, now=NOW)
    with pytest.raises(ValidationError) as refused:
        move_organisation(organisation=ministry, to=world.nodes["dn"], on=TODAY, actor=None, now=NOW)
    assert list(refused.value.message_dict) == ["area"]
    assert Organisation.objects.get_parent(Organisation.objects.get(pk=ministry.pk)) == world.nodes["national"]


def test_a_branch_whose_province_has_a_successor_goes_over_into_it_whole(world: World) -> None:
    new = AdministrativeUnit.objects.create(
        level="province", code="47", name="Mới", full_name="Tỉnh Mới", valid_from=TODAY
    )
    AdministrativeUnit.objects.filter(name="Quảng Nam").update(valid_to=YESTERDAY, successor=new)
    committee = create_organisation(
        parent=world.nodes["national"], kind=OrganisationKind.PROVINCE, name="UBND Mới", area=new, actor=None
    )
    move_organisation(organisation=world.nodes["qn_command"], to=committee, on=TODAY, actor=None, now=NOW)
    barracks = Facility.objects.get(code="qn_barracks")
    assert (barracks.province, barracks.district, barracks.organisation.area) == (new, None, new)
    assert Placement.objects.on(YESTERDAY).get(facility=barracks).district == world.nodes["tam_ky"].area
    assert Placement.objects.on(TODAY).get(facility=barracks).province == new
    assert node(world, "qn_command").area == new


def test_nobody_is_left_hanging_when_some_add_while_others_move(committed_world: World) -> None:
    world, together = committed_world, Barrier(6)

    def act(number: int) -> None:
        together.wait()
        try:
            for turn in range(3):
                if number:
                    create_organisation(
                        parent=world.nodes["tam_ky_school" if number > 9 else "qn_command"],
                        kind=OrganisationKind.DEPARTMENT,
                        name=f"Ban {number}.{turn}",
                        area=None,
                        actor=None,
                    )
                else:
                    to = world.nodes["qn_health" if turn % 2 == 0 else "qn"]
                    move_organisation(organisation=world.nodes["qn_command"], to=to, on=TODAY, actor=None, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as people:
        list(people.map(act, range(6)))
    assert Organisation.objects.find_problems() == SOUND
    assert Organisation.objects.get_children(node(world, "qn_command")).count() == 16
    assert Organisation.objects.get_parent(node(world, "qn_command")) == world.nodes["qn_health"]


def test_one_of_two_who_take_one_code_at_once_is_told_so(committed_world: World) -> None:
    world, together = committed_world, Barrier(4)

    def take(number: int) -> str:
        together.wait()
        try:
            create_organisation(
                parent=world.nodes["qn" if number % 2 else "dn"],
                kind=OrganisationKind.DEPARTMENT,
                name=f"Sở {number}",
                area=None,
                code="SO-1",
                actor=None,
            )
        except ValidationError as refused:
            return next(iter(refused.message_dict))
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(take, range(4))) == ["code", "code", "code", "made"]


def test_a_code_is_free_again_after_its_body(world: World) -> None:
    def made(name: str, start: date | None) -> Organisation:
        return create_organisation(
            parent=world.nodes["qn"],
            kind=OrganisationKind.DEPARTMENT,
            name=name,
            area=None,
            code="SO-1",
            valid_from=start,
            actor=None,
        )

    first = made("Sở cũ", None)
    close_organisation(organisation=first, on=YESTERDAY, actor=None, now=NOW)
    with pytest.raises(ValidationError) as refused:
        made("Sở mới", YESTERDAY)
    assert list(refused.value.message_dict) == ["code"]
    assert made("Sở mới", TODAY).code == first.code
    with pytest.raises(ValidationError) as refused:
        reopen_organisation(organisation=first, actor=None)
    assert list(refused.value.message_dict) == ["code"]


def test_a_closed_body_keeps_its_place_loses_its_mandates_and_takes_nothing_new(world: World) -> None:
    close_organisation(organisation=world.nodes["qn_health"], on=TODAY, actor=None, now=NOW)
    assert node(world, "qn_health").valid_to == TODAY
    assert Mandate.objects.get(organisation=world.nodes["qn_health"]).valid_to == TODAY
    with pytest.raises(ValidationError) as refused:
        move(world, "tam_ky_school", "qn_health")
    assert list(refused.value.message_dict) == ["parent"]
    with pytest.raises(ValidationError) as refused:
        close_organisation(organisation=world.nodes["qn_health"], on=TODAY, actor=None, now=NOW)
    assert list(refused.value.message_dict) == ["organisation"]
    reopen_organisation(organisation=world.nodes["qn_health"], actor=None)
    assert node(world, "qn_health").valid_to is None


def test_what_has_something_below_it_is_not_closed(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        close_organisation(organisation=world.nodes["tam_ky"], on=TODAY, actor=None, now=NOW)
    assert list(refused.value.message_dict) == ["organisation"]
    close_organisation(organisation=world.nodes["tam_ky_school"], on=YESTERDAY, actor=None, now=NOW)
    close_organisation(organisation=world.nodes["tam_ky"], on=TODAY, actor=None, now=NOW)
    assert not Placement.objects.on(TODAY).filter(facility=world.facilities["tam_ky_school"]).exists()
    with pytest.raises(ValidationError) as refused:
        reopen_organisation(organisation=world.nodes["tam_ky_school"], actor=None)
    assert list(refused.value.message_dict) == ["parent"]
    reopen_organisation(organisation=world.nodes["tam_ky"], actor=None)
    reopen_organisation(organisation=world.nodes["tam_ky_school"], actor=None)
    assert Placement.objects.on(TODAY).filter(facility=world.facilities["tam_ky_school"]).exists()


def test_a_mandate_that_had_not_begun_does_not_outlive_its_body(world: World) -> None:
    Mandate.objects.create(
        organisation=world.nodes["qn_health"],
        function=MandateFunction.TECHNICAL,
        area=world.nodes["qn"].area,
        sectors=[Sector.CIVIL],
        valid_from=date(2021, 7, 1),
    )
    close_organisation(organisation=world.nodes["qn_health"], on=TODAY, actor=None, now=NOW)
    assert [mandate.function for mandate in Mandate.objects.filter(organisation=world.nodes["qn_health"])] == ["health"]

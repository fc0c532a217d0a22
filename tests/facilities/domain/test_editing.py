from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from facilities.domain.editing import edit_facility, remove_zone, rename_organisation, rename_zone
from facilities.domain.networks import allow_network, networks_of, withdraw_network
from facilities.enums import Permission, Premises, Sector, ZoneKind
from facilities.models import AdministrativeUnit, Facility, Organisation, Placement
from tests.world import NOW, World

TODAY, YESTERDAY = date(2021, 6, 11), date(2021, 6, 10)


def edit(world: World, which: str = "tam_ky_school", **changed: Any) -> Facility:
    facility = world.facilities[which]
    given: dict[str, Any] = {
        "facility": facility,
        "name": facility.organisation.name,
        "name_en": "",
        "code": facility.code,
        "sector": Sector(facility.sector),
        "premises": Premises(facility.premises),
        "unit": facility.district,
        "address": "",
        "on": TODAY,
    }
    return edit_facility(**given | changed)


def test_what_is_edited_is_kept_and_may_be_edited_back(world: World) -> None:
    edited = edit(world, name="Trường THPT Trần Cao Vân", code="QN-007", address="Số 1 Hùng Vương")
    assert (edited.organisation.name, edited.code, edited.address) == (
        "Trường THPT Trần Cao Vân",
        "QN-007",
        "Số 1 Hùng Vương",
    )
    assert edit(world).code == "tam_ky_school"
    assert not Placement.objects.exclude(valid_to=None).exists()


def test_a_facility_of_another_sector_is_overseen_by_others(world: World) -> None:
    inspector = world.people["qn_health_inspector"]
    edit(world, sector=Sector.ARMY)
    reached = Facility.objects.visible_to(inspector, Permission.VIEW_FIGURES, NOW)
    assert list(reached) == [world.facilities["hoi_an_hotel"]]


def test_a_facility_below_the_province_lies_in_another_district_from_a_day_on(world: World) -> None:
    hoi_an = AdministrativeUnit.objects.get(name="Hội An")
    edited = edit(world, "qn_barracks", unit=hoi_an)
    assert (edited.district, edited.organisation.area) == (hoi_an, hoi_an)
    assert Placement.objects.on(YESTERDAY).get(facility=edited).district == world.nodes["tam_ky"].area
    assert Placement.objects.on(TODAY).get(facility=edited).district == hoi_an


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"code": "hoi_an_hotel"}, "code"),
        ({"sector": "navy"}, "sector"),
        ({"unit": "Hội An"}, "unit"),
        ({"unit": "Quảng Nam"}, "unit"),
    ],
)
def test_what_is_wrong_with_an_edit_is_named_and_nothing_kept(
    world: World, changed: dict[str, Any], field: str
) -> None:
    if "unit" in changed:
        changed = {"unit": AdministrativeUnit.objects.get(name=changed["unit"]), "name": "Tên khác"}
    with pytest.raises(ValidationError) as refused:
        edit(world, **changed)
    assert list(refused.value.message_dict) == [field]
    assert Organisation.objects.get(pk=world.nodes["tam_ky_school"].pk).name == "Cơ sở tam_ky_school"


def test_a_body_is_renamed_where_it_stands_though_it_moved_meanwhile(world: World) -> None:
    stale = Organisation.objects.get(pk=world.nodes["qn_health"].pk)
    Organisation.objects.filter(pk=stale.pk).update(path="00010001000A")
    rename_organisation(organisation=stale, name="Sở Y tế tỉnh", name_en="", code="SYT")
    fresh = Organisation.objects.get(pk=stale.pk)
    assert (fresh.name, fresh.code, fresh.path) == ("Sở Y tế tỉnh", "SYT", "00010001000A")
    with pytest.raises(ValidationError) as refused:
        rename_organisation(organisation=world.nodes["dn_health"], name="Sở", name_en="", code="SYT")
    assert list(refused.value.message_dict) == ["code"]
    rename_organisation(organisation=stale, name="Sở Y tế", name_en="", code="SYT")


def test_a_zone_is_renamed_and_one_with_a_camera_stays(world: World) -> None:
    zones = world.facilities["tam_ky_school"].zones
    gate, corridor = zones.get(kind=ZoneKind.GATE), zones.get(kind=ZoneKind.CORRIDOR)
    assert rename_zone(zone=gate, name="Cổng phụ").name == "Cổng phụ"
    with pytest.raises(ValidationError):
        rename_zone(zone=gate, name=corridor.name)
    with pytest.raises(ValidationError):
        remove_zone(zone=corridor)
    remove_zone(zone=gate)
    assert not zones.filter(kind=ZoneKind.GATE).exists()


def test_a_network_is_withdrawn(world: World) -> None:
    school = world.nodes["tam_ky_school"]
    allowed = allow_network(organisation=school, cidr="192.168.7.0/24", actor=None)
    before = networks_of(school)
    withdraw_network(allowed=allowed, actor=None)
    assert set(before) - set(networks_of(school)) == {before[-1]}
    assert str(before[-1]) == "192.168.7.0/24"

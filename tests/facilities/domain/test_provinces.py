from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from facilities.access.grants import grant_role
from facilities.domain.provinces import create_national_bodies, create_province
from facilities.domain.reform import merge_provinces
from facilities.domain.tree import create_facility, create_organisation
from facilities.domain.units import load_units
from facilities.enums import MandateFunction, OrganisationKind, Permission, Premises, Role, Sector
from facilities.models import AdministrativeUnit, Facility, Mandate, Organisation, Placement, RoleGrant, User
from tests.world import NOW

REFORM, BEFORE = date(2025, 7, 1), date(2025, 6, 30)
LATER = NOW.replace(year=2025, month=8)
SOUND: tuple[list[int], ...] = ([], [], [], [], [])


def unit(code: str, level: str = "province", *, start: date = date(2021, 1, 1)) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(code=code, level=level, valid_from=start)


@pytest.fixture
def country(db: None) -> None:
    """Quảng Nam and Đà Nẵng, which become one."""
    load_units()
    create_national_bodies(actor=None)
    for code in ("48", "49"):
        create_province(unit(code), actor=None, now=NOW)


def body(code: str, on: date | None = None) -> Organisation:
    rows = Organisation.objects.filter(code=code)
    found: Organisation = rows.get(valid_to=None) if on is None else rows.get(valid_to=on)
    return found


def facility(code: str, parent: str, district: str, sector: Sector) -> Facility:
    return create_facility(
        parent=body(parent),
        name=f"Cơ sở {code}",
        code=code,
        sector=sector,
        premises=Premises.SCHOOL,
        district=unit(district, "district"),
        actor=None,
    )


def test_a_province_comes_with_its_bodies_and_mandates_once(country: None) -> None:
    committee = body("UBND-49")
    assert (committee.name, committee.name_en) == (
        "Ủy ban nhân dân tỉnh Quảng Nam",
        "People's Committee of Quang Nam Province",
    )
    assert body("UBND-48").name == "Ủy ban nhân dân thành phố Đà Nẵng"
    below = Organisation.objects.get_children(committee)
    assert below.filter(kind=OrganisationKind.DISTRICT).count() == 18
    assert {each.name for each in below.exclude(kind=OrganisationKind.DISTRICT)} == {
        "Sở Y tế Quảng Nam",
        "Sở Thông tin và Truyền thông Quảng Nam",
        "Bộ Chỉ huy Quân sự tỉnh Quảng Nam",
        "Trung tâm Điều hành thông minh (IOC) tỉnh Quảng Nam",
    }
    mandates = {mandate.function: mandate for mandate in Mandate.objects.filter(area=unit("49"))}
    assert set(mandates) == set(MandateFunction) - {MandateFunction.CONTRACTOR}
    assert mandates["health"].sectors == [Sector.CIVIL, Sector.PAID_HOTEL]
    assert (mandates["military"].sectors, mandates["military"].organisation) == ([Sector.ARMY], body("BCHQS-49"))
    assert mandates["health"].basis == "4403/CV-BCĐ"
    before = (Organisation.objects.count(), Mandate.objects.count())
    assert create_province(unit("49"), actor=None, now=NOW).made == 0
    assert (Organisation.objects.count(), Mandate.objects.count()) == before
    assert Organisation.objects.find_problems() == SOUND


def test_what_somebody_renamed_is_not_made_again(country: None) -> None:
    Organisation.objects.filter(code="SYT-49").update(name="Sở Y tế tỉnh Quảng Nam")
    Organisation.objects.filter(code="UBND-49").update(name="UBND tỉnh", code="")
    assert create_province(unit("49"), actor=None, now=NOW).made == 0


def test_all_63_provinces_come_in_one_command(db: None) -> None:
    said = StringIO()
    call_command("create_provinces", stdout=said)
    kinds = Organisation.objects.filter(valid_to=None)
    assert kinds.filter(kind=OrganisationKind.PROVINCE).count() == 63
    assert kinds.filter(kind=OrganisationKind.COMMAND).count() == 63
    assert kinds.filter(kind=OrganisationKind.DISTRICT).count() == 705
    assert Mandate.objects.count() == 63 * 5
    assert Organisation.objects.find_problems() == SOUND
    assert said.getvalue().endswith(f"63 provinces, {63 * 5 + 705} bodies created\n")
    with pytest.raises(CommandError):
        call_command("create_provinces", "--code", "99")


@pytest.fixture
def reformed_people(country: None) -> dict[str, User]:
    """Facilities of three kinds, and people at each level."""
    facility("QN-1", "UBND-49-502", "502", Sector.CIVIL)
    facility("QN-2", "BCHQS-49", "502", Sector.ARMY)
    facility("QN-3", "UBND-49-503", "503", Sector.ARMY)
    facility("DN-1", "UBND-48-492", "492", Sector.CIVIL)
    create_organisation(
        parent=body("UBND-49"), kind=OrganisationKind.DEPARTMENT, name="Sở Du lịch", area=unit("49"), actor=None
    )
    people = {}
    for name, code in {"leader": "UBND-49", "inspector": "SYT-49", "district": "UBND-49-502"}.items():
        people[name] = User.objects.create_user(username=name, full_name=name)
        grant_role(user=people[name], role=Role.INSPECTOR, organisation=body(code), actor=None, now=NOW)
    return people


def reached(person: User) -> set[str]:
    rows = Facility.objects.visible_to(person, Permission.INSPECT, LATER)
    return set(rows.values_list("code", flat=True))


def test_two_provinces_become_one_and_keep_what_was(reformed_people: dict[str, User]) -> None:
    (done,) = merge_provinces(on=REFORM, carry_roles=True, apply=True, actor=None, now=LATER)
    assert (done.province, done.made, done.merged, done.facilities) == (unit("48", start=REFORM), 5, 10, 4)
    assert done.districts == 18 + unit("48").districts.count()
    new = body("UBND-48")
    assert (new.name, new.valid_from, new.area) == ("Ủy ban nhân dân thành phố Đà Nẵng", REFORM, done.province)
    for code in ("UBND-48", "UBND-49", "UBND-49-502"):
        assert body(code, BEFORE).successor == new
    assert body("SYT-49", BEFORE).successor == body("SYT-48")
    below = {each.code for each in Facility.objects.filter(organisation__path__startswith=new.path)}
    assert below == {"QN-1", "QN-2", "QN-3", "DN-1"}
    assert not Facility.objects.exclude(province=done.province, district=None).exists()
    army = Facility.objects.filter(organisation__path__startswith=body("BCHQS-48").path)
    assert {each.code for each in army} == {"QN-2", "QN-3"}
    then = Placement.objects.on(BEFORE).get(facility__code="QN-1")
    assert (then.parent, then.province, then.district) == (
        body("UBND-49-502", BEFORE),
        unit("49"),
        unit("502", "district"),
    )
    assert Placement.objects.on(REFORM).get(facility__code="QN-1").parent == new
    kept = Organisation.objects.get(name="Sở Du lịch")
    assert (kept.area, Organisation.objects.get_parent(kept)) == (done.province, new)
    in_force = Mandate.objects.valid_on(REFORM)
    assert {mandate.area for mandate in in_force} == {done.province}
    assert in_force.count() == 5
    assert Organisation.objects.find_problems() == SOUND
    assert merge_provinces(on=REFORM, carry_roles=True, apply=True, actor=None, now=LATER) == []


def test_roles_go_over_as_far_as_they_reached_or_end(reformed_people: dict[str, User]) -> None:
    merge_provinces(on=REFORM, carry_roles=True, apply=True, actor=None, now=LATER)
    assert reached(reformed_people["leader"]) == {"QN-1", "QN-2", "QN-3", "DN-1"}
    assert reached(reformed_people["inspector"]) == {"QN-1", "DN-1"}
    # Whoever had a district keeps its facilities, and gets no province.
    assert reached(reformed_people["district"]) == {"QN-1"}


def test_without_carrying_roles_over_they_end(reformed_people: dict[str, User]) -> None:
    merge_provinces(on=REFORM, carry_roles=False, apply=True, actor=None, now=LATER)
    assert not RoleGrant.objects.exists()


def test_nothing_is_done_before_it_is_said_so(reformed_people: dict[str, User]) -> None:
    def stored() -> list[object]:
        return [
            list(Organisation.objects.values_list("pk", "path", "valid_to")),
            list(Facility.objects.values_list("pk", "province", "district")),
            list(Mandate.objects.values_list("pk", "valid_to")),
            list(RoleGrant.objects.values_list("pk", "organisation")),
        ]

    before, said = stored(), StringIO()
    call_command("merge_provinces", stdout=said)
    assert "Thành phố Đà Nẵng" in said.getvalue()
    assert "--apply" in said.getvalue()
    assert stored() == before
    call_command("merge_provinces", "--apply", stdout=StringIO())
    assert stored() != before


def test_a_facility_below_a_ministry_lies_in_the_new_province_too(reformed_people: dict[str, User]) -> None:
    ministry = Organisation.objects.get(code="BQP")
    create_facility(
        parent=ministry,
        name="Trung đoàn",
        code="BQP-1",
        sector=Sector.ARMY,
        premises=Premises.BARRACKS,
        district=unit("502", "district"),
        actor=None,
    )
    merge_provinces(on=REFORM, carry_roles=False, apply=True, actor=None, now=LATER)
    moved = Facility.objects.get(code="BQP-1")
    assert (moved.province, moved.district) == (unit("48", start=REFORM), None)
    assert Organisation.objects.get_parent(moved.organisation) == ministry
    assert Placement.objects.on(BEFORE).get(facility=moved).district == unit("502", "district")

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from facilities.access.grants import grant_role
from facilities.domain.tree import UnknownOrganisation, create_facility, create_organisation, organisation_named
from facilities.enums import OrganisationKind, Permission, Premises, Role, Sector, ZoneKind
from facilities.models import AdministrativeUnit, Facility, Organisation, RoleGrant, Zone
from tests.world import NOW, World


def unit(code: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(code=code, valid_from=date(2021, 1, 1))


def facility(parent: Organisation, **changed: object) -> Facility:
    given = {
        "name": "Trường THPT Trần Cao Vân",
        "code": "QN-001",
        "sector": Sector.CIVIL,
        "premises": Premises.SCHOOL,
        "district": unit("502"),
        "actor": None,
        "zones": [(ZoneKind.CORRIDOR, "Hành lang tầng 1"), (ZoneKind.GATE, "Cổng chính")],
    }
    return create_facility(parent=parent, **{**given, **changed})  # type: ignore[arg-type] # mixed on purpose


def test_a_facility_comes_with_its_node_and_its_zones(world: World) -> None:
    made = facility(world.nodes["tam_ky"])
    assert (made.organisation.kind, made.organisation.name) == (OrganisationKind.FACILITY, "Trường THPT Trần Cao Vân")
    assert Organisation.objects.get_parent(made.organisation) == world.nodes["tam_ky"]
    assert [zone.name for zone in made.zones.all()] == ["Cổng chính", "Hành lang tầng 1"]
    reached = Facility.objects.visible_to(world.people["qn_leader"], Permission.VIEW_FIGURES)
    assert made in reached
    assert made not in Facility.objects.visible_to(world.people["dn_leader"], Permission.VIEW_FIGURES)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "tam_ky_school"}, "code"),
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"sector": "navy"}, "sector"),
        ({"zones": [(ZoneKind.GATE, "Cổng"), (ZoneKind.YARD, "Cổng")]}, "__all__"),
        ({"zones": [("roof", "Mái")]}, "kind"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_left_behind(
    world: World, changed: dict[str, object], field: str
) -> None:
    before = (Organisation.objects.count(), Facility.objects.count(), Zone.objects.count())
    with pytest.raises(ValidationError) as refused:
        facility(world.nodes["tam_ky"], **changed)
    assert list(refused.value.message_dict) == [field]
    assert (Organisation.objects.count(), Facility.objects.count(), Zone.objects.count()) == before


@pytest.mark.parametrize("parent", ["tam_ky", "qn", "qn_health"])
def test_a_facility_lies_in_a_district_of_its_parent(world: World, parent: str) -> None:
    with pytest.raises(ValidationError) as refused:
        facility(world.nodes[parent], district=unit("492"))
    assert list(refused.value.message_dict) == ["district"]
    assert refused.value.message_dict["district"][0].startswith("Huyện Hải Châu")


@pytest.mark.parametrize(
    ("parent", "kind", "area", "field"),
    [
        (None, OrganisationKind.PROVINCE, "49", "parent"),
        ("qn", OrganisationKind.NATIONAL, None, "parent"),
        ("tam_ky_school", OrganisationKind.DEPARTMENT, None, "parent"),
        ("national", OrganisationKind.PROVINCE, "502", "area"),
        ("national", OrganisationKind.PROVINCE, None, "area"),
        ("qn", OrganisationKind.DISTRICT, "49", "area"),
        ("qn", OrganisationKind.DISTRICT, "492", "area"),
        ("qn_command", OrganisationKind.DISTRICT, "492", "area"),
    ],
)
def test_a_body_that_does_not_belong_there_is_refused(
    world: World, parent: str | None, kind: OrganisationKind, area: str | None, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        create_organisation(
            parent=world.nodes[parent] if parent else None,
            kind=kind,
            name="Ở đâu đó",
            area=unit(area) if area else None,
            actor=None,
        )
    assert list(refused.value.message_dict) == [field]


def test_a_stale_parent_does_no_harm(world: World) -> None:
    stale = Organisation.objects.get(pk=world.nodes["qn"].pk)
    for name in ("một", "hai"):
        create_organisation(
            parent=Organisation.objects.get(pk=stale.pk),
            kind=OrganisationKind.DEPARTMENT,
            name=name,
            area=None,
            actor=None,
        )
    create_organisation(parent=stale, kind=OrganisationKind.DEPARTMENT, name="ba", area=None, actor=None)
    assert Organisation.objects.find_problems() == ([], [], [], [], [])


def test_people_who_add_to_the_same_parent_at_once_all_succeed(committed_world: World) -> None:
    parent = committed_world.nodes["tam_ky"]
    together = Barrier(8)

    def add(number: int) -> str:
        together.wait()
        try:
            return str(facility(Organisation(pk=parent.pk), code=f"QN-{number}").organisation.path)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        paths = list(people.map(add, range(8)))
    assert len(set(paths)) == 8
    assert Organisation.objects.find_problems() == ([], [], [], [], [])


def test_an_organisation_is_meant_by_id_code_or_name(world: World) -> None:
    school = world.nodes["tam_ky_school"]
    assert organisation_named(str(school.pk)) == organisation_named("tam_ky_school") == school
    assert organisation_named("Sở Y tế Quảng Nam") == world.nodes["qn_health"]
    Organisation.objects.filter(pk=world.nodes["dn_health"].pk).update(name="Sở Y tế Quảng Nam")
    for text in ("Sở Y tế Quảng Nam", "không có", "99999999999999999999"):
        with pytest.raises(UnknownOrganisation):
            organisation_named(text)


def test_a_role_is_granted_from_the_command_line(world: World) -> None:
    call_command("grant_role", "nobody", "inspector", "tam_ky_school", stdout=StringIO())
    grant = RoleGrant.objects.get(user=world.people["nobody"])
    assert (grant.role, grant.organisation, grant.granted_by) == (Role.INSPECTOR, world.nodes["tam_ky_school"], None)
    for wrong in (["stranger", "inspector", "tam_ky_school"], ["nobody", "inspector", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("grant_role", *wrong)


def test_a_grant_on_a_parent_reaches_what_is_added_later(world: World) -> None:
    person = world.people["nobody"]
    grant_role(user=person, role=Role.LEADER, organisation=world.nodes["tam_ky"], actor=None, now=NOW)
    made = facility(world.nodes["tam_ky"])
    assert made in Facility.objects.visible_to(person, Permission.VIEW_PICTURES)

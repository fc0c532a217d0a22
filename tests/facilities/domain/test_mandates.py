from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from facilities.access.grants import grant_role
from facilities.domain.mandate_authority import lacking_for_mandate
from facilities.domain.mandates import end_mandate, give_mandate, withdraw_mandate
from facilities.domain.tree import create_organisation
from facilities.enums import MandateFunction, OrganisationKind, Permission, RecordedAction, Role, Sector
from facilities.models import AdministrativeUnit, Facility, Mandate, Organisation, Record
from tests.world import NOW, World

TODAY = date(2021, 6, 11)


def unit(name: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(name=name)


def give(world: World, holder: str = "qn_command", **changed: Any) -> Mandate:
    given: dict[str, Any] = {
        "organisation": world.nodes[holder],
        "function": MandateFunction.MILITARY,
        "area": unit("Quảng Nam"),
        "sectors": [Sector.ARMY],
        "valid_from": TODAY,
        "valid_to": None,
        "basis": "4403/CV-BCĐ",
        "actor": world.people["qn_chief"],
        "now": NOW,
    }
    return give_mandate(**given | changed)


def test_a_mandate_leads_to_the_facilities_of_its_sectors_and_is_on_record(world: World) -> None:
    inspector = world.people["qn_health_inspector"]
    before = set(Facility.objects.visible_to(inspector, Permission.VIEW_FIGURES, NOW))
    mandate = give(world, "qn_health", sectors=[Sector.ARMY, Sector.ARMY])
    assert mandate.sectors == [Sector.ARMY]
    after = set(Facility.objects.visible_to(inspector, Permission.VIEW_FIGURES, NOW))
    assert after - before == {world.facilities["qn_barracks"]}
    entry = Record.objects.get(action=RecordedAction.MANDATE_GIVEN)
    assert (entry.organisation, entry.person_id) == (world.nodes["qn_health"], world.people["qn_chief"].pk)
    assert entry.detail["area"] == unit("Quảng Nam").pk


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"area": "Đà Nẵng"}, "area"),
        ({"area": "Hải Châu"}, "area"),
        ({"area": None}, "area"),
        ({"valid_from": date(2020, 12, 31)}, "area"),
        ({"valid_to": TODAY - timedelta(days=1)}, "valid_to"),
        ({"sectors": []}, "sectors"),
        ({"function": "weather"}, "function"),
        ({"basis": "x" * 201}, "basis"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(world: World, changed: dict[str, Any], field: str) -> None:
    if isinstance(changed.get("area"), str):
        changed = changed | {"area": unit(changed["area"])}
    before = (Mandate.objects.count(), Record.objects.count())
    with pytest.raises(ValidationError) as refused:
        give(world, **changed)
    assert list(refused.value.message_dict) == [field]
    assert (Mandate.objects.count(), Record.objects.count()) == before


def test_a_named_end_lies_within_the_time_of_the_unit_and_an_open_one_may_be_longer(world: World) -> None:
    AdministrativeUnit.objects.filter(name="Quảng Nam").update(valid_to=date(2025, 6, 30))
    with pytest.raises(ValidationError) as refused:
        give(world, valid_to=date(2025, 7, 1))
    assert list(refused.value.message_dict) == ["area"]
    with pytest.raises(ValidationError):
        give(world, valid_from=date(2025, 7, 1))
    assert give(world).valid_to is None


def test_the_whole_country_is_for_bodies_without_an_area(world: World) -> None:
    assert give(world, "national", area=None).area is None


def test_a_closed_body_gets_none(world: World) -> None:
    Organisation.objects.filter(pk=world.nodes["qn_command"].pk).update(valid_to=TODAY)
    with pytest.raises(ValidationError) as refused:
        give(world)
    assert list(refused.value.message_dict) == ["organisation"]


def test_the_same_mandate_is_not_given_twice_at_a_time(world: World) -> None:
    first = give(world, sectors=[Sector.ARMY, Sector.CIVIL], valid_to=TODAY + timedelta(days=10))
    for overlapping in (
        {"sectors": [Sector.CIVIL]},
        {"valid_from": TODAY + timedelta(days=10)},
        {"valid_from": TODAY - timedelta(days=5), "valid_to": TODAY},
    ):
        with pytest.raises(ValidationError) as refused:
            give(world, **overlapping)
        assert list(refused.value.message_dict) == ["sectors"]
    others = (
        {"sectors": [Sector.PAID_HOTEL]},
        {"function": MandateFunction.LEAD},
        {"area": unit("Tam Kỳ")},
        {"valid_from": TODAY + timedelta(days=11)},
        {"valid_from": TODAY - timedelta(days=5), "valid_to": TODAY - timedelta(days=1)},
    )
    for other in others:
        assert give(world, **other).pk != first.pk


def test_an_ended_mandate_leads_nowhere_from_the_next_day(world: World) -> None:
    mandate, inspector = Mandate.objects.get(organisation=world.nodes["qn_health"]), world.people["qn_health_inspector"]
    end_mandate(mandate=mandate, on=TODAY, actor=world.people["qn_chief"], now=NOW)
    school = Facility.objects.filter(pk=world.facilities["tam_ky_school"].pk)
    assert school.visible_to(inspector, Permission.VIEW_FIGURES, NOW).exists()
    assert not school.visible_to(inspector, Permission.VIEW_FIGURES, NOW + timedelta(days=1)).exists()
    entry = Record.objects.get(action=RecordedAction.MANDATE_ENDED)
    assert entry.detail["last_day"] == "2021-06-11"
    with pytest.raises(ValidationError):
        end_mandate(mandate=mandate, on=TODAY + timedelta(days=3), actor=None, now=NOW)
    with pytest.raises(ValidationError):
        end_mandate(mandate=give(world), on=TODAY - timedelta(days=1), actor=None, now=NOW)


def test_a_mistake_of_today_is_withdrawn_at_once(world: World) -> None:
    mandate = give(world)
    versions = apps.get_model("facilities", "MandateEvent").objects.filter(pgh_obj_id=mandate.pk)
    before = versions.count()
    withdraw_mandate(mandate=mandate, actor=None, now=NOW)
    assert not Mandate.objects.filter(pk=mandate.pk).exists()
    assert versions.count() == before + 1
    with pytest.raises(ValidationError):
        withdraw_mandate(mandate=Mandate.objects.get(organisation=world.nodes["qn_health"]), actor=None, now=NOW)


def test_nobody_gives_by_a_mandate_what_they_do_not_hold(world: World) -> None:
    def lacking(person: str, area: str | None, *sectors: Sector) -> list[Permission]:
        return lacking_for_mandate(
            world.people[person],
            function=MandateFunction.HEALTH,
            area=unit(area) if area else None,
            sectors=sectors or (Sector.CIVIL,),
        )

    assert lacking("qn_chief", "Quảng Nam", *Sector) == []
    assert lacking("qn_chief", "Tam Kỳ", Sector.ARMY) == []
    assert lacking("qn_administrator", "Quảng Nam") == [Permission.VIEW_PICTURES, Permission.INSPECT, Permission.DIRECT]
    assert Permission.ADMINISTER in lacking("qn_chief", "Đà Nẵng")
    assert Permission.ADMINISTER in lacking("qn_chief", None)
    # An army post of the province that stands below the ministry is not the province's to hand out.
    Organisation.objects.move(
        Organisation.objects.get(pk=world.nodes["qn_barracks"].pk),
        Organisation.objects.get(pk=world.nodes["dn"].pk),
        "last-child",
    )
    assert Permission.ADMINISTER in lacking("qn_chief", "Quảng Nam", Sector.ARMY)
    assert lacking("qn_chief", "Quảng Nam", Sector.CIVIL) == []


@pytest.mark.parametrize(("kind", "area"), [("district", "Hội An"), ("province", "Quảng Nam")])
def test_a_body_that_one_makes_below_oneself_answers_for_no_area(world: World, kind: str, area: str) -> None:
    """No barracks stands in Hội An yet; whoever has all at the department of health does not answer for the first."""
    health, person = world.nodes["qn_health"], world.people["nobody"]
    grant_role(user=person, role=Role.CHIEF_ADMINISTRATOR, organisation=health, actor=None, now=NOW)
    create_organisation(parent=health, kind=OrganisationKind(kind), name="Phòng y tế", area=unit(area), actor=person)
    lacking = lacking_for_mandate(person, function=MandateFunction.MILITARY, area=unit("Hội An"), sectors=[Sector.ARMY])
    assert Permission.ADMINISTER in lacking

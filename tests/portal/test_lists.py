"""Lists beside the compliance table hold what their reader reaches, and nothing else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from facilities.enums import ZoneKind
from tests.world import World, add_camera

Login = Callable[[str], Client]
REACHED = {
    "qn_leader": {"tam_ky_school", "hoi_an_hotel", "qn_barracks"},
    "dn_leader": {"da_nang_dormitory"},
    "qn_army_leader": {"qn_barracks"},
    "tam_ky_officer": {"tam_ky_school"},
    "nobody": set(),
}


@pytest.mark.parametrize("person", REACHED)
@pytest.mark.parametrize("route", ["not_connected", "compliance_contradictions", "compliance_cameras"])
def test_a_list_names_what_its_reader_reaches(world: World, login: Login, route: str, person: str) -> None:
    for facility in world.facilities.values():
        add_camera(facility, f"Phòng {facility.code}", kind=ZoneKind.TOILET)
    page = login(person).get(reverse(route)).content.decode()
    assert {name for name in world.facilities if f"Cơ sở {name}" in page} == REACHED[person]


def test_a_unit_or_facility_out_of_reach_is_not_there(world: World, login: Login) -> None:
    client, other = login("dn_leader"), world.facilities["tam_ky_school"]
    for route in ("not_connected", "compliance_contradictions", "compliance_cameras"):
        assert client.get(reverse(route), {"unit": str(other.district_id)}).status_code == 404
        assert client.get(reverse(route), {"unit": "x"}).status_code == 404
    for route in ("compliance_contradictions", "compliance_cameras"):
        assert client.get(reverse(route), {"facility": other.pk}).status_code == 404


def test_cameras_are_found_without_accents_and_by_state(world: World, login: Login) -> None:
    add_camera(world.facilities["hoi_an_hotel"], "Hành lang phía đông")
    client, address = login("qn_leader"), reverse("compliance_cameras")
    assert len(client.get(address, {"q": "hanh lang phia dong"}).context["table"].rows) == 1
    assert len(client.get(address, {"q": "Hành làng"}).context["table"].rows) == 0
    assert len(client.get(address, {"state": "unknown"}).context["table"].rows) == 4
    assert len(client.get(address, {"state": "nonsense"}).context["table"].rows) == 4

from io import StringIO
from ipaddress import ip_network

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from facilities.domain.networks import allow_network, networks_for, networks_of
from facilities.models import AllowedNetwork
from tests.world import World


@pytest.fixture
def networks(world: World) -> World:
    AllowedNetwork.objects.all().delete()
    for node, cidr in [
        ("national", "10.0.0.0/8"),
        ("qn", "172.16.5.0/24"),
        ("tam_ky_school", "192.168.7.0/24"),
        ("hoi_an_hotel", "fd00:7::/64"),
        ("dn", "192.168.8.0/24"),
    ]:
        allow_network(organisation=world.nodes[node], cidr=cidr, actor=None)
    return world


def test_a_facility_has_its_own_networks_and_those_above_it_and_nobody_elses(networks: World) -> None:
    assert networks_of(networks.nodes["tam_ky_school"]) == (
        ip_network("10.0.0.0/8"),
        ip_network("172.16.5.0/24"),
        ip_network("192.168.7.0/24"),
    )
    assert networks_of(networks.nodes["da_nang_dormitory"]) == (ip_network("10.0.0.0/8"), ip_network("192.168.8.0/24"))


@pytest.mark.parametrize("count", [1, 4])
def test_many_are_answered_by_one_query(
    networks: World, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    names = ["tam_ky_school", "hoi_an_hotel", "qn_barracks", "da_nang_dormitory"][:count]
    paths = [networks.nodes[name].path for name in names]
    with django_assert_num_queries(1):
        found = networks_for(paths)
    assert found == {networks.nodes[name].path: networks_of(networks.nodes[name]) for name in names}


def test_no_paths_no_networks(db: None) -> None:
    assert networks_for([]) == {}


@pytest.mark.parametrize(
    "cidr",
    ["", "10.0.0.1/8", "10.0.0.0/33", "campus", "0.0.0.0/0", "::/0", "169.254.0.0/16", "fe80::/64", "224.0.0.0/8"],
)
def test_what_is_no_network_for_cameras_is_refused(world: World, cidr: str) -> None:
    with pytest.raises(ValidationError) as refused:
        allow_network(organisation=world.nodes["qn"], cidr=cidr, actor=None)
    assert list(refused.value.message_dict) == ["cidr"]


def test_permitted_twice_is_permitted_once(world: World) -> None:
    for _time in range(2):
        call_command("allow_network", "tam_ky_school", "192.168.7.0/24", stdout=StringIO())
    assert [net.cidr for net in world.nodes["tam_ky_school"].allowed_networks.all()] == ["192.168.7.0/24"]


@pytest.mark.parametrize("wrong", [["nowhere", "10.0.0.0/8"], ["tam_ky_school", "10.0.0.1/8"]])
def test_the_command_says_what_is_wrong(world: World, wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("allow_network", *wrong)

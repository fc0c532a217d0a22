from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState
from facilities.enums import ZoneKind
from tests.world import World, add_camera

Login = Callable[[str], Client]


def put(camera: Camera, state: State, reason: Reason = Reason.NONE) -> None:
    CameraState.objects.filter(camera=camera).update(state=state, reason=reason)


def wall_of(world: World, node: str) -> str:
    return reverse("wall_of", args=[world.nodes[node].pk])


def names(answer: Any) -> list[str]:  # noqa: ANN401 - the test client's answer
    return [camera.name for camera in answer.context["page"]]


@pytest.fixture
def mixed(world: World) -> World:
    """Tam Kỳ's school has a camera of each standing."""
    school = world.facilities["tam_ky_school"]
    put(world.cameras["tam_ky_school"], State.OK)
    put(add_camera(school, "impaired"), State.IMPAIRED, Reason.BLACK)
    put(add_camera(school, "down"), State.DOWN, Reason.AUTHENTICATION)
    add_camera(school, "unknown")
    put(add_camera(school, "toilet", kind=ZoneKind.TOILET), State.OK)
    return world


def test_trouble_comes_first(mixed: World, login: Login) -> None:
    answer = login("tam_ky_officer").get(wall_of(mixed, "tam_ky_school"))
    assert names(answer) == ["down", "toilet", "impaired", "unknown", "Camera tam_ky_school"]
    counts = {choice["value"]: choice["count"] for choice in answer.context["standings"]}
    assert counts == {"down": 1, "forbidden": 1, "impaired": 1, "unknown": 1, "ok": 1}


def test_a_tile_says_why_it_shows_no_picture(mixed: World, login: Login) -> None:
    client = login("tam_ky_officer")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(wall_of(mixed, "tam_ky_school"))
    text = page.content.decode()
    assert str(Reason.AUTHENTICATION.label) in text
    toilet = Camera.objects.get(name="toilet").pk
    tile = text.split(f'data-camera="{toilet}"')[1].split("</li>")[0]
    assert str(ZoneKind.TOILET.label) in tile
    assert "<img" not in tile


def test_state_and_facility_narrow(mixed: World, login: Login) -> None:
    client = login("qn_leader")
    address = wall_of(mixed, "qn")
    assert names(client.get(address, {"state": "down"})) == ["down"]
    assert names(client.get(address, {"state": "forbidden"})) == ["toilet"]
    assert names(client.get(address, {"q": "co so hoi_an"})) == ["Camera hoi_an_hotel"]
    assert names(client.get(address, {"q": "nowhere"})) == []
    assert len(names(client.get(address, {"state": "rubbish", "page": "rubbish"}))) == 7


def test_nothing_of_another_province_is_there(world: World, login: Login) -> None:
    client = login("dn_leader")
    for node in ("qn", "tam_ky", "tam_ky_school", "national"):
        assert client.get(wall_of(world, node)).status_code == 404
    answer = client.get(wall_of(world, "dn"))
    assert names(answer) == ["Camera da_nang_dormitory"]
    assert [above.name for above in answer.context["ancestors"]] == []
    assert "Ban Chỉ đạo" not in answer.content.decode()


def test_who_sees_figures_without_pictures_has_no_wall(world: World, login: Login) -> None:
    client = login("qn_analyst")
    assert client.get(wall_of(world, "qn")).status_code == 404
    assert client.get(reverse("wall")).context["branches"] == []


def test_one_top_leads_straight_to_its_wall_and_several_are_offered(world: World, login: Login) -> None:
    assert login("tam_ky_officer").get(reverse("wall")).headers["Location"] == wall_of(world, "tam_ky_school")
    assert login("qn_leader").get(reverse("wall")).headers["Location"] == wall_of(world, "qn")
    offered = login("qn_inspector").get(reverse("wall")).context["branches"]
    assert {(branch.organisation.pk, branch.cameras) for branch in offered} == {
        (world.nodes["tam_ky"].pk, 1),
        (world.nodes["hoi_an"].pk, 1),
    }


def test_the_way_down_the_tree_counts_what_stands_there(mixed: World, login: Login) -> None:
    branches = login("qn_leader").get(wall_of(mixed, "qn")).context["branches"]
    found = {branch.organisation.pk: (branch.cameras, branch.down) for branch in branches}
    assert found == {
        mixed.nodes["tam_ky"].pk: (5, 1),
        mixed.nodes["hoi_an"].pk: (1, 0),
        mixed.nodes["qn_command"].pk: (1, 0),
    }
    assert branches[0].organisation == mixed.nodes["tam_ky"]


def test_the_number_of_queries_does_not_grow_with_the_tiles(
    world: World, login: Login, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = login("qn_leader")
    address = wall_of(world, "qn")
    # Session, person, three permissions for the navigation, unread documents, node, census, count, tiles, nodes above
    # and below.
    with django_assert_num_queries(13):
        client.get(address)
    for number in range(3):
        add_camera(world.facilities["hoi_an_hotel"], f"more {number}")
    with django_assert_num_queries(13):
        client.get(address)


def test_a_wall_of_a_province_stays_light(world: World, login: Login) -> None:
    for number in range(70):
        add_camera(world.facilities["hoi_an_hotel"], f"more {number}")
    client = login("qn_leader")
    answer = client.get(wall_of(world, "qn"))
    assert len(names(answer)) == 60
    assert len(answer.content) < 100_000
    sent = client.get(wall_of(world, "qn"), headers={"Accept-Encoding": "gzip"})
    assert len(sent.content) < 16_000


def test_the_counts_are_renewed_alone(mixed: World, login: Login) -> None:
    address = wall_of(mixed, "qn")
    client = login("qn_leader")
    whole = client.get(address, {"q": "tam ky"})
    part = client.get(address, {"q": "tam ky"}, headers={"HX-Request": "true"})
    assert part.context["standings"] == whole.context["standings"]
    page = part.content.decode()
    assert page.count("<b>") == len(whole.context["standings"])
    assert 'class="tile"' not in page
    assert 'id="as-of"' in page


def test_the_wall_of_a_facility_leads_to_its_page_and_does_not_repeat_its_name(world: World, login: Login) -> None:
    school = world.facilities["tam_ky_school"]
    link = f'href="{reverse("facility", args=[school.pk])}"'
    client = login("qn_leader")
    own, above = (client.get(wall_of(world, name)).content.decode() for name in ("tam_ky_school", "tam_ky"))
    assert link in own
    assert link not in above
    assert f'<p class="tile-place">{school} · ' in above
    assert f'<p class="tile-place">{school} · ' not in own

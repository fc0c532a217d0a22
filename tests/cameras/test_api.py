import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cameras.domain.passwords import unseal
from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Transition
from facilities.access.grants import grant_role
from facilities.enums import Role, ZoneKind
from tests.world import NOW, World, add_camera

CANARY = "Chim-hoang-yen-7391"

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def officer(login: Login) -> Client:
    return login("tam_ky_officer")


@pytest.fixture
def mine(world: World) -> Camera:
    return world.cameras["tam_ky_school"]


def body(world: World, facility: str = "tam_ky_school", **changed: Any) -> dict[str, Any]:
    stream = {"kind": "main", "url": "rtsp://10.1.2.9/main", "username": "admin", "password": CANARY}
    zone = world.facilities[facility].zones.get(kind=ZoneKind.GATE)
    return {"zone": zone.pk, "name": "Cổng chính", "streams": [stream], **changed}


def post(client: Client, given: Any) -> Any:  # noqa: ANN401 - what a program sends, and the test client's answer
    return client.post("/api/cameras/", json.dumps(given), content_type="application/json")


def patch(client: Client, camera: Camera, **changed: Any) -> Any:  # noqa: ANN401 - the test client's answer
    return client.patch(f"/api/cameras/{camera.pk}/", json.dumps(changed), content_type="application/json")


def ids(client: Client, path: str, **query: Any) -> set[int]:
    rows = client.get(path, query).json()["results"]
    return {row.get("id", row.get("camera")) for row in rows}


def of(world: World, *names: str) -> set[int]:
    return {world.cameras[name].pk for name in names}


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("who", "names"),
        [
            ("national_leader", ["tam_ky_school", "hoi_an_hotel", "qn_barracks", "da_nang_dormitory"]),
            ("qn_leader", ["tam_ky_school", "hoi_an_hotel", "qn_barracks"]),
            ("dn_leader", ["da_nang_dormitory"]),
            ("qn_army_leader", ["qn_barracks"]),
            ("tam_ky_officer", ["tam_ky_school"]),
            ("nobody", []),
        ],
    )
    def test_each_list_holds_what_is_in_reach(self, world: World, login: Login, who: str, names: list[str]) -> None:
        client = login(who)
        for camera in Camera.objects.all():
            Transition.objects.create(
                camera=camera, before=State.OK, state=State.DOWN, reason=Reason.REFUSED, at=NOW, noticed_at=NOW
            )
        assert ids(client, "/api/cameras/") == ids(client, "/api/states/") == of(world, *names)
        assert ids(client, "/api/facilities/") == {world.facilities[name].pk for name in names}
        assert len(ids(client, "/api/zones/")) == 3 * len(names)
        transitions = client.get("/api/transitions/").json()
        assert {row["camera"] for row in transitions["results"]} == of(world, *names)
        assert transitions["count"] == len(names)

    @pytest.mark.parametrize("who", ["hoi_an_officer", "dn_officer", "dn_leader", "nobody"])
    def test_out_of_reach_is_not_there(self, world: World, mine: Camera, login: Login, who: str) -> None:
        client = login(who)
        event = Transition.objects.create(camera=mine, before=State.OK, state=State.DOWN, at=NOW, noticed_at=NOW)
        facility, zone = world.facilities["tam_ky_school"], mine.zone
        for path in (
            f"/api/cameras/{mine.pk}/",
            f"/api/states/{mine.pk}/",
            f"/api/transitions/{event.pk}/",
            f"/api/facilities/{facility.pk}/",
            f"/api/zones/{zone.pk}/",
        ):
            assert client.get(path).status_code == 404
        assert patch(client, mine, name="x").status_code == 404
        assert client.delete(f"/api/cameras/{mine.pk}/").status_code == 404
        assert Camera.objects.get(pk=mine.pk).name == mine.name

    @pytest.mark.parametrize("who", ["qn_leader", "qn_analyst"])
    def test_who_only_reads_cannot_change_and_sees_no_addresses(
        self, world: World, mine: Camera, login: Login, who: str
    ) -> None:
        client = login(who)
        shown = client.get(f"/api/cameras/{mine.pk}/").json()
        assert (shown["name"], shown["streams"], shown["version"]) == (mine.name, None, None)
        assert "10.1.2.3" not in client.get("/api/cameras/").content.decode()
        assert patch(client, mine, name="x").status_code == 404
        assert client.delete(f"/api/cameras/{mine.pk}/").status_code == 404
        assert post(client, body(world)).json() == {
            "zone": [f'Invalid pk "{body(world)["zone"]}" - object does not exist.']
        }

    def test_addresses_are_shown_where_one_registers_and_not_elsewhere(self, world: World, officer: Client) -> None:
        person, elsewhere = world.people["tam_ky_officer"], world.nodes["hoi_an_hotel"]
        grant_role(user=person, role=Role.LEADER, organisation=elsewhere, actor=None, now=NOW)
        shown = {row["id"]: row["streams"] for row in officer.get("/api/cameras/").json()["results"]}
        assert set(shown) == of(world, "tam_ky_school", "hoi_an_hotel")
        assert shown[world.cameras["hoi_an_hotel"].pk] is None
        assert shown[world.cameras["tam_ky_school"].pk][0]["url"] == "rtsp://10.1.2.3:554/main"

    def test_the_anonymous_see_nothing(self, mine: Camera, login: Login) -> None:
        client = login("anonymous")
        for path in ("cameras", "states", "transitions", "facilities", "zones", f"cameras/{mine.pk}"):
            assert client.get(f"/api/{path}/").status_code == 403
        assert client.get("/api/schema/").status_code == 302

    def test_anothers_zone_is_as_one_that_does_not_exist(self, world: World, mine: Camera, officer: Client) -> None:
        foreign = world.facilities["hoi_an_hotel"].zones.get(kind=ZoneKind.GATE).pk
        both = (foreign, 999_999)
        for told in (
            {pk: post(officer, body(world, zone=pk)) for pk in both},
            {pk: patch(officer, mine, zone=pk) for pk in both},
        ):
            assert {answer.status_code for answer in told.values()} == {400}
            assert [str(answer.json()).replace(str(pk), "N") for pk, answer in told.items()] == [
                """{'zone': ['Invalid pk "N" - object does not exist.']}"""
            ] * 2

    def test_a_name_taken_in_anothers_zone_is_not_told(self, world: World, officer: Client) -> None:
        taken = world.cameras["hoi_an_hotel"]
        answer = post(officer, body(world, zone=taken.zone_id, name=taken.name))
        assert list(answer.json()) == ["zone"]


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"province": "48"}, ["da_nang_dormitory"]),
            ({"district": "502"}, ["tam_ky_school", "qn_barracks"]),
            ({"sector": "army"}, ["qn_barracks"]),
            ({"state": "down"}, ["hoi_an_hotel"]),
            ({"province": "49", "state": "unknown", "sector": "civil"}, ["tam_ky_school"]),
            ({"province": "99"}, []),
        ],
    )
    def test_cameras(self, world: World, login: Login, query: dict[str, str], names: list[str]) -> None:
        CameraState.objects.filter(camera=world.cameras["hoi_an_hotel"]).update(state=State.DOWN, reason=Reason.REFUSED)
        assert ids(login("national_leader"), "/api/cameras/", **query) == of(world, *names)

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"province": "48"}, ["da_nang_dormitory"]),
            ({"district": "503"}, ["hoi_an_hotel"]),
            ({"sector": "paid_hotel"}, ["hoi_an_hotel"]),
        ],
    )
    def test_facilities(self, world: World, login: Login, query: dict[str, str], names: list[str]) -> None:
        found = ids(login("national_leader"), "/api/facilities/", **query)
        assert found == {world.facilities[name].pk for name in names}

    @pytest.mark.parametrize("query", [{"state": "broken"}, {"sector": "navy"}, {"facility": "x"}])
    def test_a_filter_that_means_nothing_is_an_error(self, officer: Client, query: dict[str, str]) -> None:
        answer = officer.get("/api/cameras/", query)
        assert (answer.status_code, list(answer.json())) == (400, list(query))

    def test_transitions_by_time_and_camera(self, world: World, login: Login) -> None:
        for camera in world.cameras.values():
            Transition.objects.create(
                camera=camera, before=State.OK, state=State.DOWN, reason=Reason.REFUSED, at=NOW, noticed_at=NOW
            )
        leader = login("national_leader")
        mine = world.cameras["tam_ky_school"].pk
        assert leader.get("/api/transitions/", {"camera": mine}).json()["count"] == 1
        assert leader.get("/api/transitions/", {"after": "2021-06-12T00:00:00Z"}).json()["count"] == 0
        assert leader.get("/api/transitions/", {"before": "2021-06-12T00:00:00Z"}).json()["count"] == 4


class TestRegistering:
    def test_the_password_goes_in_and_never_comes_out(self, world: World, officer: Client) -> None:
        answer = post(officer, body(world))
        assert answer.status_code == 201
        camera = Camera.objects.get(pk=answer.json()["id"])
        assert answer.json()["streams"] == [
            {
                "kind": "main",
                "url": "rtsp://10.1.2.9/main",
                "username": "admin",
                "has_password": True,
                "basic_allowed": False,
            }
        ]
        stream = camera.streams.get()
        assert unseal(stream.sealed_password, camera=camera.pk, host="10.1.2.9", port=554) == CANARY
        shown = [officer.get(path).content.decode() for path in ("/api/cameras/", f"/api/cameras/{camera.pk}/")]
        for secret in (CANARY, stream.sealed_password):
            assert not any(secret in page for page in (*shown, answer.content.decode()))
        assert answer.json()["state"]["reason"] == "not_probed"

    def test_a_pasted_account_is_taken_out_of_the_address(self, world: World, officer: Client) -> None:
        answer = post(officer, body(world, streams=[{"url": f"rtsp://root:{CANARY}@10.1.2.9/main"}]))
        shown = answer.json()["streams"][0]
        assert (shown["url"], shown["username"], shown["has_password"]) == ("rtsp://10.1.2.9/main", "root", True)
        assert CANARY not in answer.content.decode()

    @pytest.mark.parametrize(
        ("changed", "errors"),
        [
            ({"streams": []}, {"streams": {"non_field_errors": ["This list may not be empty."]}}),
            ({"streams": [{"kind": "sub", "url": "rtsp://10.1.2.9/x"}]}, ["streams"]),
            ({"name": ""}, {"name": ["This field may not be blank."]}),
            ({"name": "\x00"}, {"name": ["Null characters are not allowed."]}),
            ({"interval": 5}, {"interval": ["Ensure this value is greater than or equal to 10."]}),
            ({"zone": None}, {"zone": ["This field may not be null."]}),
        ],
    )
    def test_errors_are_of_their_fields(
        self, world: World, officer: Client, changed: dict[str, Any], errors: dict[str, Any] | list[str]
    ) -> None:
        answer = post(officer, body(world, **changed))
        assert answer.status_code == 400
        assert (list(answer.json()) if isinstance(errors, list) else answer.json()) == errors

    def test_errors_of_a_stream_stand_at_its_place(self, world: World, officer: Client) -> None:
        streams = [
            {"kind": "sub", "url": f"rtsp://a:{CANARY}@192.168.1.1/x"},
            {"kind": "main", "url": "rtsp://10.1.2.9/main", "password": CANARY},
        ]
        answer = post(officer, body(world, streams=streams))
        assert answer.status_code == 400
        assert [list(errors) for errors in answer.json()["streams"]] == [["url"], ["username"]]
        assert CANARY not in answer.content.decode()

    def test_a_name_that_is_taken(self, world: World, officer: Client) -> None:
        post(officer, body(world))
        again = body(world, streams=[{"kind": "main", "url": "rtsp://10.1.2.3/second"}])
        assert post(officer, again).json() == {"name": ["This zone already has a camera of this name."]}


class TestEditing:
    @pytest.fixture
    def camera(self, world: World, officer: Client) -> Camera:
        return Camera.objects.get(pk=post(officer, body(world)).json()["id"])

    def test_what_is_not_named_stays(self, camera: Camera, officer: Client) -> None:
        sealed = camera.streams.get().sealed_password
        assert patch(officer, camera, name="Cổng lớn").json()["name"] == "Cổng lớn"
        streams = [{"url": "rtsp://10.1.2.9/other", "username": "admin"}]
        assert patch(officer, camera, streams=streams).json()["streams"][0]["has_password"] is True
        assert camera.streams.get().sealed_password == sealed

    def test_the_password_does_not_follow_to_another_address(self, camera: Camera, officer: Client) -> None:
        streams = [{"url": "rtsp://10.1.2.10/main", "username": "admin"}]
        assert patch(officer, camera, streams=streams).json()["streams"][0]["has_password"] is False

    def test_an_empty_one_removes_it(self, camera: Camera, officer: Client) -> None:
        streams = [{"url": "rtsp://10.1.2.9/main", "username": "admin", "password": ""}]
        assert patch(officer, camera, streams=streams).json()["streams"][0]["has_password"] is False

    def test_a_version_protects_anothers_edit(self, camera: Camera, officer: Client) -> None:
        seen = officer.get(f"/api/cameras/{camera.pk}/").json()["version"]
        now = patch(officer, camera, name="Thứ nhất", version=seen).json()["version"]
        assert patch(officer, camera, name="Thứ hai", version=seen).status_code == 409
        assert patch(officer, camera, name="Thứ ba", version=now).status_code == 200

    def test_a_camera_stays_in_its_facility(self, world: World, camera: Camera, login: Login) -> None:
        foreign = world.facilities["hoi_an_hotel"].zones.get(kind=ZoneKind.GATE).pk
        answer = patch(login("qn_operator"), camera, zone=foreign)
        assert (answer.status_code, list(answer.json())) == (400, ["zone"])

    def test_deleting_takes_back_what_never_delivered_a_picture(
        self, camera: Camera, mine: Camera, officer: Client
    ) -> None:
        assert officer.delete(f"/api/cameras/{camera.pk}/").status_code == 204
        CameraState.objects.filter(camera=mine).update(pictured_at=NOW)
        assert officer.delete(f"/api/cameras/{mine.pk}/").status_code == 409
        assert set(Camera.objects.filter(pk__in=[camera.pk, mine.pk])) == {mine}


@pytest.mark.parametrize("resource", ["facilities", "zones", "states", "transitions"])
def test_the_others_are_to_read(mine: Camera, officer: Client, resource: str) -> None:
    for method in (officer.put, officer.patch, officer.delete):
        assert method(f"/api/{resource}/{mine.pk}/", "{}", content_type="application/json").status_code == 405
    assert officer.post(f"/api/{resource}/", "{}", content_type="application/json").status_code == 405


@pytest.mark.parametrize("resource", ["cameras", "states", "transitions", "facilities", "zones"])
def test_a_list_costs_the_same_queries_for_one_and_for_many(world: World, officer: Client, resource: str) -> None:
    path = f"/api/{resource}/"
    facility = world.facilities["tam_ky_school"]
    officer.get(path)
    costs = []
    for number in range(2):
        for each in range(1 + 3 * number):
            camera = add_camera(facility, f"{number} {each}")
            Transition.objects.create(camera=camera, before=State.OK, state=State.DOWN, at=NOW, noticed_at=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(path).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_schema_names_the_resources_and_has_the_password_to_write_alone(officer: Client) -> None:
    schema = officer.get("/api/schema/", {"format": "json"}).json()
    paths = {f"/api/{name}/" for name in ("cameras", "states", "transitions", "facilities", "zones")}
    assert paths <= set(schema["paths"])
    assert schema["components"]["schemas"]["Stream"]["properties"]["password"]["writeOnly"] is True

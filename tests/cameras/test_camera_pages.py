import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cameras.domain.advice import ADVICE
from cameras.domain.passwords import unseal
from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Stream, Transition
from facilities.enums import ZoneKind
from tests.world import NOW, World, add_camera

CANARY = "Chim-hoang-yen-7391"

Login = Callable[[str], Client]

# Each is wrong in its way, and each holds the password.
PASTED = [
    f"rtsp://admin:{CANARY}@192.168.1.1/main",
    f"rtsp://admin:{CANARY}@x y/main",
    f"admin:{CANARY}@10.1.2.9/main",
    f"rtsp://admin:{CANARY}/x@10.1.2.9/main",
    f"rtsp://admin:12/{CANARY}@10.1.2.9/main",
    f"rtsp://admin:{CANARY}%zz@10.1.2.9/main",
    f"rtsp://admin:{CANARY}%0d@10.1.2.9/main",
    f"rtsp://admin:{CANARY}\\@10.1.2.9/main",
]

PAGES = ["camera", "camera_standing", "camera_edit", "camera_delete"]


@pytest.fixture(autouse=True)
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def camera(world: World) -> Camera:
    return world.cameras["tam_ky_school"]


@pytest.fixture
def officer(login: Login) -> Client:
    return login("tam_ky_officer")


def entered(world: World, kind: ZoneKind = ZoneKind.GATE, **changed: Any) -> dict[str, Any]:
    """What the form sends."""
    zone = world.facilities["tam_ky_school"].zones.get(kind=kind)
    return {
        "zone": zone.pk,
        "name": "Cổng chính",
        "address": "rtsp://10.1.2.9/main",
        "username": "admin",
        "password": CANARY,
        "sub_address": "",
        "interval": 60,
        "seen": "",
        **changed,
    }


def registration(world: World, facility: str = "tam_ky_school") -> str:
    return reverse("camera_new", args=[world.facilities[facility].pk])


def register(client: Client, world: World, **changed: Any) -> Camera:
    answer = client.post(registration(world), entered(world, **changed))
    assert answer.status_code == 302, answer.content.decode()
    return Camera.objects.latest("pk")


def edited(camera: Camera, client: Client, **changed: Any) -> dict[str, Any]:
    """What the edit page sends back unless something is changed in it."""
    form = client.get(reverse("camera_edit", args=[camera.pk])).context["form"]
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    return values | {"password": ""} | changed


def text(answer: HttpResponseBase) -> str:
    return b"".join(answer).decode()


class TestAnAddressAsOneLeavesItsField:
    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("rtsp://10.1.2.9:554/main", ""),
            ("10.1.2.9", "The address starts with rtsp://"),
            ("rtsp://8.8.8.8/main", "8.8.8.8 is not in a network permitted for this facility"),
            (f"rtsp://admin:{CANARY}@8.8.8.8/main", "8.8.8.8 is not in a network permitted for this facility"),
        ],
    )
    def test_it_is_judged_and_never_repeated_whole(
        self, world: World, officer: Client, address: str, said: str
    ) -> None:
        path = reverse("camera_address", args=[world.facilities["tam_ky_school"].pk])
        answer = text(officer.post(path, {"address": address}))
        assert answer.startswith(said)
        assert bool(answer) is bool(said)
        assert CANARY not in answer

    def test_nobody_learns_of_a_facility_out_of_reach(self, world: World, officer: Client, login: Login) -> None:
        elsewhere = reverse("camera_address", args=[world.facilities["hoi_an_hotel"].pk])
        assert officer.post(elsewhere, {"address": "x"}).status_code == 404
        own = reverse("camera_address", args=[world.facilities["tam_ky_school"].pk])
        assert login("qn_leader").post(own, {"address": "x"}).status_code == 404


class TestWhoSeesThem:
    @pytest.mark.parametrize("who", ["hoi_an_officer", "dn_officer", "dn_leader", "qn_army_leader", "nobody"])
    def test_a_camera_out_of_reach_is_not_there(self, camera: Camera, login: Login, who: str) -> None:
        client = login(who)
        for page in PAGES:
            path = reverse(page, args=[camera.pk])
            assert client.get(path).status_code == 404
            assert client.post(path, {"name": "x"}).status_code in (404, 405)
        assert Camera.objects.get(pk=camera.pk).name == camera.name

    @pytest.mark.parametrize("who", ["qn_leader", "qn_inspector", "qn_analyst"])
    def test_who_only_reads_cannot_change(self, world: World, camera: Camera, login: Login, who: str) -> None:
        client = login(who)
        assert client.get(reverse("camera", args=[camera.pk])).status_code == 200
        for page in ("camera_edit", "camera_delete"):
            assert client.get(reverse(page, args=[camera.pk])).status_code == 404
            assert client.post(reverse(page, args=[camera.pk])).status_code == 404
        assert client.post(registration(world), entered(world)).status_code == 404

    def test_the_anonymous_log_in_first(self, camera: Camera, login: Login) -> None:
        for page in PAGES:
            answer = login("anonymous").get(reverse(page, args=[camera.pk]))
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/")

    def test_nobody_registers_at_anothers_facility_or_in_its_zones(self, world: World, officer: Client) -> None:
        before = Camera.objects.count()
        assert officer.post(registration(world, "hoi_an_hotel"), entered(world)).status_code == 404
        foreign = world.facilities["hoi_an_hotel"].zones.get(kind=ZoneKind.GATE)
        answers = [
            officer.post(registration(world), entered(world, zone=pk)).context["form"].errors
            for pk in (foreign.pk, 999_999)
        ]
        assert answers[0] == answers[1]
        assert list(answers[0]) == ["zone"]
        assert Camera.objects.count() == before

    def test_only_own_zones_are_offered(self, world: World, officer: Client) -> None:
        page = text(officer.get(registration(world)))
        assert "Gate tam_ky_school" in page
        assert "hoi_an_hotel" not in page

    @pytest.mark.parametrize(("who", "shown"), [("tam_ky_officer", True), ("qn_operator", True), ("qn_leader", False)])
    def test_addresses_are_for_those_who_tend_the_cameras(
        self, camera: Camera, login: Login, who: str, *, shown: bool
    ) -> None:
        page = text(login(who).get(reverse("camera", args=[camera.pk])))
        assert ("rtsp://10.1.2.3" in page) is shown

    @pytest.mark.parametrize(("who", "shown"), [("qn_leader", True), ("qn_analyst", False)])
    def test_pictures_are_for_those_who_may_see_pictures(
        self, camera: Camera, login: Login, who: str, *, shown: bool
    ) -> None:
        page = text(login(who).get(reverse("camera", args=[camera.pk])))
        assert ("data-camera=" in page) is shown


class TestThePage:
    def test_it_says_what_is_wrong_and_what_to_do(self, camera: Camera, officer: Client) -> None:
        CameraState.objects.filter(camera=camera).update(
            state=State.DOWN, reason=Reason.AUTHENTICATION, observed_at=NOW, due_at=None
        )
        page = text(officer.get(reverse("camera", args=[camera.pk])))
        assert "The camera rejects the password" in page
        assert "Enter the right user name and password." in page
        assert "Paused until its account is corrected" in page
        assert "hx-get" not in page

    def test_every_reason_has_its_advice(self) -> None:
        assert set(ADVICE) == set(Reason)
        assert [reason for reason in Reason if not ADVICE[reason]] == [Reason.NONE]

    def test_it_asks_again_until_the_first_verdict(self, camera: Camera, officer: Client) -> None:
        path = reverse("camera_standing", args=[camera.pk])
        assert "hx-trigger" in text(officer.get(path))
        CameraState.objects.filter(camera=camera).update(state=State.OK, reason="", observed_at=NOW)
        assert "hx-trigger" not in text(officer.get(path))

    @pytest.mark.parametrize(("saved", "waits"), [(-1, False), (1, True)])
    def test_after_an_edit_it_waits_for_a_look_at_what_was_saved(
        self, camera: Camera, officer: Client, saved: int, *, waits: bool
    ) -> None:
        CameraState.objects.filter(camera=camera).update(state=State.OK, reason="", observed_at=NOW)
        moment = (NOW + timedelta(seconds=saved)).isoformat()
        page = text(officer.get(reverse("camera_standing", args=[camera.pk]), {"saved": moment}))
        assert ("hx-trigger" in page) is waits

    def test_it_waits_until_a_second_check_confirms_a_fault(self, camera: Camera, officer: Client) -> None:
        rows = CameraState.objects.filter(camera=camera)
        rows.update(observed_at=NOW, failures=1, failing_since=NOW)
        path = reverse("camera_standing", args=[camera.pk])
        page = text(officer.get(path, {"saved": (NOW - timedelta(seconds=1)).isoformat()}))
        assert "hx-trigger" in page
        assert "The last check found a fault." in page
        assert str(ADVICE[Reason.NOT_PROBED]) not in page
        rows.update(state=State.DOWN, reason=Reason.TIMEOUT, failures=0, failing_since=None)
        page = text(officer.get(path))
        assert "hx-trigger" not in page
        assert str(ADVICE[Reason.TIMEOUT]) in page

    def test_its_verdict_comes_with_its_time_and_the_history(self, camera: Camera, officer: Client) -> None:
        Transition.objects.create(
            camera=camera, before=State.UNKNOWN, state=State.OK, reason="", at=NOW, noticed_at=NOW
        )
        part = text(officer.get(reverse("camera_standing", args=[camera.pk])))
        whole = text(officer.get(reverse("camera", args=[camera.pk])))
        for page in (part, whole):
            assert [page.count(f'id="{name}"') for name in ("standing", "as-of", "history")] == [1, 1, 1]
            assert "14:05:20 11/06/2021" in page[page.index('id="history"') :]

    def test_a_spoilt_link_does_no_harm(self, camera: Camera, officer: Client) -> None:
        for text in ("", "x", "2021-13-45T99:99", "2021-06-11", "2021-06-11T10:00:00", "\x00"):
            answer = officer.get(reverse("camera", args=[camera.pk]), {"saved": text, "page": text})
            assert answer.status_code == 200

    def test_a_forbidden_zone_is_told_plainly(self, world: World, officer: Client) -> None:
        camera = register(officer, world, kind=ZoneKind.TOILET)
        page = text(officer.get(reverse("camera", args=[camera.pk])))
        assert "Its pictures are never shown, and it is reported as a finding." in page

    def test_its_history_is_paged_newest_first(self, camera: Camera, officer: Client) -> None:
        for number in range(25):
            at = NOW + timedelta(minutes=number)
            Transition.objects.create(
                camera=camera, before=State.OK, state=State.DOWN, reason=Reason.REFUSED, at=at, noticed_at=at
            )
        page = officer.get(reverse("camera", args=[camera.pk]))
        assert [change.at for change in page.context["history"]][:1] == [NOW + timedelta(minutes=24)]
        assert len(officer.get(reverse("camera", args=[camera.pk]), {"page": 2}).context["history"]) == 5

    def test_it_costs_the_same_queries_whatever_it_shows(self, camera: Camera, officer: Client) -> None:
        path = reverse("camera", args=[camera.pk])
        officer.get(path)
        costs = []
        for number in (1, 3):
            Transition.objects.bulk_create(
                Transition(camera=camera, before=State.OK, state=State.DOWN, at=NOW, noticed_at=NOW)
                for _each in range(number)
            )
            with CaptureQueriesContext(connection) as queries:
                officer.get(path)
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestRegistering:
    def test_back_to_the_camera_which_is_being_checked(self, world: World, officer: Client) -> None:
        answer = officer.post(registration(world), entered(world), follow=True)
        camera = Camera.objects.latest("pk")
        assert answer.redirect_chain[0][0].startswith(reverse("camera", args=[camera.pk]))
        assert "Being checked now" in text(answer)
        stream = camera.streams.get()
        assert (stream.url, stream.username) == ("rtsp://10.1.2.9/main", "admin")
        assert unseal(stream.sealed_password, camera=camera.pk, host="10.1.2.9", port=554) == CANARY

    def test_the_zone_that_one_comes_from_is_chosen(self, world: World, officer: Client) -> None:
        gate = world.facilities["tam_ky_school"].zones.get(kind=ZoneKind.GATE)
        form = officer.get(registration(world), {"zone": gate.pk}).context["form"]
        assert str(form["zone"].value()) == str(gate.pk)

    def test_a_sub_stream_takes_the_same_account(self, world: World, officer: Client) -> None:
        camera = register(officer, world, sub_address="http://10.1.2.9:8080/small.jpg")
        sub = camera.streams.get(kind="sub")
        assert unseal(sub.sealed_password, camera=camera.pk, host="10.1.2.9", port=8080) == CANARY

    def test_what_was_typed_stays_except_the_password(self, world: World, officer: Client) -> None:
        answer = officer.post(registration(world), entered(world, address="rtsp://192.168.1.1/main", name="Cổng ngoài"))
        page = text(answer)
        assert answer.status_code == 200
        assert list(answer.context["form"].errors) == ["address"]
        assert 'value="Cổng ngoài"' in page
        assert 'value="rtsp://192.168.1.1/main"' in page
        assert "Type the password again" in page
        assert CANARY not in page

    @pytest.mark.parametrize("field", ["address", "sub_address"])
    def test_a_pasted_password_never_comes_back(
        self, world: World, officer: Client, caplog: pytest.LogCaptureFixture, field: str
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for address in PASTED:
            answer = officer.post(registration(world), entered(world) | {"password": "", field: address})
            assert answer.status_code == 200, address
            assert field in answer.context["form"].errors, address
            assert CANARY not in text(answer), address
        assert CANARY not in caplog.text

    def test_a_pasted_account_fills_its_fields(self, world: World, officer: Client) -> None:
        camera = register(
            officer, world, address=f"rtsp://root:{CANARY}%40@10.1.2.9/main", username="admin", password=""
        )
        stream = camera.streams.get()
        assert (stream.url, stream.username) == ("rtsp://10.1.2.9/main", "root")
        assert unseal(stream.sealed_password, camera=camera.pk, host="10.1.2.9", port=554) == f"{CANARY}@"

    def test_errors_stand_at_their_field(self, world: World, officer: Client) -> None:
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"name": ""}, "name"),
            ({"name": "a" * 101}, "name"),
            ({"name": "\x00"}, "name"),
            ({"interval": 5}, "interval"),
            ({"interval": "x"}, "interval"),
            ({"zone": "x"}, "zone"),
            ({"address": ""}, "address"),
            ({"sub_address": "ftp://10.1.2.9/"}, "sub_address"),
            ({"username": ""}, "username"),
            ({"password": "a" * 201}, "password"),
        ]
        for changed, field in wrong:
            answer = officer.post(registration(world), entered(world, **changed))
            assert list(answer.context["form"].errors) == [field], changed

    def test_a_name_that_is_taken_is_told_at_the_name(self, world: World, officer: Client) -> None:
        register(officer, world)
        answer = officer.post(registration(world), entered(world, address="rtsp://10.1.2.9/second"))
        assert answer.context["form"].errors == {"name": ["This zone already has a camera of this name."]}


class TestEditing:
    @pytest.fixture
    def camera(self, world: World, officer: Client) -> Camera:
        return register(officer, world)

    def test_the_password_is_not_on_the_page(self, camera: Camera, officer: Client) -> None:
        for page in ("camera", "camera_edit"):
            shown = text(officer.get(reverse(page, args=[camera.pk])))
            assert CANARY not in shown
            assert camera.streams.get().sealed_password not in shown

    def test_left_empty_it_stays(self, camera: Camera, officer: Client) -> None:
        before = camera.streams.get().sealed_password
        officer.post(reverse("camera_edit", args=[camera.pk]), edited(camera, officer, name="Cổng lớn"))
        assert Camera.objects.get(pk=camera.pk).name == "Cổng lớn"
        assert camera.streams.get().sealed_password == before

    def test_the_box_removes_it(self, camera: Camera, officer: Client) -> None:
        path = reverse("camera_edit", args=[camera.pk])
        officer.post(path, edited(camera, officer, remove_password="on"))
        assert camera.streams.get().sealed_password == ""
        assert "remove_password" not in officer.get(path).context["form"].fields

    def test_at_a_new_address_it_is_dropped_and_the_page_says_so(self, camera: Camera, officer: Client) -> None:
        path = reverse("camera_edit", args=[camera.pk])
        answer = officer.post(path, edited(camera, officer, address="rtsp://10.9.9.9/main"), follow=True)
        assert "The stored password was removed" in text(answer)
        assert Stream.objects.get(camera=camera).sealed_password == ""

    def test_a_new_sub_stream_asks_for_the_password_again(self, camera: Camera, officer: Client) -> None:
        path = reverse("camera_edit", args=[camera.pk])
        changed = edited(camera, officer, sub_address="rtsp://10.1.2.9/sub")
        assert list(officer.post(path, changed).context["form"].errors) == ["password"]
        assert officer.post(path, changed | {"password": CANARY}).status_code == 302
        assert camera.streams.count() == 2

    def test_a_sub_streams_own_account_is_left_alone(self, camera: Camera, officer: Client) -> None:
        Stream.objects.create(camera=camera, kind="sub", url="rtsp://10.1.2.9/sub", username="viewer")
        officer.post(reverse("camera_edit", args=[camera.pk]), edited(camera, officer, username="root"))
        assert {stream.kind: stream.username for stream in camera.streams.all()} == {"main": "root", "sub": "viewer"}

    def test_who_saves_second_sees_what_the_first_one_saved(
        self, camera: Camera, officer: Client, login: Login
    ) -> None:
        path = reverse("camera_edit", args=[camera.pk])
        mine = edited(camera, officer, name="Tên của tôi")
        operator = login("qn_operator")
        assert operator.post(path, edited(camera, operator, name="Tên của họ")).status_code == 302
        answer = officer.post(path, mine)
        page = text(answer)
        assert answer.status_code == 409
        assert "Tên của họ" in page
        assert 'value="Tên của tôi"' in page
        assert Camera.objects.get(pk=camera.pk).name == "Tên của họ"
        again = mine | {"seen": answer.context["form"]["seen"].value()}
        assert officer.post(path, again).status_code == 302
        assert Camera.objects.get(pk=camera.pk).name == "Tên của tôi"

    def test_without_what_was_seen_nothing_is_overwritten(self, camera: Camera, officer: Client) -> None:
        changed = edited(camera, officer, name="Khác") | {"seen": ""}
        assert officer.post(reverse("camera_edit", args=[camera.pk]), changed).status_code == 409


class TestDeleting:
    def test_after_asking(self, world: World, officer: Client) -> None:
        camera = register(officer, world)
        path = reverse("camera_delete", args=[camera.pk])
        assert "will be lost for good" in text(officer.get(path))
        assert Camera.objects.filter(pk=camera.pk).exists()
        assert officer.post(path)["Location"] == reverse("facility", args=[world.facilities["tam_ky_school"].pk])
        assert not Camera.objects.filter(pk=camera.pk).exists()

    def test_evidence_stays(self, camera: Camera, officer: Client) -> None:
        CameraState.objects.filter(camera=camera).update(pictured_at=timezone.now())
        path = reverse("camera_delete", args=[camera.pk])
        assert "Delete the camera" not in text(officer.get(path))
        answer = officer.post(path, follow=True)
        assert "its history is evidence and stays" in text(answer)
        assert Camera.objects.filter(pk=camera.pk).exists()


def test_what_somebody_deletes_meanwhile_is_not_there(
    camera: Camera, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The deletion falls between finding the camera and locking it."""

    def gone(**_given: object) -> None:
        raise Camera.DoesNotExist

    changed = edited(camera, officer)
    for name, path in (("edit_camera", "camera_edit"), ("delete_camera", "camera_delete")):
        monkeypatch.setattr(f"cameras.views.cameras.{name}", gone)
        assert officer.post(reverse(path, args=[camera.pk]), changed).status_code == 404
    monkeypatch.setattr("cameras.api.delete_camera", gone)
    assert officer.delete(f"/api/cameras/{camera.pk}/").status_code == 404


def test_undeclared_methods_are_refused(world: World, camera: Camera, officer: Client) -> None:
    for page in PAGES:
        for method in (officer.put, officer.delete, officer.patch):
            assert method(reverse(page, args=[camera.pk])).status_code == 405
    assert officer.put(registration(world)).status_code == 405


def test_the_form_without_zones_says_whom_to_ask(world: World, officer: Client) -> None:
    facility = world.facilities["tam_ky_school"]
    Camera.objects.filter(zone__facility=facility).delete()
    facility.zones.all().delete()
    assert "This facility has no zones yet" in text(officer.get(registration(world)))


def test_two_cameras_of_one_name_live_in_two_zones(world: World, officer: Client) -> None:
    add_camera(world.facilities["tam_ky_school"], "Cổng chính")
    assert register(officer, world).name == "Cổng chính"

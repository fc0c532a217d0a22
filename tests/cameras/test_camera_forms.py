import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cameras.domain.passwords import unseal
from cameras.models import Camera, CameraState, Stream
from facilities.enums import ZoneKind
from tests.cameras.camera_pages import CANARY, PASTED, Login, edited, entered, register, registration, text
from tests.world import World

pytestmark = pytest.mark.usefixtures("english")


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

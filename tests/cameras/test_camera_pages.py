from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cameras.domain.advice import ADVICE
from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Transition
from facilities.enums import ZoneKind
from tests.cameras.camera_pages import CANARY, PAGES, Login, edited, entered, register, registration, text
from tests.world import NOW, World, add_camera

pytestmark = pytest.mark.usefixtures("english")


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
        for spoilt in ("", "x", "2021-13-45T99:99", "2021-06-11", "2021-06-11T10:00:00", "\x00"):
            answer = officer.get(reverse("camera", args=[camera.pk]), {"saved": spoilt, "page": spoilt})
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

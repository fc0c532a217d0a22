"""The page joins facilities and cameras; it is tested where its data is."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState
from facilities.enums import Stage, ZoneKind
from facilities.models import Facility, Zone
from portal.domain.coverage import CoveredZone, NextStep, Task, Verdict, next_step, required_covered
from tests.portal.figures.happenings import report
from tests.world import NOW, World, add_camera

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def facility(world: World) -> Facility:
    return world.facilities["tam_ky_school"]


@pytest.fixture
def officer(login: Login) -> Client:
    return login("tam_ky_officer")


def path(facility: Facility) -> str:
    return reverse("facility", args=[facility.pk])


def page(client: Client, facility: Facility) -> str:
    return client.get(path(facility)).content.decode()


def observed(camera: Camera, state: State, reason: Reason = Reason.NONE) -> None:
    CameraState.objects.filter(camera=camera).update(state=state, reason=reason, observed_at=NOW)


class TestThePage:
    @pytest.mark.parametrize("who", ["hoi_an_officer", "dn_officer", "dn_leader", "qn_army_leader", "nobody"])
    def test_out_of_reach_is_not_there(self, facility: Facility, login: Login, who: str) -> None:
        assert login(who).get(path(facility)).status_code == 404

    def test_the_anonymous_log_in_first(self, facility: Facility, login: Login) -> None:
        assert login("anonymous").get(path(facility))["Location"].startswith("/login/")

    def test_it_shows_its_own_zones_and_cameras_and_nobody_elses(self, facility: Facility, officer: Client) -> None:
        shown = page(officer, facility)
        assert "Camera tam_ky_school" in shown
        assert "Gate tam_ky_school" in shown
        assert "hoi_an_hotel" not in shown
        assert "10.1.2.3" not in shown

    @pytest.mark.parametrize(("who", "shown"), [("tam_ky_officer", True), ("qn_leader", False), ("qn_analyst", False)])
    def test_what_to_do_next_is_for_those_who_can_do_it(
        self, facility: Facility, login: Login, who: str, *, shown: bool
    ) -> None:
        text = page(login(who), facility)
        assert ("next-step" in text) is shown
        assert (reverse("facility_cameras", args=[facility.pk]) in text) is shown

    @pytest.mark.parametrize(("who", "shown"), [("qn_leader", True), ("qn_analyst", False)])
    def test_the_wall_is_for_those_who_may_see_pictures(
        self, facility: Facility, login: Login, who: str, *, shown: bool
    ) -> None:
        assert (reverse("wall_of", args=[facility.organisation_id]) in page(login(who), facility)) is shown

    def test_each_camera_has_state_reason_and_times(self, world: World, facility: Facility, officer: Client) -> None:
        camera = world.cameras["tam_ky_school"]
        observed(camera, State.DOWN, Reason.REFUSED)
        CameraState.objects.filter(camera=camera).update(since=NOW, pictured_at=NOW)
        shown = page(officer, facility)
        for text in ("Disconnected", "The camera refuses the connection", "14:05 11/06/2021", "14:05:20 11/06/2021"):
            assert text in shown

    def test_without_zones_it_says_why_it_is_empty(self, facility: Facility, officer: Client) -> None:
        Camera.objects.filter(zone__facility=facility).delete()
        facility.zones.all().delete()
        assert "No zones have been entered for this facility yet." in page(officer, facility)

    @pytest.mark.parametrize("who", ["qn_administrator", "qn_chief", "tam_ky_officer"])
    def test_without_zones_whoever_may_enter_them_is_led_there_and_others_to_them(
        self, facility: Facility, login: Login, who: str
    ) -> None:
        Camera.objects.filter(zone__facility=facility).delete()
        facility.zones.all().delete()
        shown = page(login(who), facility)
        led = reverse("facility_zones", args=[facility.pk]) in shown
        assert (led, "Ask the body that entered" in shown) == (who != "tam_ky_officer", who == "tam_ky_officer")

    def test_it_costs_the_same_queries_for_one_camera_and_for_many(self, facility: Facility, officer: Client) -> None:
        page(officer, facility)
        costs = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                page(officer, facility)
            costs.append(len(queries))
            for each in range(3):
                add_camera(facility, f"{number} {each}")
                Zone.objects.create(facility=facility, kind=ZoneKind.YARD, name=f"{number} {each}")
        assert costs[0] == costs[1]

    @pytest.mark.parametrize("task", list(Task))
    def test_every_next_step_has_its_words(
        self, world: World, facility: Facility, officer: Client, monkeypatch: pytest.MonkeyPatch, task: Task
    ) -> None:
        camera = world.cameras["tam_ky_school"]
        # Nothing of the rollout is left to be reported.
        report(facility, Stage.WATCHING, timezone.localdate(), timezone.now())
        step = NextStep(task, zone=camera.zone, camera=camera, others=2)
        monkeypatch.setattr("portal.views.facility.next_step", lambda _zones: step)
        shown = page(officer, facility).split('class="next-step"')[1].split("</section>")[0]
        assert "<p>" in shown
        assert ("Nothing to do: every required zone" in shown) is (task is Task.NOTHING)


def covered(kind: ZoneKind, *standings: tuple[State, Reason], name: str = "") -> CoveredZone:
    zone = Zone(kind=kind, name=name or kind.value)
    cameras = []
    for number, (state, reason) in enumerate(standings):
        camera = Camera(zone=zone, name=f"{zone.name} {number}")
        camera.state = CameraState(state=state, reason=reason)
        cameras.append(camera)
    return CoveredZone(zone, cameras)


OK = (State.OK, Reason.NONE)
BLACK = (State.IMPAIRED, Reason.BLACK)
REFUSED = (State.DOWN, Reason.REFUSED)
LOCKED = (State.DOWN, Reason.AUTHENTICATION)
UNSEEN = (State.UNKNOWN, Reason.NOT_PROBED)


class TestCoverage:
    @pytest.mark.parametrize(
        ("zone", "verdict"),
        [
            (covered(ZoneKind.GATE), Verdict.MISSING),
            (covered(ZoneKind.GATE, REFUSED), Verdict.REGISTERED),
            (covered(ZoneKind.GATE, BLACK), Verdict.REGISTERED),
            (covered(ZoneKind.GATE, UNSEEN), Verdict.REGISTERED),
            (covered(ZoneKind.GATE, REFUSED, OK), Verdict.VERIFIED),
            (covered(ZoneKind.STORE), Verdict.FREE),
            (covered(ZoneKind.TOILET), Verdict.CLEAR),
            (covered(ZoneKind.TOILET, OK), Verdict.FORBIDDEN),
        ],
    )
    def test_only_a_decoded_picture_covers_a_zone(self, zone: CoveredZone, verdict: Verdict) -> None:
        assert zone.verdict is verdict

    def test_what_is_required_is_counted(self) -> None:
        zones = [covered(ZoneKind.GATE, OK), covered(ZoneKind.YARD), covered(ZoneKind.STORE, OK)]
        assert required_covered([*zones, covered(ZoneKind.TOILET, OK)]) == (1, 2)

    @pytest.mark.parametrize(
        ("zones", "task", "others"),
        [
            ([], Task.ENTER_ZONES, 0),
            ([covered(ZoneKind.TOILET, OK), covered(ZoneKind.GATE, LOCKED)], Task.TAKE_DOWN, 0),
            ([covered(ZoneKind.GATE, LOCKED), covered(ZoneKind.YARD)], Task.MEND_ACCOUNT, 0),
            ([covered(ZoneKind.GATE, REFUSED), covered(ZoneKind.YARD), covered(ZoneKind.MEDICAL)], Task.REGISTER, 1),
            ([covered(ZoneKind.GATE, REFUSED, BLACK), covered(ZoneKind.YARD, UNSEEN)], Task.MEND_CAMERA, 1),
            ([covered(ZoneKind.GATE, OK), covered(ZoneKind.YARD, UNSEEN)], Task.WAIT, 0),
            ([covered(ZoneKind.GATE, OK), covered(ZoneKind.TOILET), covered(ZoneKind.STORE)], Task.NOTHING, 0),
            # A camera where none may be is not to be mended, only to be taken down.
            ([covered(ZoneKind.TOILET, LOCKED)], Task.TAKE_DOWN, 0),
        ],
    )
    def test_the_most_pressing_thing_comes_first(self, zones: list[CoveredZone], task: Task, others: int) -> None:
        step = next_step(zones)
        assert (step.task, step.others) == (task, others)

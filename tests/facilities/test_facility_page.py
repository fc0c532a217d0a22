"""The page joins facilities and cameras; it is tested where its data is."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState
from facilities.domain.rollout_standing import RolloutStanding
from facilities.enums import Stage, ZoneKind
from facilities.models import Deadline, Facility, Zone
from portal.domain.coverage import Coverage, CoveredZone, Verdict, by_kind, coverage
from portal.domain.next_step import NextStep, Task, owed
from tests.portal.figures.happenings import deadline, report
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
    def test_without_zones_whoever_may_enter_them_is_led_there_and_others_to_the_survey(
        self, facility: Facility, login: Login, who: str
    ) -> None:
        Camera.objects.filter(zone__facility=facility).delete()
        facility.zones.all().delete()
        shown = page(login(who), facility)
        led = reverse("facility_zones", args=[facility.pk]) in shown
        assert led == (who != "tam_ky_officer")
        assert ("The survey report enters them." in shown) == (who == "tam_ky_officer")

    def test_once_it_is_surveyed_whoever_finds_no_zones_reads_whom_to_ask(
        self, facility: Facility, officer: Client
    ) -> None:
        Camera.objects.filter(zone__facility=facility).delete()
        facility.zones.all().delete()
        report(facility, Stage.SURVEYED, timezone.localdate(), timezone.now())
        assert "Ask the body that entered" in page(officer, facility)

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
        step = NextStep(task, zone=camera.zone, camera=camera, stage=Stage.CONNECTED, others=2)
        monkeypatch.setattr("portal.views.facility.owed", lambda **_known: (step, step))
        shown = page(officer, facility).split('class="next-step"')[1].split("</section>")[0]
        assert "<p>" in shown
        assert ("Nothing to do: every required zone" in shown) is (task is Task.NOTHING)
        assert "One more thing is missing" in shown

    def test_what_is_due_says_by_when_according_to_what_and_whether_it_was_kept(
        self, world: World, facility: Facility, officer: Client
    ) -> None:
        today = timezone.localdate()
        assert "No deadline binds this facility." in page(officer, facility)
        first = deadline(world.nodes["national"], today + timedelta(days=3), NOW)
        shown = page(officer, facility)
        assert f"at the latest on {today + timedelta(days=3):%d/%m/%Y}" in shown
        assert "3 days left" in shown
        assert "4403/CV-BCĐ" in shown
        Deadline.objects.filter(pk=first.pk).update(last_day=today - timedelta(days=2))
        assert "2 days late" in page(officer, facility)
        report(facility, Stage.CONNECTED, today - timedelta(days=2), timezone.now())
        shown = page(officer, facility)
        assert f"reported for {today - timedelta(days=2):%d/%m/%Y}, in time" in shown
        assert "days late" not in shown

    def test_claimed_and_verified_stand_side_by_side(self, world: World, facility: Facility, officer: Client) -> None:
        shown = page(officer, facility)
        assert "<td>1</td><td>0</td>" in shown
        observed(world.cameras["tam_ky_school"], State.OK)
        shown = page(officer, facility)
        assert "Of 2 required zones</a></th><td>1</td><td>1</td>" in shown
        assert "1 of 2 required zones deliver a picture now" in shown

    @pytest.mark.parametrize(
        ("who", "shown"),
        [("tam_ky_officer", True), ("contractor", True), ("qn_operator", False), ("qn_leader", False)],
    )
    def test_the_contact_is_edited_by_whoever_reports_and_not_by_whoever_registers_cameras(
        self, facility: Facility, login: Login, who: str, *, shown: bool
    ) -> None:
        assert (reverse("contact_edit", args=[facility.pk]) in page(login(who), facility)) is shown

    def test_the_document_of_a_deadline_is_a_link_for_whoever_may_open_it(
        self, world: World, facility: Facility, login: Login
    ) -> None:
        due = deadline(world.nodes["national"], timezone.localdate(), NOW)
        link = reverse("document", args=[due.document_id])
        for who, shown in (("national_leader", True), ("tam_ky_officer", False)):
            text = page(login(who), facility)
            assert "4403/CV-BCĐ" in text
            assert (link in text) is shown
            assert (login(who).get(link).status_code == 200) is shown

    def test_a_tap_on_a_zone_without_a_camera_leads_to_registering_there(
        self, facility: Facility, officer: Client, login: Login
    ) -> None:
        gate = facility.zones.get(kind=ZoneKind.GATE)
        link = f'class="cover cover-missing" href="{reverse("facility_cameras", args=[facility.pk])}?zone={gate.pk}"'
        assert link in page(officer, facility)
        assert link not in page(login("qn_leader"), facility)


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
        zones = [covered(ZoneKind.GATE, OK), covered(ZoneKind.YARD), covered(ZoneKind.MEDICAL, REFUSED)]
        others = [covered(ZoneKind.STORE, OK), covered(ZoneKind.TOILET, OK)]
        assert coverage([*zones, *others]) == Coverage(required=3, claimed=2, verified=1)

    def test_the_grid_has_the_required_kinds_on_site_in_the_guidelines_order(self) -> None:
        zones = [covered(ZoneKind.GATE), covered(ZoneKind.STORE), covered(ZoneKind.CORRIDOR), covered(ZoneKind.GATE)]
        rows = by_kind([*zones, covered(ZoneKind.TOILET)])
        assert [(kind, len(row)) for kind, row in rows] == [(ZoneKind.CORRIDOR, 1), (ZoneKind.GATE, 2)]


GOOD = covered(ZoneKind.GATE, OK)
BARE = covered(ZoneKind.YARD)
BROKEN = covered(ZoneKind.MEDICAL, REFUSED, BLACK)
FORBIDDEN = covered(ZoneKind.TOILET, LOCKED)
WRONG_PASSWORD = covered(ZoneKind.RECEPTION, LOCKED)
WAITING = covered(ZoneKind.SAMPLING, UNSEEN)


def at(stage: Stage, *, paused: bool = False, closed: bool = False) -> RolloutStanding:
    return RolloutStanding(stage=stage, paused=paused, closed=closed)


def tasks(
    zones: Sequence[CoveredZone],
    rollout: RolloutStanding = RolloutStanding(stage=Stage.WATCHING),  # noqa: B008 - frozen
    *,
    has_contact: bool = True,
    may_register: bool = True,
    may_report: bool = True,
) -> list[Task]:
    steps = owed(
        zones=zones, rollout=rollout, has_contact=has_contact, may_register=may_register, may_report=may_report
    )
    return [step.task for step in steps]


class TestWhatIsOwed:
    def test_before_installing_reports_come_first_and_cameras_after_them(self) -> None:
        assert tasks([BARE, BROKEN], at(Stage.APPROVED)) == [Task.REPORT, Task.REGISTER, Task.MEND_CAMERA]

    def test_from_installing_on_what_is_reported_must_work_first(self) -> None:
        assert tasks([BARE, BROKEN], at(Stage.INSTALLING)) == [Task.REGISTER, Task.MEND_CAMERA, Task.REPORT]

    def test_privacy_and_locked_accounts_come_before_everything(self) -> None:
        found = tasks([BARE, WRONG_PASSWORD, FORBIDDEN], at(Stage.NOT_SURVEYED))
        assert found == [Task.TAKE_DOWN, Task.MEND_ACCOUNT, Task.REPORT, Task.REGISTER]

    def test_the_survey_enters_zones_where_there_are_none(self) -> None:
        assert tasks([], at(Stage.NOT_SURVEYED)) == [Task.REPORT]
        assert tasks([], at(Stage.NOT_SURVEYED), may_report=False) == [Task.ENTER_ZONES]
        assert tasks([], at(Stage.APPROVED)) == [Task.REPORT, Task.ENTER_ZONES]

    def test_while_paused_nothing_but_its_end_is_reported_and_once_closed_nothing_is_owed(self) -> None:
        assert tasks([BARE], at(Stage.APPROVED, paused=True), has_contact=False) == [
            Task.RESUME,
            Task.REGISTER,
            Task.NAME_CONTACT,
        ]
        assert tasks([BARE, BROKEN], at(Stage.APPROVED, closed=True), has_contact=False) == [Task.NOTHING]
        assert tasks([FORBIDDEN], at(Stage.APPROVED, closed=True)) == [Task.TAKE_DOWN]

    def test_the_contact_comes_last(self) -> None:
        assert tasks([GOOD], at(Stage.CONNECTED), has_contact=False) == [Task.REPORT, Task.NAME_CONTACT]

    def test_nobody_is_told_to_do_what_they_may_not(self) -> None:
        assert tasks([BARE], at(Stage.INSTALLING), may_report=False) == [Task.REGISTER]
        assert tasks([BARE, FORBIDDEN], at(Stage.INSTALLING), may_register=False) == [Task.REPORT]

    def test_where_nothing_is_owed_it_says_so_or_waits_for_a_look(self) -> None:
        assert tasks([GOOD, covered(ZoneKind.STORE)]) == [Task.NOTHING]
        assert tasks([GOOD, WAITING]) == [Task.WAIT]

    def test_it_counts_how_many_more_there_are(self) -> None:
        steps = owed(
            zones=[BARE, covered(ZoneKind.PUBLIC), BROKEN],
            rollout=at(Stage.WATCHING),
            has_contact=True,
            may_register=True,
            may_report=True,
        )
        assert [(step.task, step.others) for step in steps] == [(Task.REGISTER, 1), (Task.MEND_CAMERA, 1)]

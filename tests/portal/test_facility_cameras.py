"""All cameras of a facility on one page."""

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
from facilities.models import Facility
from tests.portal.figures.happenings import report
from tests.world import NOW, World, add_camera

Login = Callable[[str], Client]
SECRET = "Chim-hoang-yen-7391"


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
    return reverse("facility_cameras", args=[facility.pk])


def page(client: Client, facility: Facility, **headers: str) -> str:
    return client.get(path(facility), headers=headers).content.decode()


def sent(facility: Facility, address: str = "rtsp://10.1.2.9:554/new") -> dict[str, object]:
    zone = facility.zones.get(kind=ZoneKind.GATE).pk
    return {"zone": zone, "address": address, "username": "viewer", "password": SECRET, "interval": 60}


def test_a_camera_is_registered_on_the_page_and_called_after_its_zone(facility: Facility, officer: Client) -> None:
    answer = officer.post(path(facility), sent(facility))
    assert answer["Location"] == path(facility)
    officer.post(path(facility), sent(facility, "rtsp://10.1.2.10:554/new"))
    zone = facility.zones.get(kind=ZoneKind.GATE)
    assert list(zone.cameras.order_by("pk").values_list("name", flat=True)) == [zone.name, f"{zone.name} 2"]
    shown = page(officer, facility)
    assert f"{zone.name} 2" in shown
    assert "Being checked now" in shown


def test_what_was_sent_twice_is_registered_once(facility: Facility, officer: Client) -> None:
    officer.post(path(facility), sent(facility))
    again = officer.post(path(facility), sent(facility))
    assert "already has this address" in again.content.decode()
    assert Camera.objects.filter(zone__facility=facility).count() == 2


def test_a_password_never_comes_back(facility: Facility, officer: Client) -> None:
    refused = officer.post(path(facility), sent(facility, "rtsp://8.8.8.8/main")).content.decode()
    assert "Nothing was saved yet." in refused
    assert SECRET not in refused
    officer.post(path(facility), sent(facility))
    assert SECRET not in page(officer, facility)
    assert "viewer" not in page(officer, facility)


def test_each_camera_shows_its_test_until_there_is_a_verdict(world: World, facility: Facility, officer: Client) -> None:
    assert "hx-trigger" in page(officer, facility)
    state = CameraState.objects.filter(camera=world.cameras["tam_ky_school"])
    state.update(state=State.DOWN, reason=Reason.REFUSED, observed_at=NOW, failures=0)
    shown = page(officer, facility, HX_Request="true")
    assert "The camera refuses the connection" in shown
    assert "hx-trigger" not in shown
    assert "<form" not in shown


def test_pictures_are_for_those_who_may_see_them(facility: Facility, login: Login) -> None:
    assert 'id="wall"' in page(login("tam_ky_officer"), facility)
    assert 'id="wall"' not in page(login("contractor"), facility)


def test_it_shows_nobody_elses_cameras(facility: Facility, officer: Client) -> None:
    shown = page(officer, facility)
    assert "Camera tam_ky_school" in shown
    assert "hoi_an_hotel" not in shown
    assert officer.get(path(Facility.objects.get(code="hoi_an_hotel"))).status_code == 404


def test_it_costs_the_same_queries_for_one_camera_and_for_many(facility: Facility, officer: Client) -> None:
    page(officer, facility)
    costs = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            page(officer, facility)
        costs.append(len(queries))
        for each in range(4):
            add_camera(facility, f"{number} {each}", url=f"rtsp://10.1.{number}.{each}/main")
    assert costs[0] == costs[1]


def test_the_next_required_zone_without_a_camera_is_proposed(facility: Facility, officer: Client) -> None:
    facility.zones.create(kind=ZoneKind.STORE, name="A store")
    yard = facility.zones.create(kind=ZoneKind.YARD, name="Yard")
    gate = facility.zones.get(kind=ZoneKind.GATE)
    shown = page(officer, facility)
    assert f'value="{gate.pk}" selected' in shown
    assert shown.count("no camera yet") == 2
    officer.post(path(facility), sent(facility))
    shown = page(officer, facility)
    assert f'value="{yard.pk}" selected' in shown
    assert shown.count("no camera yet") == 1
    assert f'value="{gate.pk}" selected' in officer.get(f"{path(facility)}?zone={gate.pk}").content.decode()


def test_it_leads_to_the_acceptance_when_that_comes_next_and_all_required_zones_have_a_camera(
    world: World, facility: Facility, officer: Client, login: Login
) -> None:
    acceptance = reverse("rollout_acceptance", args=[facility.pk])
    assert acceptance not in page(officer, facility)
    report(facility, Stage.INSTALLING, timezone.localdate(), timezone.now())
    shown = page(officer, facility)
    assert acceptance in shown
    assert "onward-next" not in shown
    officer.post(path(facility), sent(facility))
    CameraState.objects.filter(camera=world.cameras["tam_ky_school"]).update(state=State.OK, reason="")
    shown = page(officer, facility)
    assert "<b>2/2</b>" in shown
    assert "<b>1/2</b>" in shown
    assert "onward-next" in shown
    # Who registers cameras and does not report is led nowhere.
    assert acceptance not in page(login("qn_operator"), facility)
    report(facility, Stage.CONNECTED, timezone.localdate(), timezone.now())
    assert acceptance not in page(officer, facility)

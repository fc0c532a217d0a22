"""The lists beside the table: who is not connected and why, contradicted claims, cameras."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cameras.enums import Reason, State
from cameras.models import CameraState
from facilities.enums import BlockReason, Sector, Stage, ZoneKind
from facilities.models import AdministrativeUnit
from portal.models import FacilityStanding
from tests.portal.tables.made import stand_still
from tests.world import World, add_camera, add_facility

Login = Callable[[str], Client]


@pytest.fixture
def stuck(world: World) -> World:
    """The school is late for a reason, the hotel still has time, the barracks are connected, as they say."""
    stand_still()
    today = timezone.localdate()

    def stand(name: str, **figures: Any) -> None:
        FacilityStanding.objects.filter(facility=world.facilities[name]).update(**figures)

    stand("tam_ky_school", stage=Stage.APPROVED, due_on=today - timedelta(days=4), blocked=[BlockReason.NO_LINE])
    stand("hoi_an_hotel", stage=Stage.INSTALLING, due_on=today + timedelta(days=1))
    stand("qn_barracks", stage=Stage.WATCHING, contradictions=["watched_without_picture", "sink_denied"])
    stand("da_nang_dormitory", stage=Stage.CONNECTED, contradictions=["connected_without_camera"])
    return world


def names(answer: Any) -> list[str]:  # noqa: ANN401 - the test client's answer
    return [row.record.name for row in answer.context["table"].paginated_rows]


def test_the_latest_come_first_with_their_reasons(stuck: World, login: Login) -> None:
    answer = login("qn_leader").get(reverse("not_connected"))
    assert names(answer) == ["Cơ sở tam_ky_school", "Cơ sở hoi_an_hotel"]
    page = answer.content.decode()
    assert str(BlockReason.NO_LINE.label) in page
    assert "quá hạn 4 ngày" in page
    assert reverse("rollout", args=[stuck.facilities["tam_ky_school"].pk]) in page
    backwards = login("qn_leader").get(reverse("not_connected"), {"sort": "-late"})
    assert names(backwards) == ["Cơ sở hoi_an_hotel", "Cơ sở tam_ky_school"]


def test_each_contradicted_claim_has_its_row_and_its_evidence(stuck: World, login: Login) -> None:
    answer = login("national_leader").get(reverse("compliance_contradictions"))
    said = [(row.record.code, row.record.said) for row in answer.context["table"].paginated_rows]
    assert said == [
        ("da_nang_dormitory", "connected_without_camera"),
        ("qn_barracks", "sink_denied"),
        ("qn_barracks", "watched_without_picture"),
    ]
    assert answer.context["facilities"] == 2
    assert answer.context["table"].page.paginator.count == 3
    page, barracks = answer.content.decode(), stuck.facilities["qn_barracks"].pk
    assert f'{reverse("compliance_cameras")}?facility={barracks}"' in page
    assert reverse("rollout", args=[barracks]) in page
    for sort in ("claimed", "-claimed", "-name", "district", "-province"):
        again = login("national_leader").get(reverse("compliance_contradictions"), {"sort": sort})
        assert len(again.context["table"].rows) == 3, sort


@pytest.mark.parametrize("route", ["not_connected", "compliance_contradictions", "compliance_cameras"])
def test_lists_are_of_what_is_in_reach_alone(stuck: World, login: Login, route: str) -> None:
    client = login("dn_leader")
    page = client.get(reverse(route)).content.decode()
    assert "tam_ky" not in page
    assert "qn_barracks" not in page
    other = AdministrativeUnit.objects.get(name="Quảng Nam").pk
    for query in ({"unit": other}, {"unit": "x"}, {"unit": "9" * 30}):
        assert client.get(reverse(route), query).status_code == 404
    hidden = stuck.facilities["tam_ky_school"].pk
    if route != "not_connected":
        assert client.get(reverse(route), {"facility": hidden}).status_code == 404


@pytest.mark.parametrize("route", ["not_connected", "compliance_contradictions", "compliance_cameras"])
def test_the_number_of_queries_does_not_grow(world: World, login: Login, route: str) -> None:
    client = login("national_leader")

    def queries() -> int:
        stand_still()
        FacilityStanding.objects.update(contradictions=["sink_denied", "zone_without_picture"])
        client.get(reverse(route))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(route))
        return len(asked)

    before = queries()
    for number in range(3):
        district = AdministrativeUnit.objects.get(name="Hội An")
        add_camera(add_facility(world, f"more_{number}", world.nodes["hoi_an"], district, Sector.CIVIL), "second")
    assert queries() == before


@pytest.fixture
def mixed(world: World) -> World:
    """The school's cameras: one that works, one without a row of state, one down, one in a toilet."""
    school = world.facilities["tam_ky_school"]
    CameraState.objects.filter(camera=world.cameras["tam_ky_school"]).update(state=State.OK, reason="")
    CameraState.objects.filter(camera=add_camera(school, "Mới")).delete()
    down = add_camera(school, "Hành lang Đông")
    CameraState.objects.filter(camera=down).update(state=State.DOWN, reason=Reason.TIMEOUT)
    toilet = add_camera(school, "Cấm", kind=ZoneKind.TOILET)
    CameraState.objects.filter(camera=toilet).update(state=State.OK, reason="")
    return world


def cameras(client: Client, **query: str) -> set[str]:
    answer = client.get(reverse("compliance_cameras"), query)
    assert answer.status_code == 200
    return {row.record.name for row in answer.context["table"].paginated_rows}


def test_cameras_are_narrowed_by_state_reason_kind_and_name(mixed: World, login: Login) -> None:
    client = login("tam_ky_officer")
    assert cameras(client, state="down") == {"Hành lang Đông"}
    assert cameras(client, state="ok") == {"Camera tam_ky_school"}
    assert cameras(client, state="unknown") == {"Mới"}
    assert cameras(client, state="forbidden") == {"Cấm"}
    assert cameras(client, reason="timeout") == {"Hành lang Đông"}
    assert cameras(client, kind="toilet") == {"Cấm"}
    assert cameras(client, q="hanh lang dong") == {"Hành lang Đông"}
    assert cameras(client, q="Đông") == {"Hành lang Đông"}
    assert cameras(client, q="Dộng") == set()
    assert len(cameras(client, state="x", reason="x", kind="x")) == 4


def test_cameras_sort_by_every_column(mixed: World, login: Login) -> None:
    client = login("tam_ky_officer")
    columns = [column.name for column in client.get(reverse("compliance_cameras")).context["table"].columns]
    for name in columns:
        for sign in ("", "-"):
            assert len(cameras(client, sort=f"{sign}{name}")) == 4, name
    first = client.get(reverse("compliance_cameras")).context["table"].rows[0].record
    assert first.name == "Hành lang Đông"

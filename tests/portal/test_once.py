"""A form that is sent again because the line dropped."""

from typing import Any
from uuid import uuid4

import pytest
import redis
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cameras.models import Camera
from facilities.enums import Stage, ZoneKind
from portal.once import BEFORE, FATE, IN_HAND
from portal.redirects import TOLD
from tests.portal.figures.happenings import report
from tests.world import World


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.people["tam_ky_officer"])
    return client


def path(world: World) -> str:
    return reverse("facility_cameras", args=[world.facilities["tam_ky_school"].pk])


def typed(world: World, **changed: Any) -> dict[str, Any]:
    zone = world.facilities["tam_ky_school"].zones.get(kind=ZoneKind.GATE)
    return {"zone": zone.pk, "address": "rtsp://10.1.2.9/main", "interval": 60, **changed}


def send(client: Client, world: World, name: str, **changed: Any) -> Any:  # noqa: ANN401 - what the client answers
    answer: Any = client.post(path(world), typed(world, **changed), headers={"X-Draft": name})
    return answer


def new_name() -> str:
    return uuid4().hex


def test_what_has_arrived_is_led_on_as_the_first_time_and_done_once(world: World, client: Client) -> None:
    name, before = new_name(), Camera.objects.count()
    first, second = send(client, world, name), send(client, world, name)
    assert (first.status_code, first[TOLD], FATE in first) == (200, path(world), False)
    assert (second.status_code, second[TOLD], second[FATE]) == (200, path(world), BEFORE)
    assert Camera.objects.count() == before + 1
    assert "Nội dung đã đến nơi từ lần gửi đầu" in client.get(path(world)).content.decode()


def test_a_report_of_the_rollout_is_sent_once_and_leads_on_again(world: World, client: Client) -> None:
    facility = world.facilities["tam_ky_school"]
    report(facility, Stage.ESTIMATED, timezone.localdate(), timezone.now())
    here, name = reverse("rollout_approval", args=[facility.pk]), new_name()
    answers = [client.post(here, {"on": f"{timezone.localdate()}"}, headers={"X-Draft": name}) for _ in range(3)]
    assert {answer[TOLD] for answer in answers} == {reverse("rollout_procurement", args=[facility.pk])}
    assert facility.reports.filter(stage=Stage.APPROVED).count() == 1


def test_what_is_changed_has_another_name_and_is_asked_anew(world: World, client: Client) -> None:
    send(client, world, new_name())
    second = send(client, world, new_name(), address="rtsp://10.1.2.10/main")
    assert (TOLD in second, FATE in second) == (True, False)


def test_what_was_refused_may_be_sent_again_under_its_name(world: World, client: Client) -> None:
    name = new_name()
    refused = send(client, world, name, address="rtsp://8.8.8.8/main")
    assert refused.status_code == 200
    assert TOLD not in refused
    taken = send(client, world, name)
    assert (TOLD in taken, FATE in taken) == (True, False)


def test_neither_two_people_nor_two_pages_meet_under_one_name(world: World, client: Client) -> None:
    name = new_name()
    send(client, world, name)
    other = Client()
    other.force_login(world.people["hoi_an_officer"])
    answer = send(other, world, name)
    assert answer.status_code == 404
    assert TOLD not in answer
    elsewhere = client.post(
        reverse("camera_new", args=[world.facilities["tam_ky_school"].pk]), headers={"X-Draft": name}
    )
    assert FATE not in elsewhere


def test_what_is_still_in_hand_is_not_done_beside_itself(world: World, client: Client) -> None:
    name, before = new_name(), Camera.objects.count()
    cache.add(f"once:{world.people['tam_ky_officer'].pk}:{path(world)}:{name}", "", 60)
    answer = send(client, world, name)
    assert (answer.status_code, answer[FATE]) == (409, IN_HAND)
    assert Camera.objects.count() == before


def test_who_must_log_in_first_is_led_there_and_nothing_counts_as_saved(world: World) -> None:
    answer = send(Client(), world, new_name())
    assert answer[TOLD].startswith("/login/?next=")
    assert FATE not in answer


def test_who_lacks_a_second_factor_is_led_there_and_may_send_it_again(
    world: World, client: Client, settings: Settings
) -> None:
    name = new_name()
    settings.SECOND_FACTOR_REQUIRED = True
    assert "second-factor" in send(client, world, name)[TOLD]
    settings.SECOND_FACTOR_REQUIRED = False
    taken = send(client, world, name)
    assert (taken[TOLD], FATE in taken) == (path(world), False)


def test_without_a_name_or_with_an_odd_one_a_form_is_an_ordinary_form(world: World, client: Client) -> None:
    assert client.post(path(world), typed(world)).status_code == 302
    for number in (11, 12):
        assert FATE not in send(client, world, "x" * 200, address=f"rtsp://10.1.2.{number}/main")


def test_without_redis_forms_are_taken_and_the_domain_refuses_doubles(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_given: object, **_more: object) -> None:
        raise redis.ConnectionError

    for name in ("add", "get", "set", "delete"):
        monkeypatch.setattr(cache, name, down)
    name, before = new_name(), Camera.objects.count()
    assert TOLD in send(client, world, name)
    again = send(client, world, name)
    assert (again.status_code, TOLD in again) == (200, False)
    assert Camera.objects.count() == before + 1

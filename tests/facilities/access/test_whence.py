import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from cameras.models import Camera
from facilities.access.whence import client_address
from facilities.domain.records import Whence, done_by, record, requested_from, whence
from facilities.enums import RecordedAction
from facilities.models import Facility, Record, User
from portal.asgi import application
from tests.world import NOW, World, build_world

Login = Callable[[str], Client]


JSON = "application/json"
CameraEvent: Any = Camera.versions.rel.related_model  # type: ignore[attr-defined] # made by the history


def newest(row: Any) -> Any:  # noqa: ANN401 - of whatever model
    return row.versions.order_by("-pgh_id")[0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.9.8.7"),
        (0, "1.2.3.4", "10.9.8.7"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
        (2, "2001:DB8::1 ,10.0.0.1", "2001:db8::1"),
        # Fewer than there are proxies, or no address: whoever sent it passed by them.
        (2, "1.2.3.4", "10.9.8.7"),
        (1, "'; DROP TABLE", "10.9.8.7"),
        (1, None, "10.9.8.7"),
    ],
)
def test_an_address_is_believed_as_far_as_own_proxies_tell_it(
    settings: Settings, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert client_address(RequestFactory(REMOTE_ADDR="10.9.8.7").get("/", headers=headers)) == address


def test_over_a_unix_socket_there_is_no_address() -> None:
    assert client_address(RequestFactory(REMOTE_ADDR="").get("/")) is None


def test_each_answer_has_a_number_of_its_own(world: World, login: Login) -> None:
    client = login("qn_operator")
    numbers = {client.get("/wall/")["X-Request-ID"] for _ in range(2)} | {client.get("/none/")["X-Request-ID"]}
    assert len({UUID(number) for number in numbers}) == 3


def test_what_a_page_edits_says_who_from_where_and_in_which_request(world: World, login: Login) -> None:
    camera = world.cameras["tam_ky_school"]
    number = camera.pk
    answer = login("tam_ky_officer").post(reverse("camera_delete", args=[number]), REMOTE_ADDR="10.9.8.7")
    assert answer.status_code == 302
    version = CameraEvent.objects.filter(pgh_obj_id=number).order_by("-pgh_id")[0]
    assert (version.pgh_label, version.name) == ("delete", "Camera tam_ky_school")
    assert version.pgh_context == {
        "user": world.people["tam_ky_officer"].pk,
        "address": "10.9.8.7",
        "request": answer["X-Request-ID"],
    }


def test_so_does_what_the_api_edits(world: World, login: Login) -> None:
    camera = world.cameras["tam_ky_school"]
    answer = login("qn_operator").patch(f"/api/cameras/{camera.pk}/", {"name": "Mới"}, content_type=JSON)
    assert answer.status_code == 200
    assert newest(camera).name == "Mới"
    assert newest(camera).pgh_context["user"] == world.people["qn_operator"].pk
    assert newest(camera).pgh_context["request"] == answer["X-Request-ID"]
    assert whence() == Whence()


async def patched(person: User, camera: Camera, name: str) -> dict[str, str]:
    """The headers of the answer to an edit over the API, from the very application that the server runs."""
    client = Client()
    await sync_to_async(client.force_login)(person)
    token = "a" * 32
    body = json.dumps({"name": name}).encode()
    headers = {
        "host": "localhost",
        "content-type": JSON,
        "content-length": str(len(body)),
        "cookie": f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}; {settings.CSRF_COOKIE_NAME}={token}",
        "x-csrftoken": token,
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "PATCH",
        "path": f"/api/cameras/{camera.pk}/",
        "query_string": b"",
        "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
        "client": ["10.9.8.7", 4000],
        "server": ["localhost", 80],
    }
    server: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call] # asgiref leaves it open
    await server.send_input({"type": "http.request", "body": body})
    answer = await server.receive_output(timeout=20)
    assert answer["status"] == 200
    await server.wait(timeout=20)
    return {key.decode().lower(): value.decode() for key, value in answer["headers"]}


async def test_requests_side_by_side_are_not_mixed_up(transactional_db: None) -> None:
    """Under ASGI each has a thread, and a connection from the pool that others had before."""
    world = await sync_to_async(build_world)()
    pairs = {"tam_ky_officer": "tam_ky_school", "hoi_an_officer": "hoi_an_hotel", "dn_officer": "da_nang_dormitory"}

    async def edit(person: User, camera: Camera, number: int) -> tuple[int, str, dict[str, Any]]:
        name = f"{person.username} {number}"
        answer = await patched(person, camera, name)
        expected = {"user": person.pk, "address": "10.9.8.7", "request": answer["x-request-id"]}
        return camera.pk, name, expected

    edits = [edit(world.people[who], world.cameras[where], n) for who, where in pairs.items() for n in range(4)]
    for camera, name, expected in await asyncio.gather(*edits):
        version = await database_sync_to_async(CameraEvent.objects.get)(pgh_obj_id=camera, name=name)
        assert version.pgh_context == expected

    def by_nobody() -> Any:  # noqa: ANN401 - a version
        Camera.objects.update(name="Không ai")
        return CameraEvent.objects.order_by("-pgh_id")[0]

    assert (await database_sync_to_async(by_nobody)()).pgh_context is None


def test_edits_past_the_models_are_caught(world: World) -> None:
    facility = world.facilities["tam_ky_school"]
    Facility.objects.filter(pk=facility.pk).update(address="1 Hùng Vương")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE facilities_facility SET address = '2 Hùng Vương' WHERE id = %s", [facility.pk])
    Facility.objects.bulk_update([Facility(pk=facility.pk, address="3 Hùng Vương")], ["address"])
    addresses = facility.versions.order_by("pgh_id").values_list("address", flat=True)  # type: ignore[attr-defined] # the history's
    assert list(addresses) == ["", "1 Hùng Vương", "2 Hùng Vương", "3 Hùng Vương"]


def test_a_command_or_job_marks_what_it_does(world: World) -> None:
    chief = world.people["qn_chief"]
    camera = world.cameras["tam_ky_school"]
    with done_by("import", actor=chief):
        Camera.objects.filter(pk=camera.pk).update(name="Nhập")
        record(RecordedAction.IMPORTED, actor=chief, now=NOW)
    assert newest(camera).pgh_context == {"user": chief.pk, "address": None, "request": "import"}
    assert Record.objects.get().request == "import"


def test_what_is_put_on_record_says_whence(world: World) -> None:
    with requested_from(Whence(address="10.9.8.7", request="n1")):
        record(RecordedAction.EXPORTED, actor=world.people["qn_chief"], now=NOW)
    row = Record.objects.get()
    assert (row.address, row.request, row.person_id) == ("10.9.8.7", "n1", world.people["qn_chief"].pk)

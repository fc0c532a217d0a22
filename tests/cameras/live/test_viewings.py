"""Views of pictures on record: which ones, whose, from when to when, and none that cannot be recorded."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from cameras.live import wall
from facilities.access.doors.socket import TRY_AGAIN
from facilities.access.grants import revoke_role
from facilities.enums import RecordedAction, Role, ZoneKind
from facilities.models import Record
from tests.cameras.live.test_wall_connection import WallPage, cookie_of, publish
from tests.world import World, add_camera

pytestmark = pytest.mark.django_db(transaction=True)
OPENED, CLOSED = RecordedAction.PICTURES_OPENED.value, RecordedAction.PICTURES_CLOSED.value


async def page_of(world: World, name: str) -> WallPage:
    page = WallPage(await sync_to_async(cookie_of)(world, name), "http://testserver")
    await page.opened()
    return page


@sync_to_async
def on_record() -> list[tuple[str, int | None, list[int]]]:
    """What was opened and closed so far, of which node, in order."""
    rows = Record.objects.filter(action__in=[OPENED, CLOSED]).order_by("pk")
    return [(row.action, row.organisation_id, row.detail["cameras"]) for row in rows]


async def test_what_comes_to_the_screen_and_leaves_it_is_on_record(committed_world: World) -> None:
    world = committed_world
    school, hotel = world.nodes["tam_ky_school"].pk, world.nodes["hoi_an_hotel"].pk
    first, other = world.cameras["tam_ky_school"], world.cameras["hoi_an_hotel"]
    second = await sync_to_async(add_camera)(world.facilities["tam_ky_school"], "second")
    page = await page_of(world, "qn_leader")
    await page.watch(first, second)
    expected = [(OPENED, school, [first.pk, second.pk])]
    assert await on_record() == expected
    # What stays on the screen is neither closed nor opened again.
    await page.watch(second, first)
    await page.watch(second, other)
    expected += [(CLOSED, school, [first.pk]), (OPENED, hotel, [other.pk])]
    assert await on_record() == expected
    await page.leave()
    expected += [(CLOSED, school, [second.pk]), (CLOSED, hotel, [other.pk])]
    assert await on_record() == expected


async def test_a_record_says_who_from_where_and_by_which_page(committed_world: World) -> None:
    camera, leader = committed_world.cameras["tam_ky_school"], committed_world.people["qn_leader"]
    pages = [await page_of(committed_world, "qn_leader") for _ in range(2)]
    for page in pages:
        await page.watch(camera)
        await page.leave()
    rows = [row async for row in Record.objects.filter(action__in=[OPENED, CLOSED]).order_by("pk")]
    assert {(row.person_id, row.person, row.address, row.subject) for row in rows} == {
        (leader.pk, str(leader), "192.0.2.7", "Cơ sở tam_ky_school")
    }
    sockets = [row.detail["socket"] for row in rows]
    assert sockets[0] == sockets[1] != sockets[2] == sockets[3]


async def test_what_is_never_shown_is_not_on_record(committed_world: World) -> None:
    """A camera where none may be has no picture; one of another province is not shown at all."""
    toilet = await sync_to_async(add_camera)(
        committed_world.facilities["tam_ky_school"], "toilet", kind=ZoneKind.TOILET
    )
    page = await page_of(committed_world, "qn_leader")
    await page.watch(toilet, committed_world.cameras["da_nang_dormitory"])
    await page.leave()
    assert await on_record() == []


async def test_what_is_lost_is_closed_on_record(committed_world: World) -> None:
    world = committed_world
    lost, kept = world.cameras["tam_ky_school"], world.cameras["hoi_an_hotel"]
    page = await page_of(world, "qn_inspector")
    await page.watch(lost, kept)
    await sync_to_async(revoke_role)(
        user=world.people["qn_inspector"], role=Role.INSPECTOR, organisation=world.nodes["tam_ky"]
    )
    assert await page.told() == {"gone": [lost.pk]}
    assert (await on_record())[2:] == [(CLOSED, world.nodes["tam_ky_school"].pk, [lost.pk])]
    await page.leave()


async def test_no_picture_is_sent_that_is_not_on_record(
    committed_world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(wall, "record_viewings", broken)
    camera = committed_world.cameras["tam_ky_school"]
    await publish(camera)
    page = await page_of(committed_world, "qn_leader")
    await page.say({"watch": [camera.pk]})
    assert await page.output() == {"type": "websocket.close", "code": TRY_AGAIN}
    assert await page.nothing()
    assert "could not be put on record" in caplog.text
    await page.leave()

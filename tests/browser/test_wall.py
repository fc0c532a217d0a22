"""The wall in a real browser: what is on the screen is what was last seen, and looks no newer than it is."""

import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from cameras.enums import Reason, State
from cameras.live import tiles
from cameras.models import Camera, CameraState
from facilities.access.doors.socket import SECOND_FACTOR
from facilities.access.grants import revoke_role
from facilities.enums import Role
from tests.browser.conftest import log_in
from tests.browser.site import Site
from tests.world import World

pytestmark = pytest.mark.browser
SOON_MS = 10_000


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    """A picture that a browser can show."""
    command = "ffmpeg -v error -f lavfi -i testsrc2=s=384x216 -frames:v 1 -f mjpeg -"
    return subprocess.run(command.split(), capture_output=True, check=True).stdout


def beside_the_browser(call: Callable[[], Any]) -> None:
    """Run in a thread of its own: what announces to open sockets may not run beside Playwright's event loop."""

    def quietly() -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(quietly).result()


def publish(
    camera: Camera, jpeg: bytes, *, seconds_old: float = 0, state: State = State.OK, reason: Reason = Reason.NONE
) -> None:
    now = timezone.now()
    captured = now - timedelta(seconds=seconds_old)
    tile = tiles.Tile(camera.pk, camera.zone.facility_id, state, reason, now, now, captured if jpeg else None, jpeg)
    beside_the_browser(lambda: tiles.publish([tile]))


def tile_of(page: Page, camera: Camera) -> Locator:
    return page.locator(f".tile[data-camera='{camera.pk}']")


def open_wall(page: Page, site: Site, name: str) -> None:
    log_in(page, site, name)
    page.goto(site.url("/wall/"))


def seconds_shown(tile: Locator) -> int:
    return int("".join(letter for letter in tile.locator(".tile-age").inner_text() if letter.isdigit()))


def test_a_tile_appears_and_ages_by_itself(site: Site, quiet_world: World, page: Page, jpeg: bytes) -> None:
    camera = quiet_world.cameras["tam_ky_school"]
    open_wall(page, site, "tam_ky_officer")
    tile = tile_of(page, camera)
    expect(tile.locator(".state")).to_have_class("state state-unknown")
    publish(camera, jpeg)
    expect(tile.locator("img")).to_be_visible(timeout=SOON_MS)
    expect(tile.locator(".state")).to_have_class("state state-ok")
    assert tile.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [384, 216]
    expect(tile.locator(".tile-stale")).to_be_hidden()
    first = seconds_shown(tile)
    page.wait_for_timeout(2500)
    assert seconds_shown(tile) > first


def test_a_picture_older_than_twice_its_interval_says_so(
    site: Site, quiet_world: World, page: Page, jpeg: bytes
) -> None:
    camera = quiet_world.cameras["tam_ky_school"]
    publish(camera, jpeg, seconds_old=2 * camera.interval - 4)
    open_wall(page, site, "tam_ky_officer")
    tile = tile_of(page, camera)
    expect(tile.locator("img")).to_be_visible(timeout=SOON_MS)
    # Nothing more is sent: it grows old by itself, and a newer one makes it young again.
    expect(tile.locator(".tile-stale")).to_be_visible(timeout=SOON_MS)
    expect(tile).to_have_class("tile is-stale")
    publish(camera, jpeg)
    expect(tile.locator(".tile-stale")).to_be_hidden(timeout=SOON_MS)


def test_a_phone_whose_clock_is_an_hour_off_shows_the_true_age(
    site: Site, quiet_world: World, page: Page, jpeg: bytes
) -> None:
    camera = quiet_world.cameras["tam_ky_school"]
    publish(camera, jpeg)
    page.add_init_script("{ const real = Date.now; Date.now = () => real() + 3600e3 }")
    open_wall(page, site, "tam_ky_officer")
    tile = tile_of(page, camera)
    expect(tile.locator("img")).to_be_visible(timeout=SOON_MS)
    expect(tile.locator(".tile-stale")).to_be_hidden()
    assert seconds_shown(tile) < 60


def test_a_dead_camera_says_why_and_is_heard_of_once(site: Site, quiet_world: World, page: Page, jpeg: bytes) -> None:
    camera = quiet_world.cameras["tam_ky_school"]
    beside_the_browser(lambda: CameraState.objects.filter(camera=camera).update(state=State.OK, reason=""))
    publish(camera, jpeg)
    open_wall(page, site, "tam_ky_officer")
    tile = tile_of(page, camera)
    expect(tile.locator("img")).to_be_visible(timeout=SOON_MS)
    assert page.locator("#wall-news").inner_text() == ""
    publish(camera, b"", state=State.DOWN, reason=Reason.AUTHENTICATION)
    expect(tile.locator(".state")).to_have_class("state state-down", timeout=SOON_MS)
    words = page.evaluate("JSON.parse(document.getElementById('state-words').textContent)")
    expect(tile.locator(".tile-reason")).to_contain_text(words["reasons"]["authentication"])
    # The last picture stays, with its own time.
    expect(tile.locator("img")).to_be_visible()
    expect(page.locator("#wall-news")).to_contain_text(camera.name)


def test_who_loses_the_right_to_see_it_loses_the_picture(
    site: Site, quiet_world: World, page: Page, jpeg: bytes
) -> None:
    camera = quiet_world.cameras["tam_ky_school"]
    publish(camera, jpeg)
    open_wall(page, site, "tam_ky_officer")
    image = tile_of(page, camera).locator("img")
    expect(image).to_be_visible(timeout=SOON_MS)
    person, node = quiet_world.people["tam_ky_officer"], quiet_world.nodes["tam_ky_school"]
    beside_the_browser(lambda: revoke_role(user=person, role=Role.FACILITY_OFFICER, organisation=node))
    expect(image).to_be_hidden(timeout=SOON_MS)
    assert image.get_attribute("src") is None
    expect(page.locator("#wall-banner")).to_be_visible()


def test_a_lost_connection_is_said_and_comes_back_with_all_tiles(
    site: Site, quiet_world: World, page: Page, jpeg: bytes
) -> None:
    camera = quiet_world.cameras["tam_ky_school"]
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/ws/wall/", between)
    publish(camera, jpeg)
    open_wall(page, site, "tam_ky_officer")
    tile = tile_of(page, camera)
    expect(tile.locator("img")).to_be_visible(timeout=SOON_MS)
    sockets[0].close(code=3000)
    expect(page.locator("#wall-banner")).to_be_visible()
    expect(tile.locator("img")).to_be_visible()
    publish(camera, jpeg, state=State.IMPAIRED, reason=Reason.BLACK)
    expect(tile.locator(".state")).to_have_class("state state-impaired", timeout=SOON_MS)
    expect(page.locator("#wall-banner")).to_be_hidden()
    assert len(sockets) == 2


def test_without_a_second_factor_the_wall_leads_to_one(site: Site, quiet_world: World, page: Page, jpeg: bytes) -> None:
    """The page was opened with one; meanwhile somebody logged in anew, by password alone, in another tab."""
    camera = quiet_world.cameras["tam_ky_school"]
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/ws/wall/", between)
    publish(camera, jpeg)
    open_wall(page, site, "tam_ky_officer")
    picture = tile_of(page, camera).locator("img")
    expect(picture).to_be_visible(timeout=SOON_MS)
    sockets[0].close(code=SECOND_FACTOR)
    expect(picture).to_be_hidden()
    address = page.locator("#wall-banner a").get_attribute("href") or ""
    assert unquote(address) == f"{reverse('second_factor')}?next={urlsplit(page.url).path}"


def test_enter_on_a_tile_opens_its_camera(site: Site, quiet_world: World, page: Page) -> None:
    camera = quiet_world.cameras["tam_ky_school"]
    open_wall(page, site, "tam_ky_officer")
    tile_of(page, camera).locator("a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cameras/{camera.pk}/")


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_its_screen_and_none_breaks_the_content_policy(
    site: Site, page: Page, width: int
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, site, "qn_leader")
    for path in ("/compliance/", "/compliance/facilities/", "/wall/"):
        page.goto(site.url(path))
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []


def test_the_table_is_narrowed_as_one_types_and_the_view_is_a_link(site: Site, page: Page) -> None:
    log_in(page, site, "qn_leader")
    page.goto(site.url("/compliance/facilities/"))
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("#id_q").press_sequentially("hoi_an")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**q=hoi_an**")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    # The page's head goes with the table: the way up keeps what is chosen.
    page.select_option("#id_sector", "paid_hotel")
    expect(page.locator(".crumbs a").first).to_have_attribute("href", re.compile(r"\?sector=paid_hotel$"))
    expect(page.locator("tbody tr")).to_have_count(1)

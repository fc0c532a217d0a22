"""The main job on real footage, through a server that is not ours, in a real browser.

A facility officer registers a camera; a worker fetches and decodes a picture; the tile appears on the wall and the
compliance table counts it. The server is killed: all of that turns. It comes back: all of that turns back.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState
from cameras.simulator.clip import make_clip
from facilities.enums import ZoneKind
from tests.browser.conftest import log_in
from tests.browser.site import Site, free_port
from tests.cameras.streams.gst import CLIPS, missing, serving_file
from tests.world import World

INTERVAL = 10
# Two intervals until a death is said, and what the turns of scheduler, worker and page take on a busy machine.
TURN_MS = (2 * INTERVAL + 25) * 1000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A camera's own footage where it is at hand, a drawn one otherwise."""
    real = CLIPS / "hall.mp4"
    return real if real.exists() else make_clip(tmp_path_factory.mktemp("clip") / "drawn.mp4", 768, 432, 10, seconds=6)


def register(page: Page, site: Site, world: World, url: str) -> Camera:
    facility = world.facilities["tam_ky_school"]
    page.goto(site.url(f"/facilities/{facility.pk}/cameras/new/"))
    page.select_option("[name=zone]", str(facility.zones.get(kind=ZoneKind.GATE).pk))
    page.fill("[name=name]", "Cổng chính")
    page.fill("[name=address]", url)
    page.fill("[name=username]", "viewer")
    page.fill("[name=password]", "xem-hinh-2021")
    page.locator("details.more-fields summary").click()
    page.fill("[name=interval]", str(INTERVAL))
    page.click("main [type=submit]")
    page.wait_for_url(re.compile(r"/cameras/\d+/"))
    return Camera.objects.get(name="Cổng chính")


def verified(page: Page, site: Site) -> str:
    """What the compliance table says of the facilities of the officer, as it reads."""
    page.goto(site.url("/compliance/facilities/"))
    return page.locator("table tbody").inner_text()


def test_from_the_form_to_the_wall_and_back(working_site: Site, quiet_world: World, page: Page, footage: Path) -> None:
    port = free_port()
    log_in(page, working_site, "tam_ky_officer")
    with serving_file(footage, "--user", "viewer", "--password", "xem-hinh-2021", port=port):
        camera = register(page, working_site, quiet_world, f"rtsp://127.0.0.1:{port}/stream")
        node = quiet_world.nodes["tam_ky_school"].pk
        page.goto(working_site.url(f"/wall/{node}/"))
        tile = page.locator(f"[data-camera='{camera.pk}']")
        expect(tile).to_have_attribute("data-state", State.OK, timeout=TURN_MS)
        picture = tile.locator("img")
        expect(picture).to_be_visible(timeout=TURN_MS)
        assert picture.evaluate("picture => picture.naturalWidth") == 384
        before = picture.get_attribute("src")
        expect(picture).not_to_have_attribute("src", before or "", timeout=TURN_MS)
        counted_alive = verified(page, working_site)
        page.goto(working_site.url(f"/wall/{node}/"))
        expect(tile).to_have_attribute("data-state", State.OK)

    # The server is gone: killed, not closed.
    expect(tile).to_have_attribute("data-state", State.DOWN, timeout=TURN_MS)
    expect(tile.locator(".tile-reason")).to_contain_text("Camera từ chối kết nối")
    state = CameraState.objects.get(camera=camera)
    assert (state.state, state.reason) == (State.DOWN, Reason.REFUSED)
    assert verified(page, working_site) != counted_alive

    with serving_file(footage, "--user", "viewer", "--password", "xem-hinh-2021", port=port):
        page.goto(working_site.url(f"/wall/{node}/"))
        expect(tile).to_have_attribute("data-state", State.OK, timeout=TURN_MS)
        assert verified(page, working_site) == counted_alive
    history = list(camera.transitions.order_by("pk").values_list("before", "state"))
    assert history == [(State.UNKNOWN, State.OK), (State.OK, State.DOWN), (State.DOWN, State.OK)]


def test_a_wrong_password_is_said_in_words_and_not_tried_again(
    working_site: Site, quiet_world: World, page: Page, footage: Path
) -> None:
    log_in(page, working_site, "tam_ky_officer")
    with serving_file(footage, "--user", "viewer", "--password", "another") as port:
        camera = register(page, working_site, quiet_world, f"rtsp://127.0.0.1:{port}/stream")
        expect(page.locator("#standing")).to_contain_text("Camera từ chối mật khẩu", timeout=TURN_MS)
        expect(page.locator("#history tbody")).to_contain_text("Camera từ chối mật khẩu")
    assert CameraState.objects.get(camera=camera).due_at is None

"""Pictures for leaders as a browser draws them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page

from tests.browser.conftest import log_in
from tests.browser.site import Site
from tests.portal.pictures.made import frozen, standing_of
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def figured_site(site: Site, quiet_world: World) -> Site:
    """The portal with figures of all facilities."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_figures, quiet_world).result()
    return site


def _figures(world: World) -> None:
    today = timezone.localdate()
    try:
        for facility in world.facilities.values():
            standing_of(facility, claimed=8, verified=6, connected_on=today, due_on=today + timedelta(days=3))
            frozen(facility, today - timedelta(days=1), day_ok_seconds=9, day_unknown_seconds=3)
    finally:
        connection.close()


def test_pictures_fit_a_phone_and_the_map_is_walked_by_keyboard(
    page: Page, figured_site: Site, quiet_world: World
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    log_in(page, figured_site, "national_leader")
    page.set_viewport_size({"width": 360, "height": 740})
    uptime = f"/facilities/{quiet_world.facilities['tam_ky_school'].pk}/uptime/"
    today = f"{uptime}?day={timezone.localdate():%Y-%m-%d}"
    for path in ("/compliance/progress/", "/compliance/strips/", uptime, today, "/compliance/map/"):
        page.goto(figured_site.url(path))
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
    page.focus("main form [type=submit]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Tỉnh Đà Nẵng: 75,0%"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/compliance/{quiet_world.nodes['dn'].area_id}/**")
    # No picture was refused by the policy on styles and scripts.
    assert said == []

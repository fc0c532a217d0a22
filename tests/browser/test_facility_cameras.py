"""Cameras of a facility registered one after the other on a small phone, also while the line is down."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from cameras.models import Camera
from facilities.enums import Stage, ZoneKind
from facilities.models import ProgressReport
from tests.browser.conftest import log_in
from tests.browser.site import Site
from tests.browser.test_wall import beside_the_browser
from tests.portal.figures.happenings import report
from tests.world import World

pytestmark = pytest.mark.browser

SECRET = "Chim-hoang-yen-7391"
STORED = "Object.values(localStorage).join()"


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A small phone in Vietnamese."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    yield context.new_page()
    context.close()


def open_page(page: Page, site: Site, world: World) -> list[str]:
    """Open it; returns the documents that are loaded from then on."""
    log_in(page, site, "tam_ky_officer")
    page.goto(site.url(f"/facilities/{world.facilities['tam_ky_school'].pk}/cameras/"))
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if request.is_navigation_request() else None)
    return loaded


def fill(page: Page, world: World, address: str) -> None:
    page.select_option("[name=zone]", str(world.facilities["tam_ky_school"].zones.get(kind=ZoneKind.GATE).pk))
    page.fill("[name=address]", address)


def test_eight_cameras_in_a_row_without_leaving_the_page(site: Site, quiet_world: World, phone: Page) -> None:
    loaded = open_page(phone, site, quiet_world)
    phone.fill("[name=username]", "viewer")
    phone.fill("[name=password]", SECRET)
    for number in range(2, 10):
        fill(phone, quiet_world, f"rtsp://10.1.2.{10 + number}/main")
        phone.click("#register [type=submit]")
        expect(phone.locator(".camera-test")).to_have_count(number)
        expect(phone.locator("[name=address]")).to_have_value("")
        expect(phone.locator("[name=username]")).to_have_value("viewer")
        expect(phone.locator("[name=password]")).to_have_value(SECRET)
    assert loaded == []
    assert Camera.objects.filter(streams__username="viewer").exclude(streams__sealed_password="").count() == 8
    assert SECRET not in phone.evaluate(STORED)
    assert phone.evaluate("document.scrollingElement.scrollWidth") == 360
    # The page alone remembers the account: the server does not send it back.
    phone.reload()
    expect(phone.locator("[name=password]")).to_have_value("")
    expect(phone.locator("[name=username]")).to_have_value("")


def test_a_line_that_is_down_loses_nothing(site: Site, quiet_world: World, phone: Page) -> None:
    loaded = open_page(phone, site, quiet_world)
    fill(phone, quiet_world, "rtsp://10.1.2.9/main")
    phone.fill("[name=username]", "viewer")
    phone.fill("[name=password]", SECRET)
    phone.context.set_offline(True)
    phone.click("#register [type=submit]")
    expect(phone.locator("[data-problem=line]")).to_be_visible()
    expect(phone.locator("[name=password]")).to_have_value(SECRET)
    assert phone.evaluate("document.scrollingElement.scrollWidth") == 360
    assert not Camera.objects.filter(streams__url="rtsp://10.1.2.9/main").exists()
    stored = phone.evaluate(STORED)
    assert "10.1.2.9" in stored
    assert SECRET not in stored
    phone.context.set_offline(False)
    phone.click("[data-problem=line] [data-again]")
    expect(phone.locator(".camera-test")).to_have_count(2)
    assert Camera.objects.filter(streams__url="rtsp://10.1.2.9/main").count() == 1
    assert phone.evaluate(STORED) == ""
    assert loaded == []


def test_what_was_typed_is_back_when_the_page_is_opened_again(site: Site, quiet_world: World, phone: Page) -> None:
    open_page(phone, site, quiet_world)
    fill(phone, quiet_world, "rtsp://10.1.2.9/main")
    phone.fill("[name=password]", SECRET)
    phone.reload()
    expect(phone.locator(".draft-back")).to_be_visible()
    expect(phone.locator("[name=address]")).to_have_value("rtsp://10.1.2.9/main")
    expect(phone.locator("[name=password]")).to_have_value("")


def test_what_was_refused_is_said_at_its_field_and_the_rest_stays(site: Site, quiet_world: World, phone: Page) -> None:
    loaded = open_page(phone, site, quiet_world)
    fill(phone, quiet_world, "rtsp://8.8.8.8/main")
    phone.click("#register [type=submit]")
    expect(phone.locator("main .alert-danger")).to_be_visible()
    expect(phone.locator("[name=address]")).to_have_value("rtsp://8.8.8.8/main")
    expect(phone.locator("[name=address]")).to_be_focused()
    phone.fill("[name=address]", "rtsp://10.1.2.9/main")
    phone.click("#register [type=submit]")
    expect(phone.locator(".camera-test")).to_have_count(2)
    assert loaded == []


def test_what_arrived_although_its_answer_was_lost_is_registered_once(
    site: Site, quiet_world: World, phone: Page
) -> None:
    loaded = open_page(phone, site, quiet_world)
    fill(phone, quiet_world, "rtsp://10.1.2.9/main")
    names = lose_the_first_answer(phone, "**/cameras/")
    phone.click("#register [type=submit]")
    expect(phone.locator("[data-problem=line]")).to_be_visible()
    assert Camera.objects.filter(streams__url="rtsp://10.1.2.9/main").count() == 1
    phone.click("[data-problem=line] [data-again]")
    expect(phone.locator(".camera-test")).to_have_count(2)
    expect(phone.locator("[name=address]")).to_have_value("")
    assert Camera.objects.filter(streams__url="rtsp://10.1.2.9/main").count() == 1
    expect(phone.locator("#messages .alert-success")).to_have_count(1)
    assert len(names) == 2
    assert names[0] == names[1]
    assert loaded == []


def test_a_report_whose_answer_was_lost_leads_on_and_one_that_was_changed_is_another(
    site: Site, quiet_world: World, phone: Page
) -> None:
    facility = quiet_world.facilities["tam_ky_school"]
    beside_the_browser(lambda: report(facility, Stage.ESTIMATED, timezone.localdate(), timezone.now()))
    log_in(phone, site, "tam_ky_officer")
    phone.goto(site.url(f"/facilities/{facility.pk}/rollout/approval/"))
    phone.fill("[name=note]", "Quyết định 12")
    names = lose_the_first_answer(phone, "**/approval/")
    phone.click("form.report .btn-primary")
    expect(phone.locator("[data-problem=line]")).to_be_visible()
    phone.click("[data-problem=line] [data-again]")
    phone.wait_for_url("**/rollout/procurement/")
    assert ProgressReport.objects.filter(facility=facility, stage=Stage.APPROVED).count() == 1
    phone.unroute("**/approval/")
    names += lose_the_first_answer(phone, "**/procurement/")
    phone.click("form.report .btn-primary")
    expect(phone.locator("[data-problem=line]")).to_be_visible()
    phone.fill("[name=note]", "Thêm một ghi chú")
    phone.click("form.report .btn-primary")
    # It is asked anew, and says that the first one has arrived.
    expect(phone.locator(".errorlist")).to_be_visible()
    assert ProgressReport.objects.filter(facility=facility, stage=Stage.PROCURING).count() == 1


def lose_the_first_answer(page: Page, pattern: str) -> list[str]:
    """Let the next form arrive there and its answer be lost; returns the names of all that are sent from then on."""
    names: list[str] = []

    def pass_on(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        names.append(route.request.headers["x-draft"])
        if len(names) > 1:
            route.continue_()
            return
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route(pattern, pass_on)
    return names

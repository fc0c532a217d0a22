"""The form of a camera in a real browser: mistakes show at once, and what was typed outlives a lost session."""

import pytest
from playwright.sync_api import Page, expect

from facilities.enums import ZoneKind
from tests.browser.conftest import log_in
from tests.browser.site import Site
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser

SECRET = "Chim-hoang-yen-7391"
STORED = "Object.values(localStorage).join()"


def open_form(page: Page, site: Site, world: World) -> None:
    log_in(page, site, "tam_ky_officer")
    page.goto(site.url(f"/facilities/{world.facilities['tam_ky_school'].pk}/cameras/new/"))


def fill(page: Page, world: World) -> None:
    page.select_option("[name=zone]", str(world.facilities["tam_ky_school"].zones.get(kind=ZoneKind.GATE).pk))
    page.fill("[name=name]", "Cổng chính")
    page.fill("[name=address]", f"rtsp://viewer:{SECRET}@10.1.2.9/main")
    page.locator("[name=address]").blur()


def test_an_address_is_judged_as_one_leaves_its_field(site: Site, quiet_world: World, page: Page) -> None:
    open_form(page, site, quiet_world)
    page.fill("[name=address]", f"rtsp://viewer:{SECRET}%21@8.8.8.8/main")
    page.locator("[name=address]").blur()
    expect(page.locator("[name=address]")).to_have_value("rtsp://8.8.8.8/main")
    expect(page.locator("[name=username]")).to_have_value("viewer")
    expect(page.locator("[name=password]")).to_have_value(f"{SECRET}!")
    expect(page.locator(".errorlist")).to_contain_text("8.8.8.8 không thuộc mạng được phép")
    expect(page.locator("[name=address]")).to_have_attribute("aria-invalid", "true")
    page.fill("[name=address]", "rtsp://10.1.2.9/main")
    page.locator("[name=address]").blur()
    expect(page.locator(".errorlist")).to_have_count(0)
    expect(page.locator("[name=address]")).not_to_have_attribute("aria-invalid", "true")


def test_what_was_typed_outlives_the_session_but_for_the_password(site: Site, quiet_world: World, page: Page) -> None:
    open_form(page, site, quiet_world)
    fill(page, quiet_world)
    page.context.clear_cookies(name="sessionid")
    page.click("main [type=submit]")
    page.wait_for_url("**/login/**")
    page.fill("[name=login]", "tam_ky_officer")
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    expect(page.locator("#draft")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("Cổng chính")
    expect(page.locator("[name=address]")).to_have_value("rtsp://10.1.2.9/main")
    expect(page.locator("[name=username]")).to_have_value("viewer")
    expect(page.locator("[name=password]")).to_have_value("")
    stored = page.evaluate(STORED)
    assert "10.1.2.9" in stored
    assert SECRET not in stored
    page.click("text=Bỏ nội dung này")
    expect(page.locator("[name=name]")).to_have_value("")
    assert page.evaluate(STORED) == ""


def test_a_saved_form_leaves_no_draft_and_logging_out_none_at_all(site: Site, quiet_world: World, page: Page) -> None:
    open_form(page, site, quiet_world)
    fill(page, quiet_world)
    page.fill("[name=name]", "")
    page.click("main [type=submit]")
    expect(page.locator("[name=name]")).to_be_focused()
    page.fill("[name=name]", "Cổng chính")
    page.click("main [type=submit]")
    page.wait_for_url(lambda url: "saved=" in url)
    expect(page.locator("h1")).to_have_text("Cổng chính")
    assert page.evaluate(STORED) == ""
    page.click("text=Sửa >> nth=0")
    page.fill("[name=name]", "Cổng phụ")
    assert "Cổng phụ" in page.evaluate(STORED)
    page.click(".menu summary")
    page.click("text=Đăng xuất")
    page.wait_for_url("**/login/**")
    assert page.evaluate(STORED) == ""


def test_a_filter_after_the_session_leads_to_logging_in_and_back(site: Site, page: Page) -> None:
    log_in(page, site, "qn_leader")
    page.context.clear_cookies(name="sessionid")
    page.fill("[name=q]", "tam ky")
    expect(page.locator("[name=password]")).to_be_visible()
    page.fill("[name=login]", "qn_leader")
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    expect(page.locator("#figures")).to_contain_text("Huyện Hội An")

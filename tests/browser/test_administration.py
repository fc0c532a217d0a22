"""The pages of administration on a narrow phone: where one is stays in sight, and what happened can be read."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.site import Site

pytestmark = pytest.mark.browser

INK = "element => getComputedStyle(element).color"


def test_each_page_of_administration_shows_on_a_phone_which_one_it_is(page: Page, site: Site) -> None:
    log_in(page, site, "qn_administrator")
    page.set_viewport_size({"width": 360, "height": 740})
    for place in ("people", "organisations", "mandates", "imports", "records"):
        page.goto(site.url(f"/{place}/"))
        expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_what_went_wrong_is_written_as_dark_as_anything_else(page: Page, site: Site) -> None:
    page.goto(site.url("/login/"))
    page.fill("[name=login]", "qn_administrator")
    page.fill("[name=password]", "not the password")
    page.click("main [type=submit]")
    assert page.locator(".alert").first.evaluate(INK) == page.locator("body").evaluate(INK)

"""Reporting the rollout in a real browser, on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from facilities.models import Estimate, SurveyedZone
from tests.browser.conftest import log_in
from tests.browser.site import Site
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A fresh window of a small phone's size."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN", has_touch=True)
    yield context.new_page()
    context.close()


def test_rows_are_added_by_a_script_and_the_sum_is_shown(site: Site, quiet_world: World, phone: Page) -> None:
    log_in(phone, site, "tam_ky_officer")
    phone.goto(site.url(f"/facilities/{quiet_world.facilities['tam_ky_school'].pk}/rollout/survey/"))
    rows = phone.locator(".row-survey")
    there = rows.count()
    phone.click("[data-add=zones]")
    expect(rows).to_have_count(there + 1)
    expect(rows.last.locator("select")).to_be_focused()
    rows.last.locator("select").select_option("yard")
    rows.last.locator("[name$=-name]").fill("Sân trước")
    rows.last.locator("[name$=-needed]").fill("2")
    phone.click(".sheet-actions [type=submit]")
    phone.wait_for_url("**/rollout/estimate/")
    assert SurveyedZone.objects.filter(name="Sân trước", needed=2).count() == 1
    for number, price in enumerate(("1.500.000", "2.000.000", "4.200.000", "300.000")):
        phone.fill(f"[name=lines-{number}-unit_price]", price)
    expect(phone.locator("[data-sum]")).to_have_text("14.000.000")
    phone.fill("[name=total]", "14.000.000")
    phone.click(".sheet-actions [type=submit]")
    phone.wait_for_url("**/rollout/approval/")
    assert Estimate.objects.get().total == 14_000_000


@pytest.mark.parametrize("page", ["", "survey/", "other/"])
def test_nothing_is_wider_than_the_phone(site: Site, quiet_world: World, phone: Page, page: str) -> None:
    log_in(phone, site, "tam_ky_officer")
    phone.goto(site.url(f"/facilities/{quiet_world.facilities['tam_ky_school'].pk}/rollout/{page}"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360

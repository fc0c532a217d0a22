"""A facility officer reports the rollout on a phone, step by step, no page twice; its leader sees the same."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect

from cameras.enums import Reason, State
from cameras.models import CameraState
from facilities.enums import Stage
from facilities.models import ProgressReport
from portal.models import FacilityStanding
from tests.browser.conftest import log_in
from tests.browser.site import Site
from tests.world import World

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 360, "height": 740}


def deliver(world: World) -> None:
    """The prober has just seen a good picture of the facility's camera."""
    now = timezone.now()
    CameraState.objects.filter(camera=world.cameras["tam_ky_school"]).update(
        state=State.OK,
        reason=Reason.NONE,
        since=now,
        observed_at=now,
        pictured_at=now,
        codec="h264",
        width=1920,
        height=1080,
    )


def send(page: Page, shots: Path, name: str) -> None:
    """Send the form of a step; it fits the phone."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], f"{name} is {width} px wide"
    page.screenshot(path=shots / f"{name}.png", full_page=True)
    page.click("form.report .form-actions button[type=submit]")


def test_from_the_survey_to_connected_on_a_phone_no_page_twice(
    chromium: Browser, site: Site, quiet_world: World, tmp_path: Path
) -> None:
    facility = quiet_world.facilities["tam_ky_school"]
    deliver(quiet_world)
    context = chromium.new_context(viewport=PHONE, locale="vi-VN")
    page = context.new_page()
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url.removeprefix(site.address)))
    log_in(page, site, "tam_ky_officer")
    page.click(".next-step a.btn-primary")
    page.fill("[name=zones-0-needed]", "1")
    send(page, tmp_path, "survey")
    expect(page.locator("[name=lines-0-item]")).to_have_value(re.compile("Camera", re.IGNORECASE))
    prices = (2_500_000, 6_000_000, 4_000_000, 250_000)
    quantities = [int(page.locator(f"[name=lines-{row}-quantity]").input_value()) for row in range(len(prices))]
    for row, price in enumerate(prices):
        page.fill(f"[name=lines-{row}-unit_price]", str(price))
    page.fill("[name=total]", "1")
    send(page, tmp_path, "estimate-wrong")
    # What was typed is still there, beside what is wrong with it.
    expect(page.locator("[name=lines-0-unit_price]")).to_have_value("2500000")
    expect(page.locator(".errorlist").first).to_be_visible()
    page.fill("[name=total]", str(sum(price * number for price, number in zip(prices, quantities, strict=True))))
    send(page, tmp_path, "estimate")
    for name in ("approval", "procurement", "installation"):
        page.wait_for_url(f"**/rollout/{name}/")
        send(page, tmp_path, name)
    page.wait_for_url("**/rollout/acceptance/")
    send(page, tmp_path, "acceptance")
    page.wait_for_url("**/rollout/connection/")
    for sink in page.locator("[name=sinks]").all():
        sink.check()
    send(page, tmp_path, "connection")
    page.wait_for_url(f"**/facilities/{facility.pk}/")
    page.screenshot(path=tmp_path / "facility.png", full_page=True)
    stages = ProgressReport.objects.filter(facility=facility).order_by("recorded_at", "pk")
    assert list(stages.values_list("stage", flat=True)) == [stage.value for stage in list(Stage)[1:8]]
    asked = [url for url in seen if "/rollout/" in url]
    # The estimate came back once, with its mistake.
    assert (
        sorted(asked) == sorted({*asked, *[url for url in asked if url.endswith("/estimate/")]})
        or len(asked) == len(set(asked)) + 1
    )
    context.close()

    leader = chromium.new_context(viewport=PHONE, locale="vi-VN")
    table = leader.new_page()
    log_in(table, site, "qn_leader")
    table.goto(site.url("/compliance/facilities/?q=tam_ky_school"))
    shown = table.locator("tbody tr")
    expect(shown).to_have_count(1)
    expect(shown.locator("td.number").first).to_have_text("1")
    table.screenshot(path=tmp_path / "table.png", full_page=True)
    standing = FacilityStanding.objects.get(facility=facility)
    assert (standing.stage, standing.claimed, standing.verified, standing.sinks_claimed) == ("connected", 1, 1, 0)
    assert table.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    leader.close()

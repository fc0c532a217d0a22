"""Rows of the survey and of the estimate in a browser, on a phone: added, taken out, kept as a draft, summed up."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from facilities.domain.stored_files import MOST_BYTES
from facilities.models import Estimate, StoredFile, SurveyedZone
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


@pytest.fixture
def survey(site: Site, quiet_world: World, phone: Page) -> Page:
    """The form of the survey, before anything is typed."""
    log_in(phone, site, "tam_ky_officer")
    phone.goto(site.url(f"/facilities/{quiet_world.facilities['tam_ky_school'].pk}/rollout/survey/"))
    return phone


def enter_zone(page: Page, name: str, needed: str) -> None:
    """In a row that a script adds."""
    page.click("[data-add=zones]")
    row = page.locator(".row-of").last
    expect(row.locator("select")).to_be_focused()
    row.locator("select").select_option("yard")
    row.locator("[name$=-name]").fill(name)
    row.locator("[name$=-needed]").fill(needed)


def send(page: Page) -> None:
    page.click("form.report .btn-primary[type=submit]")


def test_rows_are_added_by_a_script_and_the_sum_is_shown_with_its_unit(survey: Page) -> None:
    there = survey.locator(".row-of").count()
    enter_zone(survey, "Sân trước", "2")
    expect(survey.locator(".row-of")).to_have_count(there + 1)
    send(survey)
    survey.wait_for_url("**/rollout/estimate/")
    assert SurveyedZone.objects.filter(name="Sân trước", needed=2).count() == 1
    for number, price in enumerate(("1.500.000", "2.000.000", "4.200.000", "300.000")):
        survey.fill(f"[name=lines-{number}-unit_price]", price)
    expect(survey.locator(".sum")).to_contain_text("14.000.000 đồng")
    survey.fill("[name=total]", "14.000.001")
    send(survey)
    # Refused without leaving the page: the form is another one, and sums go on.
    expect(survey.locator(".errorlist").first).to_be_visible()
    survey.fill("[name=lines-3-unit_price]", "300.001")
    expect(survey.locator("[data-sum]")).to_have_text("14.000.001")
    send(survey)
    survey.wait_for_url("**/rollout/approval/")
    assert Estimate.objects.get().total == 14_000_001


def test_a_row_that_was_taken_out_is_not_sent_and_can_be_put_back(survey: Page) -> None:
    for name in ("Sân một", "Sân hai"):
        enter_zone(survey, name, "1")
    first, second = survey.locator(".row-of").nth(-2), survey.locator(".row-of").last
    for row in (first, second):
        row.locator("[data-take-out]").click()
        expect(row.locator("[data-undo]")).to_be_focused()
        expect(row.locator("fieldset")).to_be_hidden()
    second.locator("[data-undo]").click()
    expect(second.locator("[name$=-name]")).to_have_value("Sân hai")
    send(survey)
    survey.wait_for_url("**/rollout/estimate/")
    assert set(SurveyedZone.objects.values_list("name", flat=True)) >= {"Sân hai"}
    assert not SurveyedZone.objects.filter(name="Sân một").exists()


def test_an_empty_row_is_taken_out_at_once(survey: Page) -> None:
    rows = survey.locator(".row-of")
    there = rows.count()
    survey.click("[data-add=zones]")
    rows.last.locator("[data-take-out]").click()
    expect(rows).to_have_count(there)


def test_rows_that_were_added_come_back_with_the_draft(survey: Page) -> None:
    enter_zone(survey, "Sân sau", "3")
    survey.reload()
    expect(survey.locator("#draft")).to_be_visible()
    row = survey.locator(".row-of").last
    expect(row.locator("[name$=-name]")).to_have_value("Sân sau")
    expect(row.locator("select")).to_have_value("yard")
    send(survey)
    survey.wait_for_url("**/rollout/estimate/")
    assert SurveyedZone.objects.filter(name="Sân sau", needed=3).count() == 1


@pytest.mark.parametrize("page", ["", "survey/", "other/"])
def test_nothing_is_wider_than_the_phone(site: Site, quiet_world: World, phone: Page, page: str) -> None:
    log_in(phone, site, "tam_ky_officer")
    phone.goto(site.url(f"/facilities/{quiet_world.facilities['tam_ky_school'].pk}/rollout/{page}"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_enter_key_sends_the_report_and_adds_no_row(survey: Page) -> None:
    survey.locator("[name=zones-0-needed]").press("Enter")
    survey.wait_for_url("**/rollout/estimate/")


def test_a_file_that_is_too_large_is_told_of_before_it_is_sent(survey: Page) -> None:
    files = survey.locator("[name=attached]")
    large = FilePayload(name="quay.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7" + bytes(MOST_BYTES))
    files.set_input_files([large])
    said = survey.locator(".errorlist")
    expect(said).to_contain_text("quay.pdf")
    expect(said).to_contain_text("15 MB")
    expect(files).to_have_value("")
    files.set_input_files([FilePayload(name="nho.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n%%EOF")])
    expect(said).to_have_count(0)
    send(survey)
    survey.wait_for_url("**/rollout/estimate/")
    assert StoredFile.objects.get().original_name == "nho.pdf"

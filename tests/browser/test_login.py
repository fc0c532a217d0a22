"""Logging in by hand: an app's codes and passkeys, on an old phone and by keyboard, under the strict policy."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from tests.browser.conftest import log_in
from tests.browser.site import Site, running_site
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def strict_site(quiet_world: World, tmp_path: Path, settings: Settings) -> Iterator[Site]:
    """The pages, where a second factor is asked for. Passkeys belong to names, so by its name."""
    settings.SECOND_FACTOR_REQUIRED = True
    with running_site(tmp_path / "log", jobs=False) as running:
        yield Site(running.address.replace("127.0.0.1", "localhost"))


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A small phone on which nothing may be said in the console: what the policy forbids is said there."""
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="vi-VN")
    page, said = context.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def fits(page: Page) -> None:
    """Nothing lies beyond the edge of the screen."""
    assert page.evaluate("document.scrollingElement.scrollWidth") == 360, page.url


def code(secret: str, step: int = 0) -> str:
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))
    return shown


def log_out(page: Page) -> None:
    page.click(".menu summary")
    page.click(".menu-body form[action='/logout/'] button")
    page.wait_for_url("**/login/")


def test_an_app_is_set_up_at_the_first_login_and_asked_for_at_the_next(strict_site: Site, phone: Page) -> None:
    phone.goto(strict_site.url("/wall/"))
    fits(phone)
    phone.fill("[name=login]", "qn_leader")
    phone.fill("[name=password]", PASSWORD)
    phone.press("[name=password]", "Enter")
    phone.wait_for_url("**/account/second-factor/**")
    fits(phone)
    phone.click("main a[href='/account/app/']")
    fits(phone)
    picture = phone.locator("img.qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = phone.inner_text(".secret")
    phone.fill("[name=code]", "000000")
    phone.press("[name=code]", "Enter")
    expect(phone.locator(".invalid-feedback")).to_contain_text("Mã hoặc khóa đăng nhập không đúng.")
    assert phone.inner_text(".secret") == secret
    phone.fill("[name=code]", code(secret))
    phone.press("[name=code]", "Enter")
    expect(phone.locator(".codes li")).to_have_count(10)
    fits(phone)
    phone.click("text=Đã cất giữ: tiếp tục")
    phone.wait_for_url("**/wall/**")
    log_out(phone)
    log_in(phone, strict_site, "qn_leader", until="/login/code/")
    fits(phone)
    phone.fill("[name=code]", code(secret, 1))
    phone.press("[name=code]", "Enter")
    phone.wait_for_url(lambda url: "/login/" not in url)
    for path in ("/account/", "/account/sessions/", "/account/password/", "/account/passkeys/add/"):
        phone.goto(strict_site.url(path))
        fits(phone)


def test_a_passkey_logs_in_by_itself_and_counts_as_both(strict_site: Site, phone: Page) -> None:
    devices = phone.context.new_cdp_session(phone)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    log_in(phone, strict_site, "qn_leader")
    phone.wait_for_url("**/account/second-factor/**")
    phone.click("main a[href='/account/passkeys/add/']")
    phone.fill("[name=name]", "Điện thoại trực")
    phone.click("#mfa_webauthn_add")
    expect(phone.locator(".codes li")).to_have_count(10)
    log_out(phone)
    phone.goto(strict_site.url("/wall/"))
    phone.click("#passkey_login")
    phone.wait_for_url(lambda url: "/login/" not in url)
    phone.wait_for_url("**/wall/**")
    phone.goto(strict_site.url("/account/"))
    expect(phone.locator("main")).to_contain_text("Điện thoại trực")
    fits(phone)
    phone.click("main a[href='/account/app/']")
    phone.wait_for_url("**/account/app/")
    log_out(phone)
    log_in(phone, strict_site, "qn_leader", until="/login/code/")
    phone.click("#mfa_webauthn_authenticate")
    phone.wait_for_url(lambda url: "/login/" not in url)


def test_a_passkey_that_is_not_there_is_said_on_the_page(strict_site: Site, phone: Page) -> None:
    devices = phone.context.new_cdp_session(phone)
    devices.send("WebAuthn.enable")
    options = {**AUTHENTICATOR, "isUserVerified": False}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    phone.goto(strict_site.url("/login/"))
    phone.click("#passkey_login")
    expect(phone.locator("#passkey_problem")).to_be_visible()


def test_the_menu_closes_by_escape_and_when_one_turns_elsewhere(site: Site, page: Page) -> None:
    log_in(page, site, "qn_analyst")
    summary, body = page.locator(".menu summary"), page.locator(".menu-body")
    summary.focus()
    page.keyboard.press("Enter")
    expect(body).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(body).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    expect(body).to_be_visible()
    for _ in range(body.locator("button, a").count() + 1):
        page.keyboard.press("Tab")
    expect(body).to_be_hidden()
    summary.click()
    expect(body).to_be_visible()
    page.locator("h1").click()
    expect(body).to_be_hidden()
    assert "Tài khoản và bảo mật" in (body.text_content() or "")

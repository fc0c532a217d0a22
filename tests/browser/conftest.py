"""A real Chromium, and the whole portal for it."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from cameras.models import CameraState
from tests.browser.site import Site, running_site
from tests.world import PASSWORD, World, build_world

# Chromium from Debian's packages, as root and without calls home.
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, one for a module's tests: while it is there, nothing else can run an event loop in this thread."""
    program = which("chromium")
    assert program, "Chromium is not installed: `make test` installs it"
    # Playwright keeps an event loop in this thread; the tests' own database calls are beside it, not in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh window of a desktop's size, in Vietnamese."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    yield context.new_page()
    context.close()


@pytest.fixture
def quiet_world(transactional_db: None) -> World:
    """The world, committed, with cameras that nobody looks at: their addresses lie outside of this machine."""
    # In a thread of its own: what announces to open sockets may not run beside Playwright's event loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_build_quietly).result()


def _build_quietly() -> World:
    try:
        world = build_world()
        CameraState.objects.update(due_at=None)
        return world
    finally:
        connection.close()


@pytest.fixture
def site(quiet_world: World, tmp_path: Path) -> Iterator[Site]:
    """The pages alone."""
    with running_site(tmp_path / "log", jobs=False) as running:
        yield running


@pytest.fixture
def working_site(quiet_world: World, tmp_path: Path) -> Iterator[Site]:
    """The pages with workers that look at cameras."""
    with running_site(tmp_path / "log", jobs=True) as running:
        yield running


def log_in(page: Page, site: Site, name: str, *, until: str = "") -> None:
    """Log in through the form as a person of the world, up to the page `until` where it does not end at once."""
    page.goto(site.url("/login/"))
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url(lambda url: until in url if until else "/login/" not in url)

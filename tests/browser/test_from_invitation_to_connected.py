"""A facility's officer on a narrow phone, from the invitation's mail to "connected", never on one page twice.

Eight simulated cameras are looked at by real workers. At the same moment the leader's table says the same.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from cameras.enums import State
from cameras.models import Acceptance, Camera, Transition
from cameras.simulator.camera import PASSWORD as CAMERA_PASSWORD
from cameras.simulator.camera import USERNAME as CAMERA_USER
from cameras.simulator.camera import SimulatedCamera
from cameras.simulator.running import running_fleet
from facilities.access.grants import grant_role
from facilities.domain.invitations import invite, send_invitation
from facilities.domain.rollout import standing_of
from facilities.enums import OrganisationKind, Premises, Role, Sector, Stage, ZoneKind
from facilities.models import Facility, Organisation, Placement
from portal.rules.records import load_rules
from tests.browser.conftest import log_in
from tests.browser.site import Site, free_port, running_site
from tests.browser.test_login import code
from tests.browser.test_wall import beside_the_browser
from tests.portal.figures.happenings import deadline
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser

WIDTH = 360
SEND = "form.report .btn-primary[type=submit]"
DAYS_LEFT = 3
# On a busy machine: the turns of scheduler, worker and page.
SOON_MS = 60_000
ZONES = (
    (ZoneKind.CORRIDOR, "Hành lang tầng 1"),
    (ZoneKind.CORRIDOR, "Hành lang tầng 2"),
    (ZoneKind.CORRIDOR, "Hành lang tầng 3"),
    (ZoneKind.FLOOR_LOBBY, "Sảnh tầng 1"),
    (ZoneKind.YARD, "Sân trước"),
    (ZoneKind.RECEPTION, "Khu tiếp nhận"),
    (ZoneKind.MEDICAL, "Phòng khám"),
    (ZoneKind.GATE, "Cổng chính"),
)
# Each page of the facility that the phone is on, once and in this order.
WAY = [
    "",
    *(f"rollout/{step}/" for step in ("survey", "estimate", "approval", "procurement", "installation")),
    "cameras/",
    *(f"rollout/{step}/" for step in ("acceptance", "connection")),
    "rollout/",
]
# What officer and leader read at the end, by the headings of the leader's table.
READ = {"Khai báo": "8", "Xác minh": "8", "Khu vực": "8 / 8", "Đã kết nối": "Đã kết nối", "Kết nối": "0 / 3 / 3"}
# Of the kit that an estimate begins with: camera, recorder, screen, line.
PRICES = (2_500_000, 6_000_000, 4_000_000, 250_000)


@pytest.fixture
def strict_site(quiet_world: World, tmp_path: Path, settings: Settings) -> Iterator[Site]:
    """Pages and workers, where a second factor is asked for."""
    settings.SECOND_FACTOR_REQUIRED = True
    with running_site(tmp_path / "log", jobs=True) as running:
        yield running


@pytest.fixture
def new_facility(quiet_world: World) -> Facility:
    """A school that nobody has surveyed: no zone, no camera, three days to the deadline, all rules in force."""
    made: list[Facility] = []
    beside_the_browser(lambda: made.append(_school(quiet_world)))
    return made[0]


def _school(world: World) -> Facility:
    parent = world.nodes["tam_ky"]
    parent.refresh_from_db()
    district = parent.area
    assert district is not None
    assert district.province is not None
    node = Organisation.objects.add_child(
        parent, {"kind": OrganisationKind.FACILITY, "name": "Trường Lê Quý Đôn", "area": district}
    )
    facility = Facility.objects.create(
        organisation=node,
        code="le_quy_don",
        sector=Sector.CIVIL,
        premises=Premises.SCHOOL,
        province=district.province,
        district=district,
    )
    Placement.objects.create(facility=facility, parent=parent, province=district.province, district=district)
    now = timezone.now()
    load_rules(actor=None, now=now)
    deadline(world.nodes["national"], timezone.localdate(now) + timedelta(days=DAYS_LEFT), now)
    return facility


def invited(facility: Facility, site: Site) -> str:
    """The link of the mail that the officer of the facility gets."""

    def send() -> None:
        now = timezone.now()
        person = invite(email="an@le-quy-don.example", full_name="Trần Văn An", actor=None, now=now)
        grant_role(user=person, role=Role.FACILITY_OFFICER, organisation=facility.organisation, actor=None, now=now)
        send_invitation(person, base_url=site.address, actor=None)

    beside_the_browser(send)
    (link,) = re.findall(r"https?://\S+", str(mail.outbox[-1].body))
    return str(link)


class Walk:
    """The pages that the phone has loaded. It goes on by what a page offers: no test's hand types an address."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[str] = []
        page.on("domcontentloaded", lambda loaded: self.seen.append(urlsplit(loaded.url).path))

    def press(self, what: str, until: str) -> None:
        """Press what the page offers; it leads to the page `until`, which fits the phone."""
        self.page.click(what)
        self.page.wait_for_url(f"**{until}")
        assert self.page.evaluate("document.documentElement.scrollWidth") == WIDTH, self.page.url

    def send(self, until: str) -> None:
        """Send the page's report."""
        self.press(SEND, until)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A narrow phone on which nothing goes wrong unsaid."""
    context = chromium.new_context(viewport={"width": WIDTH, "height": 740}, locale="vi-VN")
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def come_in(walk: Walk, link: str, home: str) -> None:
    """From the mail's link over a first password and a second factor to the officer's own first page."""
    page = walk.page
    page.goto(link)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    walk.press("main [type=submit]", "/account/second-factor/**")
    set_up_an_app(page)
    walk.press("text=Đã cất giữ: tiếp tục", home)


def set_up_an_app(page: Page) -> None:
    page.click("main a[href='/account/app/']")
    page.fill("[name=code]", code(page.inner_text(".secret")))
    page.press("[name=code]", "Enter")
    expect(page.locator(".codes li")).to_have_count(10)


def survey(page: Page) -> None:
    """Eight zones that each need a camera; more rows come without leaving the page."""
    rows = page.locator("fieldset.entry")
    while rows.count() < len(ZONES):
        before = rows.count()
        page.click("[name=more]")
        expect(rows).not_to_have_count(before)
    for number, (kind, name) in enumerate(ZONES):
        page.select_option(f"[name=zones-{number}-kind]", kind)
        page.fill(f"[name=zones-{number}-name]", name)
        page.fill(f"[name=zones-{number}-needed]", "1")


def estimate(walk: Walk) -> None:
    """The kit's lines with their prices. A wrong sum is refused where it stands, and what was typed stays."""
    page, total = walk.page, 0
    for number, price in enumerate(PRICES):
        quantity = int(page.input_value(f"[name=lines-{number}-quantity]"))
        page.fill(f"[name=lines-{number}-unit_price]", str(price))
        total += quantity * price
    page.fill("[name=total]", str(total - 1))
    page.click(SEND)
    expect(page.locator(".errorlist")).to_have_count(1)
    expect(page.locator("[name=lines-0-unit_price]")).to_have_value(str(PRICES[0]))
    page.fill("[name=total]", str(total))


def register_all(page: Page, port: int) -> None:
    """Eight in a row: the zone is proposed, and the account stays from the second one on. Each shows its picture."""
    for number in range(1, len(ZONES) + 1):
        page.fill("[name=address]", f"rtsp://{SimulatedCamera(number).address}:{port}/main")
        if number == 1:
            page.fill("[name=username]", CAMERA_USER)
            page.fill("[name=password]", CAMERA_PASSWORD)
        page.click("#register [type=submit]")
        expect(page.locator(".camera-test")).to_have_count(number)
        expect(page.locator("[name=address]")).to_have_value("")
    expect(page.locator(".onward-next .btn-primary")).to_be_in_viewport(ratio=1)
    for test in page.locator(".camera-test").all():
        expect(test.locator(".test-said .state-ok")).to_be_visible(timeout=SOON_MS)
        test.scroll_into_view_if_needed()
        picture = test.locator("img")
        expect(picture).to_be_visible(timeout=SOON_MS)
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")


def cameras_on(phone: Page) -> dict[str, str]:
    """What the officer reads on the page of the cameras, by the headings of the leader's table."""
    zones_claimed, zones_verified = (text.split("/")[0] for text in phone.locator(".onward b").all_inner_texts())
    assert zones_claimed == zones_verified
    return {
        "Khai báo": phone.inner_text("#count").strip("()"),
        "Xác minh": str(phone.locator(".test-said .state-ok").count()),
        "Khu vực": f"{zones_verified} / {phone.locator('.onward b').first.inner_text().split('/')[1]}",
    }


def rollout_on(phone: Page) -> dict[str, str]:
    """What the officer reads on the last page, likewise."""
    sinks = phone.locator(".facts dd").filter(has_text="Xác nhận:").all_inner_texts()
    claimed = [text for text in sinks if re.search(r"Khai báo: \d", text)]
    confirmed = [text for text in sinks if re.search(r"Xác nhận: \d", text)]
    return {
        "Đã kết nối": phone.inner_text("h1").removeprefix("Triển khai: "),
        "Kết nối": f"{len(confirmed)} / {len(claimed)} / {len(sinks)}",
    }


@pytest.fixture
def leader(chromium: Browser, strict_site: Site) -> Iterator[Page]:
    """The province's leader at a desk, with the second factor set up."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    page = context.new_page()
    log_in(page, strict_site, "qn_leader", until="/account/second-factor/")
    set_up_an_app(page)
    page.click("text=Đã cất giữ: tiếp tục")
    page.wait_for_url("**/compliance/**")
    yield page
    context.close()


def row_of(leader: Page, site: Site) -> dict[str, str]:
    """The facility's row of the leader's table as it is when asked, by the columns' own headings."""
    columns = "&".join(f"columns={name}" for name in ("stage", "deadline", "zones", "sinks"))
    leader.goto(site.url(f"/compliance/facilities/?q=le+quy+don&{columns}"))
    assert leader.locator("tbody tr").count() == 1
    heads = leader.locator("thead tr:first-child th").all_inner_texts()
    cells = leader.locator("tbody tr td").all_inner_texts()
    return dict(zip(heads, cells, strict=True))


def test_from_the_mail_to_connected_and_no_page_twice(
    strict_site: Site, new_facility: Facility, phone: Page, leader: Page
) -> None:
    walk, port = Walk(phone), free_port()
    home = f"/facilities/{new_facility.pk}/"
    options = ("--cameras=8", f"--port={port}", "--http-port=0", f"--control-port={free_port()}")
    with running_fleet(*options):
        come_in(walk, invited(new_facility, strict_site), home)
        expect(phone.locator(".next-step .btn-primary")).to_be_in_viewport(ratio=1)
        expect(phone.locator(".due li b")).to_have_text(f"còn {DAYS_LEFT} ngày")
        walk.press(".next-step .btn-primary", f"{home}rollout/survey/")
        survey(phone)
        walk.send(f"{home}rollout/estimate/")
        estimate(walk)
        walk.send(f"{home}rollout/approval/")
        walk.send(f"{home}rollout/procurement/")
        walk.send(f"{home}rollout/installation/")
        walk.send(f"{home}cameras/")
        register_all(phone, port)
        read_first = cameras_on(phone)
        expect(phone.locator(".onward-next b")).to_have_text(["8/8", "8/8"])
        walk.press(".onward-next .btn-primary", f"{home}rollout/acceptance/")
        expect(phone.locator("[name=cameras]:checked")).to_have_count(len(ZONES))
        walk.send(f"{home}rollout/connection/")
        before = row_of(leader, strict_site)
        for sink in phone.locator("[name=sinks]").all():
            sink.check()
        walk.send(f"{home}rollout/")
        after, read_last = row_of(leader, strict_site), rollout_on(phone)
    saw = read_first | read_last
    assert saw == READ
    assert {heading: after[heading] for heading in saw} == saw
    assert (before["Đã kết nối"], before["Kết nối"]) == ("Đã nghiệm thu", "0 / 0 / 3")
    assert (before["Quá hạn"], after["Quá hạn"]) == (f"còn {DAYS_LEFT} ngày", "kết nối đúng hạn")
    assert [path for path, times in Counter(walk.seen).items() if times > 1] == []
    assert [path.removeprefix(home) for path in walk.seen if path.startswith(home)] == WAY
    on_record(new_facility)


def on_record(facility: Facility) -> None:
    """Workers saw what the phone showed: each camera with the picture with which it was accepted."""
    stands = standing_of(facility)
    assert (stands.stage, stands.connected_on) == (Stage.CONNECTED, timezone.localdate())
    cameras = Camera.objects.filter(zone__facility=facility)
    assert [cameras.count(), cameras.filter(state__state=State.OK).count()] == [len(ZONES), len(ZONES)]
    assert Transition.objects.filter(camera__in=cameras, state=State.OK).count() == len(ZONES)
    accepted = Acceptance.objects.filter(camera__in=cameras, picture__isnull=False)
    assert accepted.values("camera").distinct().count() == len(ZONES)

"""Who reads Vietnamese meets no English: on no page, as nobody in the world, with no fault, after no mistake."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import polib  # type: ignore[import-untyped] # it ships no types
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpResponseBase
from django.template.loader import render_to_string
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from cameras.enums import Reason, State
from cameras.models import Acceptance, Camera, CameraState, Transition
from facilities.enums import Sink, SinkSays, ZoneKind
from facilities.models import (
    AdministrativeUnit,
    ComplianceRule,
    Deadline,
    Document,
    Facility,
    Import,
    Mandate,
    Organisation,
    ProgressReport,
    Reminder,
    ReminderRule,
    Reminding,
    RoleGrant,
    SinkReport,
    StoredFile,
    User,
    Zone,
)
from portal.environment import BASE_DIR
from portal.models import Export, Publication, SavedView, Snapshot
from tests.facilities.papers import deadline, incoming, issued, sent
from tests.world import NOW, PASSWORD, World, add_camera

Login = Callable[[str], Client]

CATALOGUE = BASE_DIR / "locale" / "vi" / "LC_MESSAGES" / "django.po"
# Words of every English sentence that are no Vietnamese ones. They find what the libraries say, too.
ENGLISH = re.compile(
    r"\b(?:the|this|that|these|and|with|from|your|you|is|are|has|have|of|must|please|field|required|invalid|valid|value"
    r"|enter|select|choose|choice|page|error|number|ensure|characters)\b",
    re.IGNORECASE,
)
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
READ_OR_HEARD = {"title", "alt", "placeholder", "aria-label", "aria-description", "label"}
WITHOUT_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """Collects what a person reads or hears, but for what is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._silent: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag == "style" or (tag == "button" and given.get("lang") == "en") or any(self._silent[-1:])
        if tag not in WITHOUT_END:
            self._silent.append(silent)
        if not silent:
            self.pieces += [value for name, value in attrs if name in READ_OR_HEARD and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in WITHOUT_END and self._silent:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        # Scripts hold the words that the wall says later, as JSON.
        if not any(self._silent[-1:]):
            self.pieces += strings(json.loads(data)) if data.startswith("{") else [data]


def strings(value: object) -> list[str]:
    """The texts in a JSON value, without the keys."""
    parts = value.values() if isinstance(value, dict) else []
    return [value] if isinstance(value, str) else [text for part in parts for text in strings(part)]


@cache
def texts() -> tuple[set[str], list[tuple[str, re.Pattern[str]]]]:
    """Our English texts that differ from their Vietnamese: all of them, and patterns of those that stand out."""
    entries = list(polib.pofile(str(CATALOGUE)))
    vietnamese = {entry.msgstr for entry in entries}
    english = {text for entry in entries for text in (entry.msgid, entry.msgid_plural) if text} - vietnamese
    sentences = [text for text in english if len(PLACE.sub("", text).split()) > 2]
    return english, [(text, re.compile(".{1,80}?".join(map(re.escape, PLACE.split(text))))) for text in sentences]


def english(html: str) -> set[str]:
    """The English that stands in a page: our own texts, and words that give away a library's."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    pieces = {" ".join(piece.split()) for piece in reader.pieces} - {""}
    whole = "\n".join(sorted(pieces))
    ours, sentences = texts()
    return (
        pieces & ours
        | {text for text, pattern in sentences if pattern.search(whole)}
        | {piece for piece in pieces if ENGLISH.search(piece)}
    )


def of(answer: HttpResponseBase) -> str:
    """The HTML of an answer, or nothing."""
    content: str = answer.content.decode() if "html" in answer.get("Content-Type", "") else ""  # type: ignore[attr-defined] # no stream
    return content


def patterns(resolver: URLResolver, above: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each route of the portal with its view; the API's are for programs."""
    for pattern in resolver.url_patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route) if route != "api/" else ()
        else:
            yield route, pattern


def addresses() -> list[str]:
    """Every address that the world gives the portal's pages."""
    rows = {
        "account": Authenticator,
        "imports": Import,
        "compliance": AdministrativeUnit,
        "facilities": Facility,
        "cameras": Camera,
        "wall": Organisation,
        "organisations": Organisation,
        "mandates": Mandate,
        "documents": Document,
        "deadlines": Deadline,
        "acceptances": Acceptance,
        "exports": Export,
        "files": StoredFile,
        "frozen": Snapshot,
        "publications": Publication,
        "reminders": Reminding,
        "reports": ProgressReport,
        "rules": ComplianceRule,
        "views": SavedView,
        "zones": Zone,
        "people": User,
        "roles": RoleGrant,
    }
    found = []
    for route, pattern in patterns(get_resolver()):
        if "<" not in route:
            found.append(f"/{route}")
            continue
        # A new kind of page must say here which rows it is about.
        if route.startswith(("login/", "^login/")):
            # They are reached by links that are made for one person; tests/portal/account follows those.
            continue
        model: Any = rows[route.split("/")[0]]
        about = model.objects.all()
        if model in (Organisation, Zone):
            # Their pages differ by kind.
            about = about.order_by("kind", "pk").distinct("kind")
        found += [reverse(str(pattern.name), args=[pk]) for pk in about.values_list("pk", flat=True)]
    return found


PEOPLE = ["anonymous", "nobody", "national_leader", "qn_analyst", "qn_operator", "tam_ky_officer", "qn_chief"]


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """Names of zones are made of the words of the language, and a page read in English leaves that active."""
    with translation.override("vi"):
        yield


@pytest.fixture
def troubled(world: World) -> World:
    """The same country with a camera in a toilet, one with a past, and a facility without zones."""
    school, hotel = world.facilities["tam_ky_school"], world.facilities["hoi_an_hotel"]
    world.cameras["forbidden"] = add_camera(school, "Camera ở chỗ cấm", kind=ZoneKind.TOILET)
    working = world.cameras["hoi_an_hotel"]
    CameraState.objects.filter(camera=working).update(
        state=State.OK, reason=Reason.NONE, observed_at=NOW, pictured_at=NOW, width=1920, height=1080, seconds=1.5
    )
    for state, reason in ((State.DOWN, Reason.TIMEOUT), (State.OK, Reason.NONE)):
        Transition.objects.create(
            camera=working, before=State.UNKNOWN, state=state, reason=reason, at=NOW, noticed_at=NOW
        )
    world.cameras["second"] = add_camera(hotel, "Camera thứ hai", kind=ZoneKind.GATE, url="https://10.1.2.4/mjpeg")
    Zone.objects.filter(facility=world.facilities["qn_barracks"], cameras=None).delete()
    world.cameras["qn_barracks"].delete()
    Zone.objects.filter(facility=world.facilities["qn_barracks"]).delete()
    letter = issued(world, "qn")
    sent(world, letter, "tam_ky_school", "hoi_an_hotel", by="qn_leader")
    sent(world, incoming(world, "national"), "qn", by="national_leader")
    _reminded(world, deadline(letter))
    return world


def _reminded(world: World, of_which: Deadline) -> None:
    """A round and a rule of it, a claim that waits and one that is denied."""
    school, body = world.facilities["tam_ky_school"], world.nodes["qn"]
    rule = ReminderRule.objects.create(deadline=of_which, organisation=body, days=-3, text="Nhắc", set_at=NOW)
    for made in ({"rule": rule}, {"sent_by": world.people["qn_leader"], "chosen_by": "q=x"}):
        reminding = Reminding.objects.create(organisation=body, sent_at=NOW, day=NOW.date(), text="Nhắc", **made)
        Reminder.objects.create(reminding=reminding, facility=school)
    said = {"facility": school, "on": NOW.date(), "recorded_at": NOW}
    for sink, says in ((Sink.CENTRAL, SinkSays.CLAIMED), (Sink.IOC, SinkSays.CLAIMED), (Sink.IOC, SinkSays.DENIED)):
        SinkReport.objects.create(sink=sink, says=says, **said)


@pytest.mark.parametrize("person", PEOPLE)
def test_no_page_speaks_english(troubled: World, login: Login, person: str) -> None:
    client = login(person)
    found = {}
    for address in addresses():
        if texts_there := english(of(client.get(address))):
            found[address] = texts_there
    assert found == {}


@pytest.mark.parametrize("person", ["anonymous", "tam_ky_officer"])
def test_the_same_pages_in_english_are_found_out(troubled: World, login: Login, person: str) -> None:
    client = login(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    pages = {address: of(client.get(address)) for address in addresses()}
    assert [address for address, page in pages.items() if page and len(english(page)) < 2] == []
    assert any(pages.values())


def test_no_fault_of_a_camera_is_told_in_english(world: World, login: Login) -> None:
    camera = world.cameras["tam_ky_school"]
    client = login("tam_ky_officer")
    for reason in set(Reason) - {Reason.NONE}:
        CameraState.objects.filter(camera=camera).update(state=State.DOWN, reason=reason)
        for name, pk in (("camera", camera.pk), ("facility", camera.zone.facility_id)):
            page = of(client.get(reverse(name, args=[pk])))
            assert str(reason.label) in page, reason
            assert english(page) == set(), reason


MISTAKES: dict[str, dict[str, str]] = {
    "nothing entered": {},
    "no zone, no number": {"zone": "999999", "name": "x" * 101, "address": "rtsp://10.1.2.9/", "interval": "bốn"},
    "too often": {"name": "Camera", "address": "ftp://10.1.2.9/", "interval": "1"},
    "too seldom": {"name": "Camera", "address": "rtsp://10.1.2.9:99999/", "interval": "99999"},
    "out of the network": {"name": "Camera", "address": "rtsp://192.168.1.1/", "interval": "60"},
    "no host": {"name": "Camera", "address": "rtsp://máy quay/", "interval": "60"},
    "no user name": {"name": "Camera", "address": "rtsp://10.1.2.9/", "interval": "60", "password": "Mật-khẩu"},
    "two passwords": {"name": "C", "address": "rtsp://a:b@10.1.2.9/", "interval": "60", "password": "Mật-khẩu"},
    "no colon": {"name": "C", "address": "rtsp://10.1.2.9/", "interval": "60", "username": "a:b", "password": "c"},
    "a name that is taken": {"name": "Camera tam_ky_school", "address": "rtsp://10.1.2.9/", "interval": "60"},
}


def test_no_mistake_in_a_form_is_answered_in_english(world: World, login: Login) -> None:
    facility = world.facilities["tam_ky_school"]
    zone = str(facility.zones.get(kind=ZoneKind.CORRIDOR).pk)
    form = reverse("camera_new", args=[facility.pk])
    client, english_client = login("tam_ky_officer"), login("tam_ky_officer")
    english_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    untouched = english(of(english_client.get(form)))
    for mistake, entered in MISTAKES.items():
        sent = {"zone": zone, **entered} if entered else {}
        answer = client.post(form, sent)
        assert answer.status_code == 200, mistake
        assert english(of(answer)) == set(), mistake
        # What it is about is really said there.
        assert english(of(english_client.post(form, sent))) > untouched, mistake


def test_an_edit_that_meets_anothers_is_answered_in_vietnamese(world: World, login: Login) -> None:
    camera = world.cameras["tam_ky_school"]
    sent = {"zone": camera.zone_id, "name": "Cổng", "address": "rtsp://10.1.2.9/", "interval": 60, "seen": "cũ"}
    answer = login("tam_ky_officer").post(reverse("camera_edit", args=[camera.pk]), sent)
    assert answer.status_code == 409
    assert english(of(answer)) == set()


def test_what_was_done_is_told_in_vietnamese(world: World, login: Login) -> None:
    camera = world.cameras["tam_ky_school"]
    answer = login("tam_ky_officer").post(reverse("camera_delete", args=[camera.pk]), follow=True)
    assert f"Đã xóa {camera.name}." in of(answer)
    assert english(of(answer)) == set()


def test_a_login_that_fails_is_answered_in_vietnamese(login: Login) -> None:
    for username, password in (("", ""), ("tam_ky_officer", "khác"), ("disabled", PASSWORD)):
        answer = login("anonymous").post("/login/", {"login": username, "password": password})
        assert answer.status_code == 200
        assert english(of(answer)) == set(), username


def test_errors_are_told_in_vietnamese(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["tam_ky_officer"])
    refused = client.post(reverse("theme"), {"theme": "dark"})
    assert refused.status_code == 403
    assert english(of(refused)) == set()
    for name in ("400.html", "403.html", "404.html", "500.html"):
        assert english(render_to_string(name)) == set()
        with translation.override("en"):
            assert english(render_to_string(name)) != set()


@pytest.mark.parametrize(
    "html",
    [
        "<p>This field is required.</p>",
        "<p>Live wall</p>",
        '<input placeholder="Name, accents not needed">',
        '<script type="application/json">{"stale": "Old picture"}</script>',
        "<p>Register a camera in Hành lang.</p>",
        "<p>Đã lưu.\n  Nothing was\n  saved yet. </p>",
    ],
)
def test_english_is_found(html: str) -> None:
    assert english(html) != set()


@pytest.mark.parametrize("html", ['<button lang="en">Edit</button>', "<p>Camera</p>", "<style>the</style><p>Sửa</p>"])
def test_what_is_no_english_or_meant_to_be_passes(html: str) -> None:
    assert english(html) == set()

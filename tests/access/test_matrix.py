"""Every route × persona × method × thing of theirs or of others, against what was written down by hand."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.urls import get_resolver

from cameras.domain.registration import version
from cameras.models import Camera, Stream
from tests.access.conftest import stream_address
from tests.access.oracle import ABOVE, FACILITIES, FIGURES, PERSONAS, PICTURES, REGISTER, Persona
from tests.access.table import LOGGED_IN, OPEN, TABLE, UNIT, Row, zone_of
from tests.project.test_doors import routes
from tests.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
DONE, LOG_IN, REFUSED, NOBODY, NOT_THERE, NOT_SO = "done", "log in", "400", "403", "404", "405"
SOCKET = "/ws/wall/"
FORM = "application/x-www-form-urlencoded"


def plain(path: str) -> str:
    """A route as the table writes it: without what is there for Django's pattern matching only."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", path).replace("^", "").replace("$", "")


ROUTES = [plain(path) for path, _ in routes(get_resolver())]


@dataclass(frozen=True)
class Question:
    """One request to one route about one thing, named as in the oracle, or about nothing in particular."""

    route: str
    method: str
    name: str = ""

    @property
    def row(self) -> Row:
        return TABLE[self.route]

    @property
    def takes(self) -> str | None:
        """What the method takes; HEAD what GET takes."""
        return self.row.methods.get("GET" if self.method == "HEAD" else self.method)

    def expected(self, who: Persona) -> str:
        if self.row.api and not who.logged_in:
            return NOBODY
        if self.row.api and self.method == "OPTIONS":
            return DONE
        if self.takes is None:
            return NOT_SO
        if not who.logged_in:
            return LOG_IN
        if self.takes in (LOGGED_IN, OPEN):
            return DONE
        reached = who.counts_in(self.name) if self.row.of is UNIT else who.reaches(self.name, self.takes)
        return DONE if reached else REFUSED if self.method in self.row.sent else NOT_THERE

    def address(self, world: World) -> str:
        number = str(self.row.of.number(world, self.name)) if self.row.of else ""
        return "/" + re.sub(r"<[\w:]+>", number, self.route)

    def asked(self, client: Client, world: World) -> HttpResponse:
        """The answer. What is sent would really change something, were it let through."""
        body, kind = "", "application/json" if self.row.api else FORM
        if self.method in UNSAFE and self.name in FACILITIES:
            zone, address = zone_of(world, self.name).pk, "rtsp://10.1.2.9:554/new"
            seen = version(world.cameras[self.name], world.cameras[self.name].streams.all())
            form = {"zone": zone, "name": "Changed", "address": address, "interval": 60, "seen": seen}
            given = {"zone": zone, "name": "Changed", "streams": [{"kind": "main", "url": address}]}
            body = json.dumps(given) if self.row.api else urlencode(form)
        return cast("HttpResponse", client.generic(self.method, self.address(world), body, kind))


def questions() -> Iterator[Question]:
    for route, row in TABLE.items():
        for method in METHODS:
            kind = row.of or row.sent.get(method)
            names = kind.names if kind else ("",)
            yield from (Question(route, method, name) for name in _asked_about(names, row, method))


def _asked_about(names: tuple[str, ...], row: Row, method: str) -> tuple[str, ...]:
    if method == "HEAD":
        # What GET answers, without its body: one of each province will do.
        return tuple(dict.fromkeys((names[0], names[-1])))
    # A method that is answered for nothing is asked about one thing only.
    return names if method in row.methods or (method == "OPTIONS" and row.api) else names[:1]


def meaning(answer: HttpResponse) -> str:
    if answer.status_code == 302 and answer.headers["Location"].startswith("/login/?next="):
        return LOG_IN
    return DONE if answer.status_code in (200, 201, 204, 302) else str(answer.status_code)


def stored() -> list[Any]:
    """All that a request could have changed."""
    rows = Camera.objects.order_by("pk").values_list("pk", "name", "zone", "interval", "state__due_at")
    return [*rows, *Stream.objects.order_by("pk").values_list("camera", "url", "username")]


def session_of(world: World, persona: str) -> str:
    """The cookie of somebody who is, or was, logged in."""
    if persona == "anonymous":
        return ""
    client = Client()
    client.force_login(world.people[persona])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@cache
def _handler(enforce_csrf_checks: bool) -> ClientHandler:  # noqa: FBT001 - a key of the cache
    """Made once: each looks through all static files first."""
    return ClientHandler(enforce_csrf_checks)


class Browser(Client):
    """Shows one cookie with every request, whatever the answers before have set or removed."""

    def __init__(self, session: str, *, enforce_csrf_checks: bool = False) -> None:
        super().__init__(raise_request_exception=False)
        self.handler = _handler(enforce_csrf_checks)
        self.session_key = session

    def request(self, **request: Any) -> Any:  # noqa: ANN401 - as in Django's test client
        self.cookies.clear()
        if self.session_key:
            self.cookies[settings.SESSION_COOKIE_NAME] = self.session_key
        return super().request(**request)


def secrets(world: World, who: Persona) -> set[str]:
    """Words that must stand in no answer to this person: of what is out of reach, and of what takes more than they may.

    The word "Cơ sở tam_ky_school", like the zone, camera, code and address, holds the facility's short name.
    """
    hidden = set(FACILITIES) - who.facilities(FIGURES)
    links = {f'href="/facilities/{world.facilities[name].pk}/' for name in hidden}
    links |= {f'href="/cameras/{world.cameras[name].pk}/' for name in hidden}
    links |= {f'href="/wall/{world.nodes[node].pk}/' for node in ABOVE if not who.reaches(node, PICTURES)}
    addresses = {stream_address(name) for name in set(FACILITIES) - who.facilities(REGISTER)}
    return hidden | links | addresses


def shows_pictures(question: Question, who: Persona) -> bool:
    """Whether a page may be about pictures: of the thing that it is about, or of any."""
    return who.reaches(question.name, PICTURES) if question.name in ABOVE else bool(who.facilities(PICTURES))


def test_the_table_has_a_row_for_each_route_and_no_other() -> None:
    """What a new route takes must be written down before the matrix is whole."""
    assert sorted(ROUTES) == sorted(TABLE)


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_may_do_what_is_theirs_and_reads_of_nothing_else(world: World, persona: str) -> None:
    who, client, before = PERSONAS[persona], Browser(session_of(world, persona)), stored()
    never, wrong = secrets(world, who), []
    for question in questions():
        with transaction.atomic():
            answer = question.asked(client, world)
            expected = question.expected(who)
            if OPEN not in question.row.methods.values() and meaning(answer) != expected:
                wrong.append(f"{question}: {answer.status_code}, not {expected}")
            text = answer.content.decode()
            wrong += [f"{question}: reads {word!r}" for word in never if word in text]
            if SOCKET in text and not shows_pictures(question, who):
                wrong.append(f"{question}: opens the socket of pictures")
            if question.takes and question.method in UNSAFE and expected != DONE and stored() != before:
                wrong.append(f"{question}: changed what is stored")
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("persona", ["qn_operator"])
def test_what_is_let_through_changes_something(world: World, persona: str) -> None:
    """Were the bodies that the matrix sends refused anyhow, it would prove nothing."""
    client, before, idle = Browser(session_of(world, persona)), stored(), []
    for question in questions():
        if question.takes == REGISTER and question.method in UNSAFE and question.expected(PERSONAS[persona]) == DONE:
            with transaction.atomic():
                question.asked(client, world)
                if stored() == before:
                    idle.append(question.route)
                transaction.set_rollback(True)
    # That one only says what it thinks of an address.
    assert set(idle) == {"facilities/<int:pk>/cameras/address/"}


def test_nothing_is_changed_for_a_page_of_another_site(world: World) -> None:
    """A request with the person's cookie and without the form's token, by each method of each route."""
    client, wrong = Browser(session_of(world, "qn_operator"), enforce_csrf_checks=True), []
    for question in questions():
        if question.method in UNSAFE and question.takes is not None:
            answer = question.asked(client, world)
            if answer.status_code != 403:
                wrong.append(f"{question}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)

"""Every route × persona × method × thing of theirs or of others, as questions that can be asked of any part of it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from facilities.enums import OrganisationKind
from tests.access.browsing import Browser, read, session_of, written
from tests.access.conftest import basis, recorded, stream_address, uploaded
from tests.access.derived import UNSAFE, derived
from tests.access.kinds import (
    LOGGED_IN,
    OPEN,
    OWN_ACCOUNT,
    OWN_IF_ANY,
    UNIT,
    UPLOADERS,
    Kind,
    Row,
    Somewhere,
    Takes,
    zone_of,
)
from tests.access.oracle import (
    ABOVE,
    ADMINISTER,
    FACILITIES,
    FIGURES,
    OVERSEES,
    PERSONAS,
    PICTURES,
    REGISTER,
    ROLES_OF,
    Persona,
)
from tests.access.rows import ROOMS
from tests.access.table import TABLE
from tests.project.test_doors import routes
from tests.world import World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
DONE, LOG_IN, REFUSED, NOBODY, NOT_THERE, NOT_SO = "done", "log in", "400", "403", "404", "405"
SET_UP = "set up a second factor"
SOCKET = "/ws/wall/"
FORM = "application/x-www-form-urlencoded"
NUMBER = re.compile(r"<[\w:]+>")


def plain(path: str) -> str:
    """A route as the table writes it: without what is there for Django's pattern matching only."""
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", path).replace("^", "").replace("$", "")


def routes_served() -> list[tuple[str, URLPattern]]:
    """Every route of the URLconf, with its entry there."""
    return [(plain(path), entry) for path, entry in routes(get_resolver())]


def whole_table() -> dict[str, Row]:
    """The table, and what the doors say of routes that are not in it yet."""
    return {**TABLE, **derived((path, entry) for path, entry in routes_served() if path not in TABLE)}


@dataclass(frozen=True)
class Question:
    """One request to one route about one thing, named as in the oracle, or about nothing in particular."""

    route: str
    method: str
    name: str
    row: Row = field(repr=False)

    @property
    def takes(self) -> Takes | None:
        """What the method takes; HEAD what GET takes."""
        return self.row.methods.get("GET" if self.method == "HEAD" else self.method)

    @property
    def kind(self) -> Kind | None:
        """What kind of thing it is about."""
        return self.row.of or self.row.sent.get(self.method)

    def expected(self, who: Persona) -> str | None:
        """What the answer means if all is right; None where that hangs on more than who asks for what."""
        if OPEN in self.row.methods.values() or (who.logged_in and self.takes == OWN_IF_ANY):
            return None
        return self._held_off(who) or self._found(who)

    def _held_off(self, who: Persona) -> str | None:
        """What a door says before it looks at anything."""
        if self.row.api and (not who.logged_in or who.held_up):
            return NOBODY
        if self.row.api and self.method == "OPTIONS":
            return DONE
        if self.takes is None:
            return NOT_SO
        if not who.logged_in:
            return LOG_IN
        return SET_UP if who.held_up and self.takes != OWN_ACCOUNT else None

    def _found(self, who: Persona) -> str:
        if isinstance(self.takes, Somewhere):
            return DONE if who.somewhere(self.takes.permission) else NOT_THERE
        if self.takes in (LOGGED_IN, OWN_ACCOUNT) or self.kind is None:
            return DONE
        if self.kind.reached(who, self.name, str(self.takes)):
            return DONE
        return REFUSED if self.method in self.row.sent else NOT_THERE

    def acceptable(self, who: Persona) -> set[str]:
        """What the answer may mean; empty if it may mean anything."""
        expected = self.expected(who)
        if expected is None:
            return set()
        if self.row.derived and (expected == DONE or (expected == NOT_THERE and not self.row.of)):
            return {DONE, NOT_THERE, REFUSED}
        return {expected}

    def address(self, world: World) -> str:
        number = str(self.row.of.number(world, self.name)) if self.row.of else ""
        return "/" + NUMBER.sub(number, self.route)

    def prepared(self, world: World) -> bool:
        """Bring the world to where what is sent would be taken in; whether that changed anything."""
        if self.method not in UNSAFE or self.takes is None or self.row.prepare is None:
            return False
        self.row.prepare(world, self.name)
        return True

    def asked(self, client: Client, world: World) -> HttpResponse:
        """The answer. What is sent would really change something, were it let through."""
        body, kind = "", "application/json" if self.row.api else FORM
        if self.method in UNSAFE and self.takes is not None and self.row.form is not None:
            form = self.row.form(world, self.name)
            body = json.dumps(form) if self.row.api else urlencode(form, doseq=True)
        return cast("HttpResponse", client.generic(self.method, self.address(world), body, kind))


def questions(table: Mapping[str, Row] | None = None, who: Persona | None = None) -> Iterator[Question]:
    """What to ask of the routes of a table (of all, if none is given); of `who`, where it matters what is others'."""
    for route, row in (whole_table() if table is None else table).items():
        for method in METHODS:
            kind = row.of or row.sent.get(method)
            for name in _asked_about(kind, row, method, who):
                yield Question(route, method, name, row)


def _asked_about(kind: Kind | None, row: Row, method: str, who: Persona | None) -> tuple[str, ...]:
    if kind is None:
        return ("",)
    takes = row.methods.get("GET" if method in ("HEAD", "OPTIONS") else method)
    if not isinstance(takes, str) or method not in (*row.methods, "HEAD", "OPTIONS"):
        # A method that is answered for nothing is asked about one thing only.
        return kind.names[:1]
    if method in ("HEAD", "OPTIONS") and who is not None:
        # What GET answers, without its body, and what an API says of itself: one of theirs and one of others' will do.
        theirs = {kind.reached(who, name, takes): name for name in kind.names}
        return tuple(theirs.values()) if row.api or method == "HEAD" else kind.names[:1]
    return kind.names


def meaning(answer: HttpResponse) -> str:
    """What the answer comes to."""
    if answer.status_code == 302:
        led = answer.headers["Location"]
        if led.startswith(f"{reverse(settings.LOGIN_URL)}?next="):
            return LOG_IN
        if led.startswith(f"{reverse(settings.SECOND_FACTOR_URL)}?next="):
            return SET_UP
    return DONE if answer.status_code in (200, 201, 204, 302) else str(answer.status_code)


def secrets(world: World, who: Persona) -> set[str]:
    """Words that must stand in no answer to this person: of what is out of reach, and of what takes more than they may.

    The word "Cơ sở tam_ky_school", like the zone, camera, code and address, holds the facility's short name.
    """
    hidden = set(FACILITIES) - who.facilities(FIGURES)
    words = set(hidden)
    words |= {f'href="/facilities/{world.facilities[name].pk}/' for name in hidden}
    words |= {f'href="/cameras/{world.cameras[name].pk}/' for name in hidden}
    words |= {f'href="/wall/{world.nodes[node].pk}/' for node in ABOVE if not who.reaches(node, PICTURES)}
    words |= {stream_address(name) for name in set(FACILITIES) - who.facilities(REGISTER)}
    words |= {recorded(name) for name in FACILITIES if not who.reaches(name, ADMINISTER)}
    words |= {uploaded(name) for name in UPLOADERS if name != who.name}
    words |= {f'href="/compliance/{UNIT.number(world, name)}/' for name in UNIT.names if not who.counts_in(name)}
    for name in hidden:
        # As the API names them; no two things have one number.
        things = (world.facilities[name], world.cameras[name], zone_of(world, name))
        words |= {f'"{field}":{thing.pk},' for field in ("id", "facility", "camera", "zone") for thing in things}
    for room in ROOMS:
        words |= room.secrets(world, who)
    return words | of_bodies(world, who)


def of_bodies(world: World, who: Persona) -> set[str]:
    """Names of bodies out of reach, ways to their pages, and what they are mandated by.

    The national body's name is that of everybody's undertaking, and no secret.
    """
    hidden = {node for node in ABOVE if node not in FACILITIES and not _knows_of(who, node)}
    words = {str(world.nodes[node].name) for node in hidden if world.nodes[node].kind != OrganisationKind.NATIONAL}
    words |= {f'href="/organisations/{world.nodes[node].pk}/' for node in hidden}
    return words | {basis(node) for node in OVERSEES if node in hidden}


def _knows_of(who: Persona, node: str) -> bool:
    """Whether they reach the body with any permission at all."""
    return any(who.reaches(node, permission) for _, allowed in who.grants for permission in allowed)


def people_hidden(world: World, who: Persona, question: Question) -> set[str]:
    """Names of people that the answer must not hold: of those whom the person does not administer."""
    named = {person for person in ROLES_OF if who.name != person and not who.knows(person)}
    if question.row.names_who_reaches and question.kind:
        named -= {name for name in named if name in PERSONAS and _knows_of_facility(PERSONAS[name], question.name)}
    words = {str(world.people[person]) for person in named}
    words |= {f'href="/people/{world.people[person].pk}/' for person in named}
    # User names that are no words of the language that pages are written in.
    return words | {person for person in named if "_" in person}


def _knows_of_facility(who: Persona, name: str) -> bool:
    return who.reaches(name, FIGURES)


def shows_pictures(question: Question, who: Persona) -> bool:
    """Whether a page may be about pictures: of the thing that it is about, or of any."""
    return who.reaches(question.name, PICTURES) if question.name in ABOVE else bool(who.facilities(PICTURES))


def findings(world: World, persona: str, asked: Iterable[Question] | None = None) -> Iterator[str]:
    """What is wrong with the answers to this person: another status than expected, words of others', things changed."""
    who, client = PERSONAS[persona], Browser(session_of(world, persona))
    never = secrets(world, who)
    counted: int | None = None
    for question in questions(who=who) if asked is None else asked:
        wrong = []
        with transaction.atomic():
            expected = question.expected(who)
            refused = expected not in (DONE, None)
            if question.prepared(world):
                counted = None
            if refused and counted is None:
                counted = written()
            answer = question.asked(client, world)
            acceptable = question.acceptable(who)
            if (acceptable and meaning(answer) not in acceptable) or answer.status_code >= 500:
                wrong.append(f"{persona}, {question}: {answer.status_code}, not {expected}")
            # What was counted after one refusal stands until something is let through.
            before, counted = counted, written() if refused else None
            if refused and counted != before:
                wrong.append(f"{persona}, {question}: changed what is stored")
            text = read(answer)
            if text.strip():
                wrong += [f"{persona}, {question}: {what}" for what in _leaks(world, who, question, text, never)]
            transaction.set_rollback(True)
        yield from wrong


def wrongs(world: World, persona: str, asked: Iterable[Question] | None = None) -> list[str]:
    """All of the findings."""
    return list(findings(world, persona, asked))


def _leaks(world: World, who: Persona, question: Question, text: str, never: set[str]) -> Iterator[str]:
    hidden = never | people_hidden(world, who, question)
    if question.row.names_who_reaches:
        hidden -= of_bodies(world, who)
    yield from (f"reads {word!r}" for word in sorted(hidden) if word in text)
    if SOCKET in text and not shows_pictures(question, who):
        yield "opens the socket of pictures"

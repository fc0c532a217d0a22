"""What every answer carries and refuses, whoever asks: kept nowhere, framed nowhere, never without a bound."""

import json
import re
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cameras.models import Camera
from facilities.enums import ZoneKind
from tests.access.browsing import Browser, session_of
from tests.access.kinds import OPEN, OWN_ACCOUNT, OWN_IF_ANY, UNIT, zone_of
from tests.access.matrix import NOT_THERE, Question, questions
from tests.access.oracle import FACILITIES, FIGURES, PERSONAS, PICTURES
from tests.access.table import TABLE
from tests.world import World, add_camera

Login = Callable[[str], Client]
# The request's number, and the time.
OF_THE_MOMENT = ("X-Request-ID", "Expires")
# Each page's own, drawn anew for each answer.
HIDDEN_TOKEN = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|csrf-token" content="[^"]+"')


def test_every_answer_forbids_keeping_framing_and_guessing(world: World, login: Login) -> None:
    """Who goes back on a shared computer after another has logged out finds nothing."""
    client = login("national_leader")
    for route, row in TABLE.items():
        if row.methods.get("GET", OPEN) == OPEN:
            continue
        name = row.of.names[0] if row.of else ""
        if (answer := Question(route, "GET", name, row).asked(client, world)).status_code == 404:
            continue
        # On the way to confirm that it is still they, nothing is shown yet.
        if row.methods["GET"] in (OWN_ACCOUNT, OWN_IF_ANY) and answer.status_code == 302:
            continue
        kept = set(answer.headers.get("Cache-Control", "").split(", "))
        assert {"no-store", "private"} <= kept, route
        assert "Cookie" in answer.headers["Vary"], route
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_no_answer_of_the_api_is_without_bound(world: World, login: Login) -> None:
    client = login("national_leader")
    for limit in (10**30, 10**6):
        answer = client.get("/api/cameras/", {"limit": limit})
        assert (answer.status_code, len(answer.json()["results"])) == (200, len(FACILITIES))
    assert "limit=1000&offset=1000" not in answer.content.decode()


@pytest.mark.parametrize("persona", [name for name, who in PERSONAS.items() if who.logged_in])
def test_what_is_counted_is_what_is_reached(world: World, login: Login, persona: str) -> None:
    client, who = login(persona), PERSONAS[persona]
    reached = who.facilities(FIGURES)
    for path in ("compliance/", "compliance/facilities/"):
        total = client.get(f"/{path}", follow=True).context["total"]
        assert (total.facilities, total.claimed) == (len(reached), len(reached))
    for path, each in (("facilities", 1), ("zones", 3), ("cameras", 1), ("states", 1), ("transitions", 1)):
        assert client.get(f"/api/{path}/").json()["count"] == each * len(reached), path
    for place in ("national", "qn"):
        answer = client.get(f"/wall/{world.nodes[place].pk}/")
        if who.reaches(place, PICTURES):
            assert answer.context["page"].paginator.count == len(
                [
                    name
                    for name in FACILITIES
                    if who.reaches(name, PICTURES) and (place == "national" or name != "da_nang_dormitory")
                ]
            )


@pytest.mark.parametrize("path", ["cameras", "states", "transitions", "zones"])
def test_filters_tell_nothing_of_others(world: World, login: Login, path: str) -> None:
    client = login("tam_ky_officer")
    foreign = world.facilities["da_nang_dormitory"]
    for query in (
        {"facility": foreign.pk},
        {"camera": world.cameras["da_nang_dormitory"].pk},
        {"zone": zone_of(world, "da_nang_dormitory").pk},
    ):
        answer = client.get(f"/api/{path}/", query).json()
        assert "da_nang" not in json.dumps(answer)
        if "facility" in query:
            assert answer["count"] == 0


class TestOwnCameraIntoTheirs:
    """Somebody's own camera as the way into another facility, or past what only the portal writes."""

    def patched(self, world: World, client: Client, **given: object) -> int:
        camera = world.cameras["tam_ky_school"]
        return client.patch(
            f"/api/cameras/{camera.pk}/", json.dumps(given), content_type="application/json"
        ).status_code

    @pytest.mark.parametrize("persona", ["tam_ky_officer", "qn_operator"])
    @pytest.mark.parametrize("name", ["hoi_an_hotel", "da_nang_dormitory"])
    def test_it_moves_into_no_zone_of_another_facility(
        self, world: World, login: Login, persona: str, name: str
    ) -> None:
        """Not even for somebody who tends both: its history would move with it."""
        camera, zone, client = world.cameras["tam_ky_school"], zone_of(world, name), login(persona)
        assert self.patched(world, client, zone=zone.pk) == 400
        form = {"zone": zone.pk, "name": "x", "address": "rtsp://10.1.2.3/", "interval": 60}
        for route in ("camera_edit", "camera_new"):
            pk = camera.pk if route == "camera_edit" else camera.zone.facility_id
            answer = client.post(reverse(route, args=[pk]), form)
            assert answer.status_code == 200
            assert name not in answer.content.decode()
        assert set(Camera.objects.values_list("name", "zone__facility__code")) == {
            (f"Camera {facility}", facility) for facility in FACILITIES
        }

    def test_a_zone_of_others_is_answered_as_one_that_is_not_there(self, world: World, login: Login) -> None:
        client, camera = login("tam_ky_officer"), world.cameras["tam_ky_school"]
        texts = set()
        for zone in (zone_of(world, "da_nang_dormitory").pk, 999_999_999):
            answer = client.patch(f"/api/cameras/{camera.pk}/", json.dumps({"zone": zone}), "application/json")
            texts.add(answer.content.decode().replace(str(zone), "…"))
        assert len(texts) == 1

    def test_what_only_the_portal_writes_stays_as_it_is(self, world: World, login: Login) -> None:
        camera = world.cameras["tam_ky_school"]
        before = (
            Camera.objects.filter(pk=camera.pk)
            .values("registered_at", "vantage", "probed_stream", "state__state", "state__claim", "state__pictured_at")
            .get()
        )
        given = {
            "id": 1,
            "facility": world.facilities["da_nang_dormitory"].pk,
            "state": {"state": "ok", "claim": 99, "pictured_at": "2021-06-11T00:00:00Z"},
            "claim": 99,
            "vantage": 1,
            "probed_stream": "sub",
            "registered_at": "2020-01-01T00:00:00Z",
        }
        assert self.patched(world, login("tam_ky_officer"), **given) == 200
        assert Camera.objects.filter(pk=camera.pk).values(*before).get() == before


def test_no_way_on_leads_to_another_site(world: World, login: Login) -> None:
    for target in (
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "javascript:alert(1)",
    ):
        client = login("tam_ky_officer")
        for path in ("/theme/", "/language/"):
            answer = client.post(path, {"next": target, "language": "vi", "theme": "dark"})
            assert answer.headers["Location"] == "/"
        assert client.get("/login/", {"next": target}).headers["Location"] == "/"


def test_a_camera_in_a_forbidden_zone_has_a_page_without_a_place_for_its_picture(world: World, login: Login) -> None:
    camera = add_camera(world.facilities["tam_ky_school"], "toilet", kind=ZoneKind.TOILET)
    page = login("tam_ky_officer").get(f"/cameras/{camera.pk}/").content.decode()
    assert "<img hidden" not in page


class TestNotThere:
    """What is out of reach and what does not exist are one: the same words, the same headers, the same work."""

    # As long as the numbers of what there is: it stands in the answer, which says how long it is.
    NOTHING = 9_876_543
    # Whom most is out of reach, of each sort: of all things, of pictures, of people.
    ASKED_BY = ("tam_ky_officer", "qn_analyst", "qn_administrator")

    @pytest.mark.parametrize("persona", ASKED_BY)
    def test_it_answers_alike(self, standing_world: World, persona: str) -> None:
        who, browser, compared = PERSONAS[persona], Browser(session_of(standing_world, persona)), 0
        for question in questions(TABLE, who):
            if question.method not in ("GET", "POST") or question.expected(who) != NOT_THERE:
                continue
            # Which provinces and districts there are is no secret.
            if question.row.of in (None, UNIT):
                continue
            number = str(question.row.of.number(standing_world, question.name))
            answers = []
            for path in (address := question.address(standing_world), address.replace(number, str(self.NOTHING))):
                with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                    answer = browser.generic(question.method, path, "", "application/x-www-form-urlencoded")
                    transaction.set_rollback(True)
                body = HIDDEN_TOKEN.sub("", answer.content.decode()).replace(path, "…")
                headers = {name: value for name, value in answer.items() if name not in OF_THE_MOMENT}
                answers.append((answer.status_code, len(queries), body, headers))
            assert answers[0] == answers[1], question
            compared += 1
        assert compared > 10

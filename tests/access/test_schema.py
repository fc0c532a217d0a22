"""The API as its own description says it may be asked, in all ways and each persona: schemathesis against OpenAPI."""

import json
from collections.abc import Mapping
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
import yaml
from django.db import transaction
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis import BaseSchema, Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.access.browsing import Browser, read, session_of, written
from tests.access.derived import UNSAFE
from tests.access.kinds import CAMERA, FACILITY, MANDATE, NODE, TRANSITION, ZONE
from tests.access.matrix import secrets
from tests.access.oracle import FACILITIES, PERSONAS, REGISTER, Persona
from tests.access.table import camera_sent
from tests.world import World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 60
# What the number in a path names.
NAMED = {
    "facilities": FACILITY,
    "zones": ZONE,
    "cameras": CAMERA,
    "states": CAMERA,
    "transitions": TRANSITION,
    "organisations": NODE,
    "mandates": MANDATE,
}
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@pytest.fixture
def described(standing_world: World) -> BaseSchema:
    """The portal's description of its API."""
    answer = Browser(session_of(standing_world, "qn_chief")).get("/api/schema/")
    return schemathesis.openapi.from_dict(yaml.safe_load(answer.content), config=schemathesis.Config())


@pytest.mark.parametrize("persona", PERSONAS)
def test_nothing_that_may_be_sent_breaks_the_api_or_opens_it(
    standing_world: World, settings: Settings, described: BaseSchema, persona: str
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    asked = Asked(standing_world, PERSONAS[persona])
    operations: list[Any] = [operation.ok() for operation in described.get_all_operations()]  # type: ignore[union-attr] # described well
    cases = st.one_of([operation.as_strategy(mode) for operation in operations for mode in MODES])
    names = st.one_of(st.none(), st.sampled_from(FACILITIES))

    # Each persona tries others of all the possible requests, and the same each time.
    @hypothesis.seed(list(PERSONAS).index(persona))
    @_bounded
    @hypothesis.given(cases, names, names)
    def explore(case: Case[Any], about: str | None, zone: str | None) -> None:
        # Left to chance, nothing would ever be found or stored.
        if about and case.path_parameters:
            kind = NAMED[case.path.split("/")[2]]
            case.path_parameters["id"] = kind.number(
                standing_world, kind.names[FACILITIES.index(about) % len(kind.names)]
            )
        if zone and isinstance(case.body, dict):
            case.body |= camera_sent(standing_world, zone)
        asked.ask(case)

    explore()


def _bounded(test: Any) -> Any:  # noqa: ANN401 - hypothesis wraps functions of any kind
    return hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )(test)


class Asked:
    """One person's way into the API, and what must be right about each answer."""

    def __init__(self, world: World, who: Persona) -> None:
        self.world, self.who = world, who
        self.browser = Browser(session_of(world, who.name))
        self.never = secrets(world, who)

    def ask(self, case: Case[Any]) -> None:
        """Send the case, and check the answer."""
        request = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        with transaction.atomic():
            before = written()
            answer = self._sent(request)
            if request.method in UNSAFE and not self.who.somewhere(REGISTER):
                assert written() == before
            transaction.set_rollback(True)
        text = read(answer)
        assert not [word for word in self.never if word in text]
        case.validate_response(_as_seen(answer, request), checks=CHECKS)

    def _sent(self, request: requests.PreparedRequest) -> Any:  # noqa: ANN401 - Django's test answers
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        headers = {name: str(value) for name, value in request.headers.items() if name.isascii()}
        kind = headers.pop("Content-Type", "application/json")
        # Compressed, an answer could not be read for what it must not hold; and whoever asks is who they are.
        for name in ("Content-Length", "Accept-Encoding", "Cookie"):
            headers.pop(name, None)
        return self.browser.generic(str(request.method), str(request.path_url), body, kind, headers=headers)


def _as_seen(answer: Any, request: requests.PreparedRequest) -> Response:  # noqa: ANN401 - as above
    headers: Mapping[str, list[str]] = {name.lower(): [value] for name, value in answer.items()}
    return Response(answer.status_code, headers, answer.content, request, 0.0, verify=False)


class TestWhatNoProgramShouldSend:
    """Each is answered with what is wrong with it, and none with a fault of ours."""

    @pytest.mark.parametrize(
        "body",
        [
            "[" * 100_000,
            '{"a":' * 100_000,
            '{"zone": 1e400}',
            '{"zone": NaN}',
            '{"interval": -Infinity}',
            '{"zone": 1e30}',
            f'{{"zone": {"9" * 30}}}',
            f'{{"zone": {"9" * 5000}}}',
            '{"name": "a\\u0000b"}',
            '{"name": "\\ud800"}',
            '{"streams": [{}]}',
            '{"streams": [null]}',
            '{"streams": [{"url": "rtsp://10.1.2.9/", "kind": []}]}',
            "null",
            "[]",
            '"',
            b"\xff\xfe",
        ],
        ids=lambda body: str(body[:24]),
    )
    @pytest.mark.parametrize("method", ["POST", "PATCH"])
    def test_in_a_body(self, standing_world: World, method: str, body: str | bytes) -> None:
        browser = Browser(session_of(standing_world, "qn_operator"))
        number = standing_world.cameras["tam_ky_school"].pk
        path = "/api/cameras/" if method == "POST" else f"/api/cameras/{number}/"
        answer = browser.generic(method, path, body, "application/json")
        assert (answer.status_code, bool(answer.json())) == (400, True)

    def test_more_than_a_request_may_hold(self, standing_world: World, settings: Settings) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        browser = Browser(session_of(standing_world, "qn_operator"))
        for size, wrong in ((980, "streams"), (1100, "detail")):
            body = json.dumps({"name": "x" * (size - 12)})
            answer = browser.generic("POST", "/api/cameras/", body, "application/json")
            assert (answer.status_code, wrong in answer.json()) == (400, True)

    @pytest.mark.parametrize(
        "query",
        [
            {"after": "0001-01-01T00:00:00+23:59"},
            {"before": "9999-12-31T23:59:59-23:59"},
            {"after": "0001-01-01T00:00:00"},
            {"camera": "1.5"},
            {"camera": "1e400"},
            {"facility": "NaN"},
            {"state": "\x00"},
        ],
        ids=str,
    )
    def test_in_a_query(self, standing_world: World, query: dict[str, str]) -> None:
        answer = Browser(session_of(standing_world, "qn_operator")).get("/api/transitions/", query)
        assert (answer.status_code, list(answer.json())) == (400, list(query))

    @pytest.mark.parametrize(
        "query", [{"camera": "9" * 40}, {"limit": "9" * 5000}, {"offset": "9" * 40}, {"limit": "-1"}]
    )
    def test_numbers_of_nothing(self, standing_world: World, query: dict[str, str]) -> None:
        answer = Browser(session_of(standing_world, "qn_operator")).get("/api/transitions/", query)
        assert answer.status_code == 200

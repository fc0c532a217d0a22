"""Every socket is asked by everybody to open: a new one at once, for its permission; one with a hole is found out."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings as configured
from django.urls import path
from pytest_django import Settings

from facilities.access.doors import socket
from facilities.access.doors.socket import LiveConnection
from facilities.enums import Permission
from portal.sockets import socket_urlpatterns
from tests.access.browsing import session_of
from tests.access.derived import WORDS
from tests.access.oracle import PERSONAS, Persona
from tests.world import World

OWN, OTHER = "http://testserver", "http://elsewhere.example"
Patch = pytest.MonkeyPatch


class Specimen(LiveConnection):
    """A new socket, of a permission that no other asks for."""

    permission = Permission.ADMINISTER

    def watched(self) -> Collection[int]:
        return ()

    def reach(self, ids: Collection[int]) -> Mapping[int, Any]:
        return dict.fromkeys(ids)

    async def keep(self, ids: Collection[int]) -> None:
        """Shows nothing."""


class Unasked(Specimen):
    """A new socket that forgets to ask."""

    def admit(self) -> bool:
        return True


def _route(consumer: type[LiveConnection]) -> Any:  # noqa: ANN401 - Django's stubs know routes to pages only
    return path("ws/new/", consumer.as_asgi())  # type: ignore[arg-type] # an ASGI application, not a view


@pytest.mark.django_db(transaction=True)
async def test_sockets_open_to_those_with_their_permission_and_holes_are_found(
    committed_world: World, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    cookies = {name: await sync_to_async(session_of)(committed_world, name) for name in PERSONAS}
    assert await wrongs([*socket_urlpatterns, _route(Specimen)], cookies) == []
    assert await wrongs([_route(Unasked)], cookies)
    for door, take_away in DOORS.items():
        with Patch.context() as patch:
            take_away(patch)
            assert await wrongs([*socket_urlpatterns, _route(Specimen)], cookies), door


DOORS: dict[str, Callable[[Patch], None]] = {
    "admits whom the rule does": lambda patch: patch.setattr(LiveConnection, "admit", lambda _self: True),
    "opens for the portal's own pages": lambda patch: patch.setattr(socket, "same_origin", lambda _scope: True),
    "asks for the second factor": lambda patch: patch.setattr(socket, "lacking", lambda *_: False),
}


async def wrongs(routes: list[Any], cookies: Mapping[str, str]) -> list[str]:
    """Who gets in where they should not, or does not where they should."""
    application = AuthMiddlewareStack(URLRouter(routes))
    wrong = []
    for route in routes:
        permission = WORDS[route.callback.consumer_class.permission]
        for name, who in PERSONAS.items():
            for origin in (OWN, OTHER):
                opens = await _opens(application, f"/{route.pattern}", cookies[name], origin, who)
                if opens != (origin == OWN and who.logged_in and not who.held_up and who.somewhere(permission)):
                    wrong.append(f"{route.pattern}: {name} from {origin}: {'open' if opens else 'closed'}")
    return wrong


async def _opens(application: Any, address: str, cookie: str, origin: str, who: Persona) -> bool:  # noqa: ANN401 - ASGI
    headers = {"cookie": f"{configured.SESSION_COOKIE_NAME}={cookie}", "origin": origin, "host": "testserver"}
    server: Any = ApplicationCommunicator(  # type: ignore[no-untyped-call] # asgiref's tester is untyped
        application,
        {
            "type": "websocket",
            "path": address,
            "query_string": b"",
            "subprotocols": [],
            "client": ["192.0.2.7", 50000],
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
        },
    )
    await server.send_input({"type": "websocket.connect"})
    answer = await server.receive_output(timeout=5)
    opens: bool = answer["type"] == "websocket.accept"
    if opens and who.held_up:
        # Let in to be told why, and then shown out.
        opens = await server.receive_nothing(timeout=3)
    await server.send_input({"type": "websocket.disconnect", "code": 1005})
    await server.wait(timeout=5)
    return opens

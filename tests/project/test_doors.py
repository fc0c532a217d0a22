"""Every route stands behind a door. A new one without a door fails here, whoever forgot it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from facilities.access.doors.api import Resource
from facilities.access.doors.page import Page, PersonalPage
from facilities.access.doors.socket import LiveConnection
from facilities.enums import Permission
from portal.sockets import socket_urlpatterns

# What anybody may open, logged in or not: it shows nothing of the tree.
OPEN = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_callback",
    "openid_connect_login",
    "set_language",
    "socialaccount_login_cancelled",
    "theme",
}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path, entry


ROUTES = list(routes(get_resolver()))


@pytest.mark.parametrize(("path", "entry"), ROUTES, ids=[path or "/" for path, _ in ROUTES])
def test_each_route_is_behind_a_door(path: str, entry: URLPattern) -> None:
    if entry.name in OPEN:
        return
    view: Any = getattr(entry.callback, "view_class", None) or getattr(entry.callback, "cls", None)
    assert view is not None, f"{path} is a bare function: derive it from a door"
    if issubclass(view, Page | Resource):
        permissions = view.permissions
        assert permissions, f"{path} names no permission"
        assert all(isinstance(permission, Permission) for permission in permissions.values())
        return
    assert issubclass(view, PersonalPage), f"{path} is behind no door: derive {view.__name__} from Page or Resource"


@pytest.mark.parametrize("entry", socket_urlpatterns, ids=str)
def test_each_socket_is_behind_the_door(entry: URLPattern) -> None:
    consumer: Any = getattr(entry.callback, "consumer_class", None)
    assert consumer is not None
    assert issubclass(consumer, LiveConnection)
    assert isinstance(consumer.permission, Permission)


def test_there_are_routes() -> None:
    assert len(ROUTES) > len(OPEN)
    assert socket_urlpatterns
    assert {entry.name for _, entry in ROUTES} >= OPEN

"""Every socket route of the portal."""

from typing import Any

from django.urls import path

from cameras.live.wall import WallConnection

# Django's stubs know routes to pages only.
socket_urlpatterns: list[Any] = [
    path("ws/wall/", WallConnection.as_asgi()),  # type: ignore[arg-type] # an ASGI application, not a view
]

"""Every socket route of the portal."""

from typing import Any

socket_urlpatterns: list[Any] = []

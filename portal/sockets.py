"""Every socket route of the portal."""

from channels.routing import URLRouter  # noqa: F401 - types of the entries

socket_urlpatterns: list[object] = []

"""The server's entry: pages and the API over HTTP, the wall over WebSocket."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
pages = get_asgi_application()

from portal.sockets import socket_urlpatterns  # noqa: E402 - the apps must be loaded first

application = ProtocolTypeRouter({"http": pages, "websocket": AuthMiddlewareStack(URLRouter(socket_urlpatterns))})

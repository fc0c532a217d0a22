from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The frame, and the pages that join the other apps."""

    name = "portal"

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    """Who, where, and what was promised."""

    name = "facilities"

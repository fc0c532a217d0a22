from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """What people saw, and what came of it."""

    name = "inspections"

"""Versions of what people edit, whichever app it belongs to."""

from django.apps import apps
from pghistory.models import Event


def event_models() -> list[type[Event]]:
    """The models of all tables of versions, by the names of their tables."""
    models = [model for model in apps.get_models() if issubclass(model, Event) and not model._meta.proxy]
    return sorted((model for model in models if model._meta.managed), key=lambda model: model._meta.db_table)

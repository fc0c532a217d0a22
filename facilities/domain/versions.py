"""Rows as they were at a moment: every version of what people edit is kept, so any past can be read again."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet


def as_of(model: type[models.Model], moment: datetime | None, **where: Any) -> QuerySet[Any]:
    """Rows of a model with history as they stood just before `moment`, or stand now; `where` narrows them.

    Columns go by the model's names (`id`, `facility_id` …). What `where` asks for must never change in a row's life,
    or be asked of all the values that it may have had.
    """
    if moment is None:
        present: QuerySet[Any] = model._default_manager.filter(**where)
        return present
    versions = apps.get_model(model._meta.app_label, f"{model.__name__}Event")._default_manager
    known = versions.filter(pgh_created_at__lt=moment, **where)
    last = known.order_by("id", "-pgh_id").distinct("id").values("pgh_id")
    standing: QuerySet[Any] = versions.filter(pgh_id__in=last).exclude(pgh_label="delete")
    return standing

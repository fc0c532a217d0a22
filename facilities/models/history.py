"""The history of edits: each row that people edit leaves its every version, by trigger, in a table that only grows."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=models.Model)


def with_history(*, but: tuple[str, ...] = (), untold: tuple[str, ...] = ()) -> Callable[[type[M]], type[M]]:
    """Keep every version of the model's rows, with who made it, from where and in which request; `but` some fields.

    Of those that are `untold` the pages of history say that they changed, and not to what.
    """
    track = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(but),
        append_only=True,
        # Read a day at a time for its seal, and from the newest back by people.
        meta={"indexes": [models.Index(fields=["pgh_created_at", "pgh_id"])]},
        obj_field=pghistory.ObjForeignKey(related_name="versions", related_query_name="version"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=pghistory.ContextUUIDField(),
    )

    def tracked(model: type[M]) -> type[M]:
        track(model)
        model.untold = untold  # type: ignore[attr-defined] # read by facilities.domain.change
        return model

    return tracked

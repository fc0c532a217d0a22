"""Which facilities something changed about, for whoever keeps figures of them. Told by triggers."""

import re
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

_TELL = "INSERT INTO facilities_facilitychange (facility_id, at) {facilities}; RETURN NULL;"


class FacilityChange(models.Model):
    """Something about the facility changed. Rows are only added and taken, never met: no two writers wait here."""

    # No foreign key: a change of a facility that is gone by now is news too.
    facility_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["FacilityChange"]] = models.Manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.facility_id)


def tells_of_change(facilities: str, *, only_if_changed: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """A trigger that tells, whenever a row of the model changes, of the facilities that the query finds for that `row`.

    With `only_if_changed` it is for updates of these columns alone, on which something else is written.
    """
    found = re.sub(r"\brow\.(\w+)", r"CASE TG_OP WHEN 'DELETE' THEN OLD.\1 ELSE NEW.\1 END", facilities)
    told = f"SELECT facility, now() FROM ({found}) AS changed (facility)"  # noqa: S608 - text of the models
    if not only_if_changed:
        return _trigger(told)
    updated: pgtrigger.Operation = pgtrigger.UpdateOf(*only_if_changed)  # type: ignore[no-untyped-call] # untyped there
    return _trigger(told, updated, pgtrigger.AnyChange(*only_if_changed))


def tells_of_all() -> pgtrigger.Trigger:
    """A trigger for what concerns every facility: a rule, a deadline."""
    return _trigger("SELECT id, now() FROM facilities_facility")


def _trigger(
    facilities: str,
    operation: pgtrigger.Operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    condition: pgtrigger.Condition | None = None,
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="tells_of_change",
        when=pgtrigger.After,
        operation=operation,
        func=_TELL.format(facilities=facilities),
        condition=condition,
    )

"""What was done and seen, in a table that only grows, each day sealed by a hash over it and the day before."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.enums import RecordedAction
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet

_ONLY_GROWS = [pgtrigger.Protect(name="only_grows", operation=pgtrigger.Update | pgtrigger.Delete)]


class Record(Scoped):
    """One login, grant, view of pictures, export or other act. Names are kept as they were; ids may outlive rows."""

    organisation_path = "organisation"

    at = models.DateTimeField(_("time"))
    action = models.CharField(_("action"), max_length=30, choices=RecordedAction.choices)
    # Whoever acted: an id and a name, not a foreign key, for a record outlives what it is about.
    person_id = models.BigIntegerField(null=True)
    person = models.CharField(_("person"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    request = models.CharField(_("request"), max_length=36, blank=True)
    # The node that it is about; whoever administers there may read it. None is about the account alone.
    organisation = models.ForeignKey(
        Organisation,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("organisation"),
    )
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    # Ids and figures of the act, never a password or an address with one.
    detail = models.JSONField(_("detail"), default=dict)

    objects: ClassVar[ScopedQuerySet["Record"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("record")
        verbose_name_plural = _("records")
        triggers = _ONLY_GROWS
        # Read from the newest back: all of them, a node's, a person's.
        indexes = [
            models.Index(fields=["at", "id"], name="records_in_time"),
            models.Index(fields=["organisation", "at", "id"], name="records_of_organisation"),
            models.Index(fields=["person_id", "at", "id"], name="records_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.subject}"


class DaySeal(models.Model):
    """The hash over all records and events of one day, and over the seal before: a removal shows, from then on."""

    day = models.DateField(_("day"), unique=True)
    # How many rows of each table it covers.
    rows = models.JSONField(_("rows"))
    before = models.CharField(_("hash of the day before"), max_length=64)
    digest = models.CharField(_("hash"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        ordering = ["-day"]
        verbose_name = _("seal of a day")
        verbose_name_plural = _("seals of days")
        triggers = _ONLY_GROWS

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"

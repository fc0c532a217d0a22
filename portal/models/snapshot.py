"""Frozen figures: one row per facility and day, never changed; what was wrong is amended by another, both stay."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from facilities.enums import Sector
from facilities.models import AdministrativeUnit, Facility, Organisation
from facilities.models.scope import Scoped, ScopedQuerySet
from portal.models.figures import Figures

_ONLY_GROWS = [pgtrigger.Protect(name="only_grows", operation=pgtrigger.Update | pgtrigger.Delete)]


class SnapshotQuerySet(ScopedQuerySet["Snapshot"]):
    """Vocabulary of snapshots."""

    def in_force(self) -> "SnapshotQuerySet":
        """Those that no amendment has replaced."""
        # Amendments are few, and asked for by themselves they are read at once: what is asked for is not held against
        # all that was ever frozen.
        amending = Snapshot.objects.filter(amends__isnull=False, amends=OuterRef("pk"))
        return self.filter(~Exists(amending))


class Snapshot(Figures):
    """A facility's figures as of the end of a day (24:00), as known at `taken_at`."""

    facility = models.ForeignKey(
        Facility, models.PROTECT, related_name="snapshots", verbose_name=_("facility"), db_index=False
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    taken_at = models.DateTimeField(_("taken at"))
    amends = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="amended_by_row", verbose_name=_("amends")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    amended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("amended by")
    )
    # SHA-256 of the facility's snapshot before this one, and of this one with it.
    before = models.CharField(_("hash before"), max_length=64, blank=True)
    digest = models.CharField(_("hash"), max_length=64)

    objects: ClassVar[SnapshotQuerySet] = SnapshotQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-day", "facility"]
        verbose_name = _("frozen figures")
        verbose_name_plural = _("frozen figures")
        triggers = _ONLY_GROWS
        # Single facilities are looked up in the one, days of them all in the other. It holds the day alone: rows lie on
        # disk day by day, and of an index of several columns the database does not believe that it follows them.
        constraints = [models.UniqueConstraint(fields=["facility", "day", "version"], name="snapshot_once")]
        indexes = [models.Index(fields=["day"], name="snapshots_of_day")]

    def __str__(self) -> str:
        return f"{self.name}: {self.day:%d/%m/%Y}"


class SnapshotDay(models.Model):
    """A day that has been frozen: how many facilities, and a hash over all of theirs and the day before."""

    day = models.DateField(_("day"), unique=True)
    taken_at = models.DateTimeField(_("taken at"))
    facilities = models.PositiveIntegerField(_("facilities"))
    before = models.CharField(_("hash before"), max_length=64, blank=True)
    digest = models.CharField(_("hash"), max_length=64)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("frozen day")
        verbose_name_plural = _("frozen days")
        triggers = _ONLY_GROWS

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class Publication(Scoped):
    """A table as somebody published it: its moment, its filters, and exactly the frozen rows that it was made of."""

    organisation_path = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="publications", verbose_name=_("published by")
    )
    title = models.CharField(_("title"), max_length=200)
    day = models.DateField(_("day"))
    unit = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    sectors = ArrayField(models.CharField(max_length=12, choices=Sector.choices), default=list, blank=True)
    snapshots = ArrayField(models.BigIntegerField())
    digest = models.CharField(_("hash"), max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"))

    objects: ClassVar[ScopedQuerySet["Publication"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("published table")
        verbose_name_plural = _("published tables")
        triggers = _ONLY_GROWS

    def __str__(self) -> str:
        return self.title

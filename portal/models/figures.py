"""The figures of the compliance tables, one row per facility: as it stands now, and frozen day by day."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from facilities.enums import BlockReason, Premises, Sector, Stage
from facilities.models import AdministrativeUnit, Facility
from facilities.models.scope import Scoped, ScopedQuerySet


class Figures(Scoped):
    """What portal.domain.figures makes of everything that is known of a facility at one moment.

    Claimed is what people reported, verified what machines saw. Seconds are camera-seconds over the cameras in
    permitted zones; the period is rule R9's, the days that are over when `day` ends.
    """

    organisation_path = "facility__organisation"

    # The day that it is about, and, with `facility`, who it is: as it was called and where it lay then.
    day = models.DateField(_("day"))
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    # What a search looks in: with accents, and without.
    searched = models.CharField(max_length=450)
    folded = models.CharField(max_length=450)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector.choices)
    premises = models.CharField(_("premises"), max_length=12, choices=Premises.choices)
    province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("province"))
    district = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )

    # Rollout, as claimed.
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    stage_since = models.DateField(_("since"), null=True, blank=True)
    paused = models.BooleanField(_("paused"), default=False)
    closed = models.BooleanField(_("closed"), default=False)
    blocked = ArrayField(models.CharField(max_length=20, choices=BlockReason.choices), default=list, blank=True)
    connected_on = models.DateField(_("connected on"), null=True, blank=True)
    # The last good day of the deadline for being connected that binds it, if one does.
    due_on = models.DateField(_("deadline"), null=True, blank=True)

    # Cameras. Each claimed one is in exactly one of the other five.
    claimed = models.PositiveIntegerField(_("claimed"), default=0)
    verified = models.PositiveIntegerField(_("verified"), default=0)
    impaired = models.PositiveIntegerField(_("impaired"), default=0)
    down = models.PositiveIntegerField(_("disconnected"), default=0)
    unknown = models.PositiveIntegerField(_("not observed"), default=0)
    forbidden = models.PositiveIntegerField(_("in a forbidden zone"), default=0)

    # Required zones on site; of these, with a camera, and with one that verifiably delivers a picture.
    zones_required = models.PositiveIntegerField(_("required zones"), default=0)
    zones_claimed = models.PositiveIntegerField(_("zones with a camera"), default=0)
    zones_verified = models.PositiveIntegerField(_("zones verified"), default=0)

    sinks_required = models.PositiveSmallIntegerField(_("required connections"), default=0)
    sinks_claimed = models.PositiveSmallIntegerField(_("connections claimed"), default=0)
    sinks_confirmed = models.PositiveSmallIntegerField(_("connections confirmed"), default=0)

    ok_seconds = models.BigIntegerField(default=0)
    impaired_seconds = models.BigIntegerField(default=0)
    down_seconds = models.BigIntegerField(default=0)
    unknown_seconds = models.BigIntegerField(default=0)
    # Of the last whole day alone, for strips of days.
    day_ok_seconds = models.BigIntegerField(default=0)
    day_impaired_seconds = models.BigIntegerField(default=0)
    day_down_seconds = models.BigIntegerField(default=0)
    day_unknown_seconds = models.BigIntegerField(default=0)

    # None: nothing is known of inspections, findings.
    inspected_on = models.DateField(_("last inspected on"), null=True, blank=True)
    overdue_findings = models.PositiveIntegerField(_("overdue findings"), null=True, blank=True)

    # Codes of claims that verification contradicts (portal.domain.contradictions).
    contradictions = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # Codes of rules by their result.
    passed = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    failed = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    undecided = ArrayField(models.CharField(max_length=5), default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def local_name(self) -> str:
        """The name in the reader's language: the Vietnamese one where there is no English one."""
        return self.name_en if self.name_en and get_language() == "en" else self.name


class FacilityStanding(Figures):
    """A facility's figures as they stand now: made anew whenever something about it changes, and each midnight."""

    facility = models.OneToOneField(
        Facility, models.CASCADE, primary_key=True, related_name="standing", verbose_name=_("facility")
    )
    computed_at = models.DateTimeField(_("computed at"))

    objects: ClassVar[ScopedQuerySet["FacilityStanding"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        indexes = [models.Index(fields=["province"], name="standing_of_province")]

    def __str__(self) -> str:
        return self.name

"""The rollout (triển khai) as it was reported. Reports are never edited or erased: a later one withdraws an earlier."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.enums import BlockReason, Payer, ReportKind, Sink, SinkSays, Stage, ZoneKind
from facilities.models.facility import Facility, Zone
from facilities.models.facility_change import tells_of_change
from facilities.models.history import with_history
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.stored_file import StoredFile

_ONLY_GROWS = [pgtrigger.Protect(name="only_grows", operation=pgtrigger.Update | pgtrigger.Delete)]


class ProgressReport(Scoped):
    """What somebody reported about one facility: a step reached, a block, a pause, a withdrawal of an earlier report.

    `on` is the day on which it was so, `recorded_at` the moment at which it was said.
    """

    organisation_path = "facility__organisation"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="reports", verbose_name=_("facility"))
    kind = models.CharField(_("kind"), max_length=12, choices=ReportKind.choices)
    stage = models.CharField(_("step"), max_length=12, choices=Stage.choices, blank=True)
    on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("reported at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reported by")
    )
    note = models.TextField(_("note"), max_length=2000, blank=True)
    reasons = ArrayField(
        models.CharField(max_length=20, choices=BlockReason.choices),
        default=list,
        blank=True,
        verbose_name=_("reasons"),
    )
    withdraws = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="withdrawn_by", verbose_name=_("withdraws")
    )
    files = models.ManyToManyField(StoredFile, related_name="reports", blank=True, verbose_name=_("files"))

    objects: ClassVar[ScopedQuerySet["ProgressReport"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["facility", "recorded_at", "pk"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        triggers = [*_ONLY_GROWS, tells_of_change("SELECT row.facility_id")]
        indexes = [models.Index(fields=["facility", "recorded_at", "id"], name="reports_of_facility")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="step", withdraws__isnull=True) & ~Q(stage="") | ~Q(kind="step") & Q(stage=""),
                name="report_of_a_step_names_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="withdrawal", withdraws__isnull=False)
                | ~Q(kind="withdrawal") & Q(withdraws__isnull=True),
                name="withdrawal_names_a_report",
            ),
            models.CheckConstraint(condition=~Q(kind="blocked") | Q(reasons__len__gt=0), name="block_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display() or self.get_kind_display()}: {self.on:%d/%m/%Y}"


class SurveyedZone(models.Model):
    """What a survey found in one zone: cameras that are there already, how many of them will do, how many it takes."""

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="surveyed_zones", verbose_name=_("report"))
    # The zone that is on record since, or was before.
    zone = models.ForeignKey(Zone, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("zone"))
    kind = models.CharField(_("kind of zone"), max_length=16, choices=ZoneKind.choices)
    name = models.CharField(_("name"), max_length=100)
    existing = models.PositiveSmallIntegerField(_("cameras there"), default=0)
    usable = models.PositiveSmallIntegerField(_("of these good enough"), default=0)
    needed = models.PositiveSmallIntegerField(_("cameras needed"), default=0)

    class Meta:
        ordering = ["report", "pk"]
        verbose_name = _("surveyed zone")
        verbose_name_plural = _("surveyed zones")
        constraints = [
            models.CheckConstraint(condition=Q(usable__lte=F("existing")), name="usable_cameras_are_there"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def missing(self) -> int:
        """How many cameras must still come."""
        return max(0, self.needed - self.usable)


class Estimate(models.Model):
    """A cost estimate (dự toán), in whole đồng; `total` is the sum of its lines."""

    report = models.OneToOneField(ProgressReport, models.PROTECT, related_name="estimate", verbose_name=_("report"))
    payer = models.CharField(_("paid by"), max_length=12, choices=Payer.choices)
    template = models.CharField(_("template"), max_length=40, blank=True)
    total = models.BigIntegerField(_("total"), help_text=_("In đồng"))

    class Meta:
        verbose_name = _("cost estimate")
        verbose_name_plural = _("cost estimates")
        triggers = _ONLY_GROWS
        constraints = [models.CheckConstraint(condition=Q(total__gte=0), name="estimate_is_not_negative")]

    def __str__(self) -> str:
        return str(self.total)


class EstimateLine(models.Model):
    """One position of an estimate; `amount` is quantity × unit price."""

    estimate = models.ForeignKey(Estimate, models.PROTECT, related_name="lines", verbose_name=_("estimate"))
    item = models.CharField(_("item"), max_length=200)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price = models.BigIntegerField(_("unit price"), help_text=_("In đồng"))
    amount = models.BigIntegerField(_("amount"), help_text=_("In đồng"))

    class Meta:
        ordering = ["estimate", "pk"]
        verbose_name = _("line of an estimate")
        verbose_name_plural = _("lines of estimates")
        triggers = _ONLY_GROWS
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, amount=F("quantity") * F("unit_price")), name="estimate_line_adds_up"
            )
        ]

    def __str__(self) -> str:
        return self.item


class ActualCost(models.Model):
    """What it cost in the end, in whole đồng, as reported with a step."""

    report = models.OneToOneField(ProgressReport, models.PROTECT, related_name="actual_cost", verbose_name=_("report"))
    total = models.BigIntegerField(_("actual cost"), help_text=_("In đồng"))

    class Meta:
        verbose_name = _("actual cost")
        verbose_name_plural = _("actual costs")
        triggers = _ONLY_GROWS
        constraints = [models.CheckConstraint(condition=Q(total__gte=0), name="actual_cost_is_not_negative")]

    def __str__(self) -> str:
        return str(self.total)


class SinkReport(Scoped):
    """What was said of a facility's connection to one sink: claimed by the facility, confirmed by who runs the sink."""

    organisation_path = "facility__organisation"

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="sink_reports", verbose_name=_("facility"))
    sink = models.CharField(_("connected to"), max_length=10, choices=Sink.choices)
    says = models.CharField(_("says"), max_length=10, choices=SinkSays.choices)
    on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(_("reported at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reported by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects: ClassVar[ScopedQuerySet["SinkReport"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["facility", "recorded_at", "pk"]
        verbose_name = _("report of a connection")
        verbose_name_plural = _("reports of connections")
        triggers = [*_ONLY_GROWS, tells_of_change("SELECT row.facility_id")]
        indexes = [models.Index(fields=["facility", "recorded_at", "id"], name="sink_reports_of_facility")]

    def __str__(self) -> str:
        return f"{self.get_sink_display()}: {self.get_says_display()}"


@with_history()
class Contact(Scoped):
    """Whom to call at a facility (rule R7): full name, title, phone and e-mail."""

    organisation_path = "facility__organisation"

    facility = models.OneToOneField(Facility, models.CASCADE, related_name="contact", verbose_name=_("facility"))
    full_name = models.CharField(_("full name"), max_length=100)
    title = models.CharField(_("title"), max_length=100)
    phone = models.CharField(_("phone"), max_length=20)
    email = models.EmailField(_("e-mail"))

    objects: ClassVar[ScopedQuerySet["Contact"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        triggers = [tells_of_change("SELECT row.facility_id")]

    def __str__(self) -> str:
        return self.full_name

"""Acceptances (nghiệm thu) of cameras: with what was measured, and with a picture that was decoded."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.enums import Codec
from cameras.models.camera import Camera
from cameras.models.state import OF_A_CAMERA
from facilities.models import ProgressReport, StoredFile
from facilities.models.facility_change import tells_of_change
from facilities.models.scope import Scoped, ScopedQuerySet

_ONLY_GROWS = [pgtrigger.Protect(name="only_grows", operation=pgtrigger.Update)]


class ConformanceResult(Scoped):
    """What was measured of a camera at one moment. Whether that conforms is rule R10's to say, with its thresholds."""

    organisation_path = "camera__zone__facility__organisation"

    camera = models.ForeignKey(Camera, models.CASCADE, related_name="conformance_results", verbose_name=_("camera"))
    measured_at = models.DateTimeField(_("measured at"))
    codec = models.CharField(_("codec"), max_length=5, choices=Codec.choices)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    # None: not measured.
    frame_rate = models.FloatField(_("pictures a second"), null=True, blank=True)
    clock_offset = models.FloatField(_("clock offset"), null=True, blank=True, help_text=_("In seconds"))
    luma = models.FloatField(_("brightness"), null=True, blank=True)
    contrast = models.FloatField(_("contrast"), null=True, blank=True)

    objects: ClassVar[ScopedQuerySet["ConformanceResult"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["camera", "-measured_at"]
        verbose_name = _("conformance result")
        verbose_name_plural = _("conformance results")
        triggers = [*_ONLY_GROWS, tells_of_change(OF_A_CAMERA)]
        indexes = [models.Index(fields=["camera", "-measured_at"], name="conformance_of_camera")]

    def __str__(self) -> str:
        return f"{self.width}×{self.height} {self.codec}"


class Acceptance(Scoped):
    """A camera as it was accepted, in a report of the rollout."""

    organisation_path = "camera__zone__facility__organisation"

    camera = models.ForeignKey(Camera, models.CASCADE, related_name="acceptances", verbose_name=_("camera"))
    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="acceptances", verbose_name=_("report"))
    conformance = models.OneToOneField(
        ConformanceResult, models.CASCADE, related_name="acceptance", verbose_name=_("conformance")
    )
    # When the picture was captured that was seen then, and the picture itself, as long as it is kept.
    pictured_at = models.DateTimeField(_("picture captured at"))
    picture = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="acceptance", verbose_name=_("picture")
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted at"))

    objects: ClassVar[ScopedQuerySet["Acceptance"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["camera", "-accepted_at"]
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        triggers = [*_ONLY_GROWS, tells_of_change(OF_A_CAMERA)]
        constraints = [models.UniqueConstraint(fields=["camera", "report"], name="camera_accepted_once_a_report")]

    def __str__(self) -> str:
        return f"{self.camera}: {self.accepted_at:%d/%m/%Y}"

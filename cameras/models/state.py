"""What the prober knows of a camera, and each change of it. People never edit these rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from cameras.enums import Codec, Reason, State
from cameras.models.camera import Camera
from facilities.models.facility_change import tells_of_change
from facilities.models.scope import Scoped, ScopedQuerySet

# Whose facility a row about a camera is about.
OF_A_CAMERA = """
    SELECT zone.facility_id FROM cameras_camera AS camera
    JOIN facilities_zone AS zone ON zone.id = camera.zone_id WHERE camera.id = row.camera_id
"""


class CameraState(Scoped):
    """The present standing of a camera and the schedule of its checks; written by the prober alone."""

    organisation_path = "camera__zone__facility__organisation"

    camera = models.OneToOneField(
        Camera, models.CASCADE, primary_key=True, related_name="state", verbose_name=_("camera")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UNKNOWN)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, default=Reason.NOT_PROBED, blank=True)
    since = models.DateTimeField(_("since"))

    # Failures seen but not yet confirmed.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)

    # The schedule. A camera without a due time waits for somebody to mend its credentials.
    due_at = models.DateTimeField(_("next check due"), null=True, blank=True)
    claim = models.BigIntegerField(_("claim number"), default=0)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    # When the look that has been claimed, perhaps again and again, and not yet recorded, was due.
    awaited_since = models.DateTimeField(_("awaited since"), null=True, blank=True)
    recorded_claim = models.BigIntegerField(_("last recorded claim"), default=0)

    # The last look, and the last picture.
    observed_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    pictured_at = models.DateTimeField(_("last picture"), null=True, blank=True)
    codec = models.CharField(_("codec"), max_length=5, choices=Codec.choices, blank=True)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    seconds = models.FloatField(_("seconds to the picture"), null=True, blank=True)
    luma = models.FloatField(_("brightness"), null=True, blank=True)
    contrast = models.FloatField(_("contrast"), null=True, blank=True)
    sharpness = models.FloatField(_("sharpness"), null=True, blank=True)

    objects: ClassVar[ScopedQuerySet["CameraState"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        verbose_name = _("camera state")
        verbose_name_plural = _("camera states")
        triggers = [
            # Each look writes the row; only a change of what it says is news.
            tells_of_change(OF_A_CAMERA, only_if_changed=("state",))
        ]
        indexes = [
            # A claim that lapses makes its camera due again, whatever the schedule says.
            models.Index(
                Coalesce("claimed_until", "due_at"), condition=Q(due_at__isnull=False), name="camera_state_due"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="camera_state_known"),
            models.CheckConstraint(condition=~Q(state="ok") | Q(reason=""), name="camera_ok_has_no_reason"),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())


class Transition(Scoped):
    """A camera's change of state, dated when it became true; the history that uptime is computed from."""

    organisation_path = "camera__zone__facility__organisation"

    camera = models.ForeignKey(Camera, models.CASCADE, related_name="transitions", verbose_name=_("camera"))
    before = models.CharField(_("before"), max_length=10, choices=State.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, blank=True)
    at = models.DateTimeField(_("became true at"))
    noticed_at = models.DateTimeField(_("noticed at"))

    objects: ClassVar[ScopedQuerySet["Transition"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        indexes = [models.Index(fields=["camera", "-at"], name="transition_camera_at")]

    def __str__(self) -> str:
        return f"{self.before} → {self.state}"

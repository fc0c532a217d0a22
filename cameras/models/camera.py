"""Cameras as people describe them. What the prober saw lives apart, in CameraState."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.enums import StreamKind
from cameras.models.vantage import Vantage
from facilities.models import Organisation, Zone
from facilities.models.facility_change import tells_of_change
from facilities.models.history import with_history
from facilities.models.scope import Scoped, ScopedQuerySet


class CameraQuerySet(ScopedQuerySet["Camera"]):
    """Vocabulary of cameras."""

    def below(self, organisation: Organisation) -> "CameraQuerySet":
        """Cameras of the facilities at or below a node of the tree."""
        return self.filter(zone__facility__organisation__path__startswith=organisation.path)

    def for_tiles(self) -> "CameraQuerySet":
        """With all that a tile shows, in one query."""
        return self.select_related("zone__facility__organisation", "state")


@with_history()
class Camera(Scoped):
    """One camera, in one zone of one facility."""

    organisation_path = "zone__facility__organisation"

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="cameras", verbose_name=_("zone"))
    name = models.CharField(_("name"), max_length=100)
    vantage = models.ForeignKey(
        Vantage, models.PROTECT, null=True, blank=True, related_name="cameras", verbose_name=_("vantage")
    )
    interval = models.PositiveIntegerField(
        _("interval"),
        default=60,
        validators=[MinValueValidator(10), MaxValueValidator(3600)],
        help_text=_("Seconds between two checks"),
    )
    probed_stream = models.CharField(
        _("checked stream"), max_length=4, choices=StreamKind.choices, default=StreamKind.MAIN
    )
    registered_at = models.DateTimeField(_("registered at"), auto_now_add=True)

    objects: ClassVar[CameraQuerySet] = CameraQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["zone__facility", "name"]
        verbose_name = _("camera")
        verbose_name_plural = _("cameras")
        triggers = [tells_of_change("SELECT facility_id FROM facilities_zone WHERE id = row.zone_id")]
        constraints = [
            models.UniqueConstraint(fields=["zone", "name"], name="camera_name_once_per_zone"),
            models.CheckConstraint(
                condition=Q(interval__gte=10, interval__lte=3600), name="camera_interval_within_bounds"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@with_history(but=("sealed_password",), untold=("url", "username"))
class Stream(models.Model):
    """Where one of a camera's streams is fetched, and with which account. The password is stored sealed."""

    camera = models.ForeignKey(Camera, models.CASCADE, related_name="streams", verbose_name=_("camera"))
    kind = models.CharField(_("kind"), max_length=4, choices=StreamKind.choices, default=StreamKind.MAIN)
    url = models.CharField(_("address"), max_length=500)
    username = models.CharField(_("user name"), max_length=100, blank=True)
    # Sealed to this camera, host and port (cameras.domain.passwords); opened by the prober alone.
    sealed_password = models.TextField(_("password"), blank=True)
    basic_allowed = models.BooleanField(
        _("permit Basic authentication"),
        default=False,
        help_text=_("Basic sends the password unencrypted; permit it only where the camera knows no other way."),
    )

    class Meta:
        verbose_name = _("stream")
        verbose_name_plural = _("streams")
        constraints = [models.UniqueConstraint(fields=["camera", "kind"], name="stream_kind_once_per_camera")]

    def __str__(self) -> str:
        return self.url

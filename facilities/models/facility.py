"""Quarantine facilities and the zones in them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.enums import Premises, Requirement, Sector, ZoneKind
from facilities.models.facility_change import tells_of_change
from facilities.models.history import with_history
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.unit import AdministrativeUnit


@with_history()
class Facility(Scoped):
    """A centralised quarantine facility (cơ sở cách ly tập trung). Its name and its place are its node's."""

    organisation_path = "organisation"

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="facility", verbose_name=_("organisation")
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    sector = models.CharField(_("sector"), max_length=12, choices=Sector.choices)
    premises = models.CharField(_("premises"), max_length=12, choices=Premises.choices)
    province = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="facilities_in_province", verbose_name=_("province")
    )
    # Districts were abolished in 2025: a facility that stands since then lies in a province alone.
    district = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="facilities",
        verbose_name=_("district"),
    )
    address = models.CharField(_("address"), max_length=200, blank=True)

    objects: ClassVar[ScopedQuerySet["Facility"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["code"]
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        triggers = [tells_of_change("SELECT row.id")]

    def __str__(self) -> str:
        return str(self.organisation)


@with_history()
class Zone(Scoped):
    """A place on site that a camera looks at, or must not look at."""

    organisation_path = "facility__organisation"

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="zones", verbose_name=_("facility"))
    kind = models.CharField(_("kind of zone"), max_length=16, choices=ZoneKind.choices)
    name = models.CharField(_("name"), max_length=100)

    objects: ClassVar[ScopedQuerySet["Zone"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["facility", "name"]
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        triggers = [tells_of_change("SELECT row.facility_id")]
        constraints = [models.UniqueConstraint(fields=["facility", "name"], name="zone_name_once_per_facility")]

    def __str__(self) -> str:
        return self.name

    @property
    def requirement(self) -> Requirement:
        """Whether the guideline requires, leaves free or forbids a camera here."""
        return ZoneKind(self.kind).requirement

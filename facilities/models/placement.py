"""Where each facility lay, and below which body it stood, from when to when: what was reported then stays readable."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models.facility import Facility
from facilities.models.history import with_history
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.unit import AdministrativeUnit
from facilities.models.validity import never_together, same_number


class PlacementQuerySet(ScopedQuerySet["Placement"]):
    """Vocabulary of placements."""

    def on(self, day: date) -> "PlacementQuerySet":
        """Where each facility was on that day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


@with_history()
class Placement(Scoped):
    """The units and the body that a facility belonged to over a time; the present one says what the facility says."""

    organisation_path = "facility__organisation"

    facility = models.ForeignKey(Facility, models.CASCADE, related_name="placements", verbose_name=_("facility"))
    parent = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("stands below"))
    province = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("province"))
    district = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    # None is since before anything was recorded.
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("last valid day"), null=True, blank=True)

    objects: ClassVar[PlacementQuerySet] = PlacementQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["facility", F("valid_from").asc(nulls_first=True)]
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="placement_ends_after_start",
            ),
            never_together("facility_in_one_place_at_a_time", same=[same_number("facility")]),
        ]

    def __str__(self) -> str:
        return f"{self.facility}: {self.district or self.province}"

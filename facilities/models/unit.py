"""Provinces and districts. Codes are re-used, so a unit is a code *and* the day it became valid."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from facilities.enums import UnitLevel
from facilities.models.history import with_history
from facilities.models.validity import never_together, same_text


class AdministrativeUnitQuerySet(models.QuerySet["AdministrativeUnit"]):
    """Vocabulary of units."""

    def valid_on(self, on: date) -> "AdministrativeUnitQuerySet":
        """Units in force on that day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)

    def provinces(self) -> "AdministrativeUnitQuerySet":
        """Provinces and centrally run cities."""
        return self.filter(level=UnitLevel.PROVINCE)


@with_history()
class AdministrativeUnit(models.Model):
    """One province or district over the time in which it existed under one code."""

    level = models.CharField(_("level"), max_length=10, choices=UnitLevel.choices)
    code = models.CharField(_("code"), max_length=3)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    full_name = models.CharField(_("full name"), max_length=120)
    region = models.CharField(_("region"), max_length=60, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("last valid day"), null=True, blank=True)
    province = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="districts", verbose_name=_("province")
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )

    objects: ClassVar[AdministrativeUnitQuerySet] = AdministrativeUnitQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["level", "code", "valid_from"]
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        constraints = [
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="unit_code_and_start_unique"),
            never_together("unit_code_once_at_a_time", same=[same_text("level"), same_text("code")]),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="unit_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(level="province", province__isnull=True) | Q(level="district", province__isnull=False),
                name="unit_district_has_province",
            ),
        ]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the reader's language: the Vietnamese one where there is no English one."""
        return self.name_en if self.name_en and get_language() == "en" else self.full_name

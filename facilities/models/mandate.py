"""Who oversees whom: data that differs by province and crosses the tree."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.enums import MandateFunction, Sector
from facilities.models.history import with_history
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.unit import AdministrativeUnit


class MandateQuerySet(ScopedQuerySet["Mandate"]):
    """Vocabulary of mandates."""

    def valid_on(self, on: date) -> "MandateQuerySet":
        """Mandates in force on that day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)


@with_history()
class Mandate(Scoped):
    """An organisation oversees the facilities of some sectors in an area, in some function, for a time.

    A department of health oversees the civil facilities of its province without standing above them in the tree.
    """

    organisation_path = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="mandates", verbose_name=_("organisation")
    )
    function = models.CharField(_("function"), max_length=12, choices=MandateFunction.choices)
    # None is the whole country, for bodies that have no area of their own.
    area = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    sectors = ArrayField(models.CharField(max_length=12, choices=Sector.choices), verbose_name=_("sectors"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("last valid day"), null=True, blank=True)
    basis = models.CharField(
        _("legal basis"), max_length=200, blank=True, help_text=_("The document that gives it, for example 4403/CV-BCĐ")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )

    objects: ClassVar[MandateQuerySet] = MandateQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["organisation__path", "function", "valid_from"]
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="mandate_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(sectors__len__gt=0), name="mandate_has_a_sector"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_function_display()}"

    @property
    def sector_names(self) -> list[str]:
        """The sectors in words."""
        return [str(Sector(sector).label) for sector in self.sectors]

"""Deadlines: by when which milestone must be reached, where, and according to which document."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.enums import Bound, Sector, Stage
from facilities.models.document import Document
from facilities.models.facility_change import tells_of_all
from facilities.models.history import with_history
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.unit import AdministrativeUnit


@with_history()
class Deadline(Scoped):
    """One deadline. It is never edited: a new one supersedes it, and both stay.

    `last_day` is the last good day, derived once from `day` and `bound` (facilities.domain.deadlines).
    """

    organisation_path = "organisation"

    # The body that set it, and answers for the area.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="deadlines", verbose_name=_("set by"))
    document = models.ForeignKey(Document, models.PROTECT, related_name="deadlines", verbose_name=_("document"))
    milestone = models.CharField(_("milestone"), max_length=12, choices=Stage.choices)
    # None is the whole country; no sectors are all of them.
    area = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    sectors = ArrayField(
        models.CharField(max_length=12, choices=Sector.choices), default=list, blank=True, verbose_name=_("sectors")
    )
    day = models.DateField(_("day"))
    bound = models.CharField(_("worded as"), max_length=6, choices=Bound.choices)
    last_day = models.DateField(_("last good day"))
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    set_at = models.DateTimeField(_("entered at"))

    objects: ClassVar[ScopedQuerySet["Deadline"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["last_day", "pk"]
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        triggers = [tells_of_all()]
        constraints = [
            models.CheckConstraint(condition=~Q(supersedes=F("pk")), name="deadline_does_not_supersede_itself"),
            models.UniqueConstraint(
                fields=["supersedes"], condition=Q(supersedes__isnull=False), name="deadline_superseded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_milestone_display()}: {self.last_day:%d/%m/%Y}"

"""Tables as files: asked for by a person, made in the background, open to that person alone, and not for long."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportFormat(models.TextChoices):
    """What a table can be taken away as."""

    XLSX = "xlsx", _("Excel workbook (XLSX)")
    CSV = "csv", _("CSV")
    PDF = "pdf", _("PDF")


class ExportState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")

    @property
    def open(self) -> bool:
        """Whether a worker has it in hand, or is to."""
        return self in (ExportState.WAITING, ExportState.WORKING)


class ExportQuerySet(models.QuerySet["Export"]):
    """Vocabulary of exports."""

    def of(self, person: models.Model) -> "ExportQuerySet":
        """Those that this person asked for: nobody else sees them."""
        return self.filter(person=person.pk)

    def open(self) -> "ExportQuerySet":
        """Those that a worker has in hand, or is to have."""
        return self.filter(state__in=[state for state in ExportState if state.open])


class Export(models.Model):
    """One table with its filters, as one file, in the scope and language of who asked for it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    # Which table (portal.exports.registry), and its filters as in the address.
    table = models.CharField(_("table"), max_length=40)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat.choices)
    language = models.CharField(max_length=5)
    state = models.CharField(_("state"), max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    asked_at = models.DateTimeField(_("asked for at"))
    # Numbers the order that a worker was given: a message that comes twice does nothing.
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    stored_as = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    # When it was last given to a worker, or taken up by one.
    ordered_at = models.DateTimeField(null=True, blank=True)
    # Why it failed, in the language of who asked.
    message = models.CharField(max_length=500, blank=True)
    # The facilities that the file tells of: who no longer reaches one of them no longer gets the file.
    facilities = ArrayField(models.BigIntegerField(), default=list, blank=True)

    objects: ClassVar[ExportQuerySet] = ExportQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")

    def __str__(self) -> str:
        return self.file_name or self.table

    @property
    def working(self) -> bool:
        """Whether it is still to come."""
        return ExportState(self.state).open

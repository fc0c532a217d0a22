"""Spreadsheets that people bring: each upload, and what became of each of its rows."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.enums import ImportMode, ImportState, RowFate


class ImportQuerySet(models.QuerySet["Import"]):
    """Vocabulary of imports."""

    def of(self, person: models.Model) -> "ImportQuerySet":
        """Those that this person uploaded: nobody else sees them."""
        return self.filter(uploaded_by=person.pk)


class Import(models.Model):
    """One spreadsheet, from its upload to what was taken in from it, and perhaps taken back."""

    kind = models.CharField(_("kind"), max_length=20)
    # Under MEDIA_ROOT/imports, until it is taken in or cancelled: it may hold passwords of cameras.
    stored_as = models.CharField(max_length=60, blank=True)
    original_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    # What is wrong with a row is written in the language of who uploaded it.
    language = models.CharField(max_length=10)
    mode = models.CharField(_("mode"), max_length=10, choices=ImportMode.choices, default=ImportMode.ALL)
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.CHECKING)
    # Each order to work has a number: a message about an earlier one, late or doubled, does nothing.
    attempt = models.PositiveIntegerField(default=1)
    ordered_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    wrong = models.PositiveIntegerField(_("with errors"), default=0)
    # What is to be told about the whole file.
    message = models.TextField(blank=True)

    objects: ClassVar[ImportQuerySet] = ImportQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["uploaded_by", "-uploaded_at"], name="import_of_person")]

    def __str__(self) -> str:
        return self.original_name

    @property
    def working(self) -> bool:
        """Whether a worker has been told to do something with it, and has not reported yet."""
        return ImportState(self.state).working


class ImportRow(models.Model):
    """What one row of the file says, what became of it, and what was made of it. Never a password."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", verbose_name=_("import"))
    number = models.PositiveIntegerField(_("row"))
    # The text of each column by its key.
    values = models.JSONField(_("values"))
    fate = models.CharField(_("fate"), max_length=10, choices=RowFate.choices)
    # Objects with `column` (a key, or "" for the whole row) and `message`.
    errors = models.JSONField(_("errors"), default=list)
    # Pairs of a model's label and the id of what was made, in the order of making.
    created = models.JSONField(default=list)

    class Meta:
        ordering = ["of", "number"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.of}, {self.number}"

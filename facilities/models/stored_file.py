"""Files that people attach to documents and reports: kept under random names, handed out through one door alone."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet


class StoredFile(Scoped):
    """One file as it was uploaded. Nothing of it is ever run or shown inside a page: it leaves as an attachment."""

    organisation_path = "organisation"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    original_name = models.CharField(_("name"), max_length=200)
    # The name in the store; facilities.domain.stored_files knows the folder.
    stored_as = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("In bytes"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    objects: ClassVar[ScopedQuerySet["StoredFile"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.original_name

"""Documents (văn bản): orders and letters, whom they were sent to, and who has read them."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.access.rule import organisations_reached
from facilities.enums import Direction, Permission, Urgency
from facilities.models.history import with_history
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.stored_file import StoredFile


class DocumentQuerySet(ScopedQuerySet["Document"]):
    """Vocabulary of documents."""

    def visible_to(
        self, user: AbstractBaseUser | AnonymousUser, permission: Permission, now: datetime | None = None
    ) -> Self:
        """Documents of bodies that `user` reaches with `permission`, and those sent to such bodies."""
        reached = organisations_reached(user, permission, now)
        sent_there = Recipient.objects.filter(organisation__in=reached).values("document")
        return self.filter(Q(organisation__in=reached) | Q(pk__in=sent_there))

    def owned_by(
        self, user: AbstractBaseUser | AnonymousUser, permission: Permission, now: datetime | None = None
    ) -> Self:
        """Documents of bodies that `user` reaches with `permission`; not those that were merely sent to them."""
        return self.filter(organisation__in=organisations_reached(user, permission, now))


@with_history()
class Document(Scoped):
    """An order or letter, with the lengths that NĐ 30/2020 gives its fields. Each keeps its file."""

    organisation_path = "organisation"

    # The body that issued it here, or entered it in its register of incoming documents.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="documents", verbose_name=_("kept by"))
    direction = models.CharField(_("direction"), max_length=10, choices=Direction.choices)
    number = models.CharField(_("number"), max_length=11, help_text=_("For example 4403 of 4403/CV-BCĐ"))
    symbol = models.CharField(_("symbol"), max_length=30, blank=True, help_text=_("For example CV-BCĐ"))
    # The number and symbol as they stand on the paper; real ones break the rule ("1445-KGVX").
    written = models.CharField(_("number and symbol"), max_length=45)
    agency = models.CharField(_("issuing agency"), max_length=200)
    subject = models.CharField(_("subject"), max_length=500, help_text=_("Trích yếu: what it is about"))
    issued_on = models.DateField(_("date"))
    urgency = models.CharField(_("urgency"), max_length=12, choices=Urgency.choices, blank=True)
    signer_title = models.CharField(_("signer's title"), max_length=100, blank=True)
    signer_name = models.CharField(_("signer's name"), max_length=50, blank=True)
    due_on = models.DateField(_("to be done by"), null=True, blank=True)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    arrival_number = models.CharField(_("arrival number"), max_length=11, blank=True)
    # What is issued here may be written here; it then leaves as a letter.
    body = models.TextField(_("text"), blank=True, max_length=20_000)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="document", verbose_name=_("file")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered at"))

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-issued_on", "-pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [models.Index(fields=["number", "symbol"], name="document_number_symbol")]

    def __str__(self) -> str:
        return self.written


class RecipientQuerySet(ScopedQuerySet["Recipient"]):
    """Vocabulary of recipients."""

    def unread(self) -> "RecipientQuerySet":
        """Those who have not acknowledged the document yet."""
        return self.filter(acknowledged_at=None)


class Recipient(Scoped):
    """A body that a document was sent to, by whom, and who acknowledged it there."""

    organisation_path = "organisation"

    document = models.ForeignKey(Document, models.PROTECT, related_name="recipients", verbose_name=_("document"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="received_documents", verbose_name=_("recipient")
    )
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )
    # Which body passed it on.
    sent_from = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("passed on by")
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("read by")
    )

    objects: ClassVar[RecipientQuerySet] = RecipientQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["document", "organisation__path"]
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(fields=["document", "organisation"], name="document_sent_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} → {self.organisation}"

"""The rules that facilities are checked against, as records: what a 2023 law asks is never asked of a 2021 table."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models.document import Document
from facilities.models.facility_change import tells_of_all
from facilities.models.history import with_history
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet
from facilities.models.validity import never_together, same_text


class ComplianceRuleQuerySet(ScopedQuerySet["ComplianceRule"]):
    """Vocabulary of rules."""

    def valid_on(self, day: date) -> "ComplianceRuleQuerySet":
        """Rules in force on that day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


@with_history()
class ComplianceRule(Scoped):
    """One rule over a time, with its parameters. What it means is the function that is registered under its code."""

    organisation_path = "organisation"

    # The body that may edit it: the national one.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="compliance_rules", verbose_name=_("kept by")
    )
    code = models.CharField(_("code"), max_length=5)
    source = models.CharField(
        _("source"), max_length=200, help_text=_("The document that it comes from, for example 4403/CV-BCĐ")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="compliance_rules", verbose_name=_("document")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("last valid day"), null=True, blank=True)
    parameters: Any = models.JSONField(_("parameters"), default=dict, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    edited_at = models.DateTimeField(_("entered at"))

    objects: ClassVar[ComplianceRuleQuerySet] = ComplianceRuleQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["code", "valid_from"]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        triggers = [tells_of_all()]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="rule_ends_after_start"
            ),
            never_together("rule_once_at_a_time", same=[same_text("code")]),
        ]

    def __str__(self) -> str:
        return self.code

"""Reminders (đôn đốc, nhắc nhở) to whoever is behind: by hand or by rule, each with who sent it and who has seen it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from facilities.models.deadline import Deadline
from facilities.models.facility import Facility
from facilities.models.history import with_history
from facilities.models.organisation import Organisation
from facilities.models.scope import Scoped, ScopedQuerySet


@with_history()
class ReminderRule(Scoped):
    """Reminds whoever has not reached a deadline's milestone, some days before or after its last good day."""

    organisation_path = "organisation"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="reminder_rules", verbose_name=_("set by")
    )
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="reminder_rules", verbose_name=_("deadline"))
    # Negative before the last good day, positive after it.
    days = models.SmallIntegerField(_("days after the last good day"))
    text = models.TextField(_("text"), max_length=2000)
    active = models.BooleanField(_("active"), default=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    set_at = models.DateTimeField(_("entered at"))

    objects: ClassVar[ScopedQuerySet["ReminderRule"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["deadline", "days", "pk"]
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        constraints = [models.UniqueConstraint(fields=["deadline", "organisation", "days"], name="reminder_rule_once")]

    def __str__(self) -> str:
        return f"{self.deadline}: {self.days:+d}"


class Reminding(Scoped):
    """One round of reminders: who sent it, why, with which words, and for which table it was chosen."""

    organisation_path = "organisation"

    # The body in whose name it was sent.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="remindings", verbose_name=_("sent in the name of")
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )
    # Without a person it was a rule.
    rule = models.ForeignKey(
        ReminderRule, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("rule")
    )
    sent_at = models.DateTimeField(_("sent at"))
    # Of which day a rule's round is: one that runs twice sends nothing twice.
    day = models.DateField(_("day"))
    text = models.TextField(_("text"), max_length=2000)
    # The filters of the table that it was sent from, as in the address.
    chosen_by = models.CharField(_("chosen by"), max_length=500, blank=True)

    objects: ClassVar[ScopedQuerySet["Reminding"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("round of reminders")
        verbose_name_plural = _("rounds of reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "day"], condition=models.Q(rule__isnull=False), name="reminded_once_a_day_by_rule"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.sent_at:%d/%m/%Y}"


class Reminder(Scoped):
    """A reminder as one facility got it. What followed is its next report after `reminding.sent_at`."""

    organisation_path = "facility__organisation"

    reminding = models.ForeignKey(Reminding, models.PROTECT, related_name="reminders", verbose_name=_("round"))
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="reminders", verbose_name=_("facility"))
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seen by")
    )

    objects: ClassVar[ScopedQuerySet["Reminder"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment] # a queryset's manager

    class Meta:
        ordering = ["-reminding__sent_at", "-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [models.UniqueConstraint(fields=["reminding", "facility"], name="reminded_once_a_round")]
        triggers = [pgtrigger.Protect(name="stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.facility}: {self.reminding}"

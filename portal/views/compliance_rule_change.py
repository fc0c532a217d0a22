"""Changing a rule: a new version from a day on, after a look at the facilities that would get another answer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from facilities.access.doors.page import Page
from facilities.enums import Permission
from facilities.models import ComplianceRule, Facility
from facilities.views.act import rehearsal
from portal.domain.rules.registry import CODES
from portal.forms.compliance_rules import RuleForm
from portal.rules.preview import Preview, preview
from portal.rules.records import change_rule, versions
from portal.tables.rule_words import Text, parameters_in_words
from portal.views.compliance_rules import described

# Names on the page; beyond them it says how many more there are.
SHOWN = 200


class ComplianceRuleChange(Page):
    """Takes to direct the body that keeps the rule. Shown first, saved once that was seen; what was typed stays."""

    permissions = {"GET": Permission.DIRECT, "POST": Permission.DIRECT}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        del request
        self._load(pk)
        return self._show(RuleForm(None, rule=self.rule))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._load(pk)
        form, now = RuleForm(request.POST, rule=self.rule), timezone.now()
        if "back" in request.POST or not self._is_last or not form.is_valid():
            return self._show(form)
        try:
            if "confirmed" in request.POST:
                version = self._change(form, now)
                messages.success(request, _("Saved. It holds from the day that you chose."))
                return redirect("compliance_rule", version.pk)
            with rehearsal():
                self._change(form, now)
        except ValidationError as refusal:
            form.tell(refusal)
            return self._show(form)
        return self._show(form, **self._consequences(form, now))

    def _load(self, pk: int) -> None:
        rows = ComplianceRule.objects.filter(code__in=CODES).select_related("organisation", "document")
        self.rule: ComplianceRule = get_object_or_404(self.visible(rows), pk=pk)
        self.last = versions(self.rule.code)[0]

    @property
    def _is_last(self) -> bool:
        return self.last.pk == self.rule.pk

    @property
    def _holds(self) -> bool:
        """Whether it is asked now, or will be: it has not ended."""
        return self.rule.valid_to is None or self.rule.valid_to >= timezone.localdate()

    def _change(self, form: RuleForm, now: datetime) -> ComplianceRule:
        given = form.cleaned_data
        return change_rule(
            rule=self.rule,
            seen=self._seen(),
            source=given["source"],
            parameters=form.chosen,
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            actor=self.person,
            now=now,
        )

    def _seen(self) -> datetime | None:
        """The version that the form was filled from."""
        try:
            return parse_datetime(self.request.POST.get("seen", ""))
        except ValueError:
            return None

    def _consequences(self, form: RuleForm, now: datetime) -> dict[str, Any]:
        """What would change, among the facilities that the person reaches, by what is known of them now."""
        facilities = Facility.objects.visible_to(self.person, Permission.VIEW_FIGURES).order_by("pk")
        found: Preview = preview(
            list(facilities.values_list("pk", flat=True)),
            code=self.rule.code,
            before=self.rule.parameters if self._holds else None,
            after=form.stored,
            now=now,
        )
        return {
            "confirm": True,
            "preview": found,
            "shown": found.changes[:SHOWN],
            "more": max(0, len(found.changes) - SHOWN),
            "becomes": self._values(form),
            "given": form.cleaned_data,
        }

    def _values(self, form: RuleForm) -> list[tuple[Text, str, str]]:
        """What can be set, as it is and as it would be."""
        pair = [parameters_in_words(self.rule.code, each) for each in (self.rule.parameters, form.stored)]
        return [(label, now, then) for (label, now), (_label, then) in zip(*pair, strict=True)]

    def _show(self, form: RuleForm, **context: Any) -> HttpResponse:
        context = {
            **described(self.rule, ()),
            "form": form,
            "last": self.last,
            "barred": not self._is_last,
            "seen": self.request.POST.get("seen") or self.rule.edited_at.isoformat(),
            **context,
        }
        return render(self.request, "portal/compliance_rule_change.html", context)

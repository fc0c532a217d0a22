"""The rules: what each demands, since when, and how many facilities keep it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from facilities.access.doors.page import Page
from facilities.enums import Permission
from facilities.models import ComplianceRule, User
from portal.domain.rules.outcome import Result
from portal.domain.rules.registry import CODES
from portal.figures.refreshing import refresh
from portal.models import FacilityStanding
from portal.rules.records import versions
from portal.tables.rule_words import COLUMNS, ORDER, RULES_IN_WORDS, parameters_in_words
from portal.views.compliance import MADE_BEFORE_READING


@dataclass(frozen=True, slots=True)
class Tally:
    """How many facilities have that result, and the way to them."""

    result: Result
    number: int
    url: str


class ComplianceRules(Page):
    """All rules. They are no secret; what is counted is what the reader reaches."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        refresh(now=timezone.now(), limit=MADE_BEFORE_READING)
        tallies = _tallies(self.person, CODES)
        today, newest = timezone.localdate(), {}
        for rule in ComplianceRule.objects.filter(code__in=CODES).order_by("valid_from"):
            # What holds today, or else the last that did, or else the first that will.
            if rule.code not in newest or rule.valid_from <= today:
                newest[rule.code] = rule
        rules = [described(newest[code], tallies[code]) for code in CODES if code in newest]
        return render(request, "portal/compliance_rules.html", {"rules": rules})


class ComplianceRulePage(Page):
    """One rule: what it demands, what counts as evidence, and its versions."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rule = get_object_or_404(ComplianceRule.objects.filter(code__in=CODES).select_related("organisation"), pk=pk)
        lines = versions(rule.code)
        refresh(now=timezone.now(), limit=MADE_BEFORE_READING)
        tally = _tallies(self.person, (rule.code,))[rule.code]
        kept = ComplianceRule.objects.visible_to(self.person, Permission.DIRECT)
        context = {
            **described(rule, tally),
            "versions": [described(each, ()) for each in lines],
            "latest": lines[0],
            "may_change": kept.filter(pk=lines[0].pk).exists(),
        }
        return render(request, "portal/compliance_rule.html", context)


def described(rule: ComplianceRule, tally: Iterable[Tally]) -> dict[str, Any]:
    """What templates show of a record."""
    today = timezone.localdate()
    return {
        "rule": rule,
        "words": RULES_IN_WORDS[rule.code],
        "parameters": parameters_in_words(rule.code, rule.parameters),
        "in_force": rule.valid_from <= today and (rule.valid_to is None or today <= rule.valid_to),
        "planned": rule.valid_from > today,
        "tally": tally,
    }


def _tallies(person: User, codes: Iterable[str]) -> dict[str, list[Tally]]:
    """For each rule how many of the facilities that the person reaches have which result; one query."""
    wanted = [(code, result) for code in codes for result in ORDER]
    counts = {
        f"{code}_{result.value}": Count("pk", filter=Q(**{f"{COLUMNS[result]}__contains": [code]}))
        for code, result in wanted
    }
    found = FacilityStanding.objects.visible_to(person, Permission.VIEW_FIGURES).aggregate(**counts)
    tallies: dict[str, list[Tally]] = {code: [] for code in codes}
    for code, result in wanted:
        query = urlencode({"rule": code, "result": result.value})
        url = f"{reverse('compliance_facilities')}?{query}"
        tallies[code].append(Tally(result, found[f"{code}_{result.value}"], url))
    return tallies

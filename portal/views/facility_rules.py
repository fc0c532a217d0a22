"""The rules of one facility, now or at the end of a day gone by: each answer with what it rests on."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise

from cameras.models import Camera
from facilities.access.doors.page import Page
from facilities.domain.deadlines import day_ends
from facilities.enums import Permission
from facilities.models import ComplianceRule, Facility
from portal.domain.rules.outcome import Evidence, Outcome, RuleFact, evaluate
from portal.domain.rules.parameters import read
from portal.figures.loading import Moment, load, rules_as_of
from portal.forms.compliance_rules import RulesAsOfForm
from portal.tables.rule_words import (
    ORDER,
    RULES_IN_WORDS,
    InWords,
    address,
    by_trouble,
    parameters_in_words,
    sentence,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A rule's answer as the page shows it. `evidence` are sentences, each with the page that it leads to, or ""."""

    outcome: Outcome
    rule: RuleFact
    words: InWords
    parameters: list[tuple[str | Promise, str]]
    evidence: list[tuple[str, str]]


class FacilityRules(Page):
    """Where a leader's figure leads: which rules the facility keeps, and why that is said."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Facility.objects.select_related("organisation", "district", "province")
        facility = get_object_or_404(self.visible(rows), pk=pk)
        asked = RulesAsOfForm(request.GET or None, initial={"as_of": None})
        answers = answered(facility.pk, asked.day)
        pages = set(ComplianceRule.objects.values_list("pk", flat=True))
        context = {
            "facility": facility,
            "asked": asked,
            "day": asked.day,
            "answers": answers,
            "pages": pages,
            "tally": [(result, sum(each.outcome.result is result for each in answers)) for result in ORDER],
        }
        return render(request, "portal/facility_rules.html", context)


def answered(facility: int, day: date | None) -> list[Answer]:
    """The answers of the rules in force, trouble first, at 24:00 of that day or now; none if nothing was known."""
    now = timezone.now()
    moment = Moment.present(now) if day is None else Moment.past(day_ends(day), now)
    rules = rules_as_of(moment)
    uptime_days = next((read("R9", each.parameters)["days"] for each in rules if _asks_uptime(each, moment)), 1)
    facts = load([facility], moment, uptime_days=uptime_days).get(facility)
    if facts is None:
        return []
    records = {each.pk: each for each in rules}
    cameras = set(Camera.objects.filter(zone__facility=facility).values_list("pk", flat=True))
    return [_answer(outcome, records, facility, cameras) for outcome in by_trouble(evaluate(facts, rules))]


def _asks_uptime(rule: RuleFact, moment: Moment) -> bool:
    return rule.code == "R9" and rule.in_force(moment.day)


def _answer(outcome: Outcome, records: dict[int, RuleFact], facility: int, cameras: set[int]) -> Answer:
    assert outcome.rule is not None  # noqa: S101 - evaluate names it
    rule = records[outcome.rule]
    return Answer(
        outcome,
        rule,
        RULES_IN_WORDS[outcome.code],
        parameters_in_words(outcome.code, rule.parameters),
        [(sentence(each), _page(each, facility, cameras)) for each in outcome.evidence],
    )


def _page(evidence: Evidence, facility: int, cameras: set[int]) -> str:
    """Where the sentence leads; nowhere for a camera of that day that is there no more."""
    kind, pk = evidence.about or ("", 0)
    return "" if kind == "camera" and pk not in cameras else address(evidence, facility=facility)

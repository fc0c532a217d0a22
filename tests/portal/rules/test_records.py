"""The records of rules: the twelve of the beginning, and changing one from a day on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from facilities.models import ComplianceRule, Record
from portal.domain.rules.registry import CODES
from portal.rules.records import change_rule, load_rules, rules_in_force
from tests.world import NOW, World

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=10)


@pytest.fixture
def rules(world: World) -> World:
    load_rules(actor=None, now=NOW)
    return world


def changed(rules: World, code: str = "R9", **more: Any) -> ComplianceRule:
    rule = ComplianceRule.objects.filter(code=code).latest("valid_from")
    asked: dict[str, Any] = {
        "rule": rule,
        "seen": rule.edited_at,
        "source": rule.source,
        "parameters": {"threshold": 0.95, "days": 7, "min_observed": 0.5},
        "valid_from": TODAY,
        "valid_to": None,
        "actor": rules.people["national_leader"],
        "now": timezone.now(),
    }
    return change_rule(**asked | more)


def test_today_all_twelve_are_in_force(rules: World) -> None:
    assert tuple(each.code for each in rules_in_force(TODAY)) == CODES


def test_no_table_of_2021_is_asked_what_came_later(rules: World) -> None:
    asked = {each.code for each in rules_in_force(date(2021, 6, 11))}
    assert asked == set(CODES) - {"R10", "R11"}


@pytest.mark.parametrize(
    ("day", "source"),
    [(date(2023, 6, 30), None), (date(2023, 7, 1), "NĐ 13/2023"), (date(2026, 1, 1), "Luật 91/2025")],
)
def test_the_notice_is_asked_for_by_the_law_of_the_day(rules: World, day: date, source: str | None) -> None:
    found = [each.source for each in rules_in_force(day) if each.code == "R11"]
    assert [text.startswith(source or "") for text in found] == ([True] if source else [])


def test_loading_again_changes_nothing(rules: World) -> None:
    changed(rules)
    before = list(ComplianceRule.objects.values())
    assert load_rules(actor=None, now=timezone.now()) == 0
    assert list(ComplianceRule.objects.values()) == before


def test_the_command_says_what_it_entered(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_rules")
    assert capsys.readouterr().out == "13 records of rules entered\n"


@pytest.mark.django_db
def test_the_command_needs_a_body_that_keeps_them() -> None:
    with pytest.raises(CommandError, match="no national body"):
        call_command("load_rules")


def test_a_change_ends_the_version_before_and_both_stay(rules: World) -> None:
    old = ComplianceRule.objects.get(code="R9")
    new = changed(rules, valid_from=SOON)
    old.refresh_from_db()
    assert (old.valid_to, new.valid_from, new.valid_to) == (SOON - timedelta(days=1), SOON, None)
    assert (old.parameters["threshold"], new.parameters["threshold"]) == (0.99, 0.95)
    assert new.organisation == rules.nodes["national"]
    kept = Record.objects.get(action="rule_changed")
    assert kept.person_id == rules.people["national_leader"].pk
    assert kept.detail["before"]["parameters"]["threshold"] == 0.99


def test_what_never_held_gives_way_to_what_is_chosen_instead(rules: World) -> None:
    planned = changed(rules, valid_from=SOON)
    again = changed(rules, valid_from=TODAY, parameters={"threshold": 0.9, "days": 7, "min_observed": 0.5})
    assert again.pk == planned.pk
    lines = list(ComplianceRule.objects.filter(code="R9").values_list("valid_from", "valid_to"))
    assert lines == [(date(2021, 5, 30), TODAY - timedelta(days=1)), (TODAY, None)]


def test_days_gone_by_are_asked_what_they_were_asked(rules: World) -> None:
    with pytest.raises(ValidationError) as refusal:
        changed(rules, valid_from=TODAY - timedelta(days=1))
    assert set(refusal.value.message_dict) == {"valid_from"}


def test_a_rule_ends_after_it_begins(rules: World) -> None:
    with pytest.raises(ValidationError) as refusal:
        changed(rules, valid_from=SOON, valid_to=TODAY)
    assert set(refusal.value.message_dict) == {"valid_to"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 1.5, "days": 7, "min_observed": 0.5},
        {"threshold": float("nan"), "days": 7, "min_observed": 0.5},
        {"threshold": 0.9, "days": 0, "min_observed": 0.5},
        {"threshold": 0.9, "days": True, "min_observed": 0.5},
        {"threshold": 0.9, "days": 7},
        {"threshold": 0.9, "days": 7, "min_observed": 0.5, "other": 1},
    ],
)
def test_values_that_the_rule_does_not_allow_are_refused_whole(rules: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed(rules, parameters=wrong)
    assert ComplianceRule.objects.filter(code="R9").count() == 1


def test_who_saw_an_older_version_is_told(rules: World) -> None:
    seen = ComplianceRule.objects.get(code="R9").edited_at
    changed(rules, valid_from=SOON)
    with pytest.raises(ValidationError, match=r"meanwhile|Trong lúc"):
        changed(rules, seen=seen, valid_from=SOON)


def test_a_change_of_nothing_is_refused(rules: World) -> None:
    with pytest.raises(ValidationError):
        changed(rules, parameters={"threshold": 0.99, "days": 7, "min_observed": 0.5})

"""What a round of reminders was chosen by, in words."""

import pytest
from django.http import QueryDict
from django.utils import translation

from facilities.domain.choice_words import chosen_words
from portal.tables.filters import StandingFilter


@pytest.mark.parametrize(
    ("chosen_by", "words"),
    [
        ("", ""),
        ("stage=on_line", "Stage: Connected or watched"),
        ("sector=civil&having=down", "Sector: Civil · With a camera: Disconnected"),
        ("q=h%E1%BB%99i&late=yes", "Name: hội · Past the deadline"),
        ("rule=R6&result=fail", "Rule: R6 · Result: Not met"),
        ("sort=-claimed&page=2&columns=late", ""),
        ("sector=nothing&late=no", ""),
    ],
)
def test_filters_are_said_in_words_and_what_narrows_nothing_is_not_said(chosen_by: str, words: str) -> None:
    with translation.override("en"):
        assert chosen_words(chosen_by) == words


def test_each_choice_of_the_table_has_the_words_that_stand_beside_it_there() -> None:
    fields = StandingFilter(QueryDict()).fields
    said = {
        f"{name}={value}": str(field.label) if value == "yes" else f"{field.label}: {label}"
        for name, field in fields.items()
        for value, label in getattr(field, "choices", ())
        if value
    }
    assert {each: chosen_words(each) for each in said} == said
    assert len(said) > 40

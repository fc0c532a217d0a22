"""Numbers of rows, as they are sent."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from facilities.domain.keys import key_of
from facilities.models import Document

Login = Callable[[str], Client]
# Too many digits for the database, and too many for Python to read.
TOO_LONG = ("9" * 19, "9" * 5000)


@pytest.mark.parametrize(("text", "key"), [("0", 0), ("17", 17), ("0049", 49), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, key: int) -> None:
    assert key_of(text) == key


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1_0", "٣", "²", "x", *TOO_LONG])
def test_anything_else_is_none(text: str) -> None:
    assert key_of(text) is None


@pytest.mark.parametrize("number", TOO_LONG)
@pytest.mark.parametrize(("name", "route"), [("qn_leader", "document_issue_choice"), ("qn_chief", "mandate_choice")])
def test_a_number_that_is_too_long_leads_nowhere(login: Login, name: str, route: str, number: str) -> None:
    answer = login(name).get(reverse(route), {"organisation": number})
    assert answer.status_code in (200, 302)
    assert number not in answer.headers.get("Location", "")
    assert not Document.objects.exists()

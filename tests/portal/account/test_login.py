"""Logging in with a password, and out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from facilities.models import User
from tests.portal.account.entering import logged_in, send
from tests.world import PASSWORD, QuickHasher, World


@pytest.fixture
def person(world: World) -> User:
    """Somebody with an address."""
    person = world.people["qn_analyst"]
    person.email = "phan.tich@qn.vn"
    person.save()
    return person


@pytest.mark.parametrize("name", ["qn_analyst", "phan.tich@qn.vn", " Phan.Tich@QN.vn "])
def test_one_logs_in_by_name_or_address(person: User, name: str) -> None:
    client = Client()
    answer = send(client, name, next="/compliance/")
    assert answer.headers["Location"] == "/compliance/"
    assert client.session[SESSION_KEY] == str(person.pk)


def test_whoever_is_logged_in_goes_on_and_to_no_other_site(person: User) -> None:
    client = Client()
    assert send(client, "qn_analyst", next="https://elsewhere.example/").headers["Location"] == "/"
    assert client.get("/login/", {"next": "/account/"}).headers["Location"] == "/account/"
    assert client.get("/login/", {"next": "//elsewhere.example/"}).headers["Location"] == "/"


def test_wrong_unknown_disabled_and_invited_are_told_the_same(person: User, world: World) -> None:
    User.objects.create(username="invited", full_name="Người mới", password="!")
    told = set()
    for name, password in (
        ("qn_analyst", "không đúng"),
        ("nobody-at-all", PASSWORD),
        ("disabled", PASSWORD),
        ("invited", ""),
        ("invited", "!"),
    ):
        client = Client()
        answer = send(client, name, password or "!")
        assert answer.status_code == 200
        assert not logged_in(client)
        told.add(str(answer.context["form"].non_field_errors()))
    assert len(told) == 1


class CountingHasher(QuickHasher):
    """Counts how often a password is hashed: what takes the time."""

    count = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        CountingHasher.count += 1
        return super().encode(password, salt, iterations)


def test_it_takes_as_long_whether_or_not_there_is_such_an_account(person: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.{CountingHasher.__name__}"]
    User.objects.create(username="invited", full_name="Người mới", email="moi@qn.vn", password="!")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    hashed: dict[str, int] = {}
    for name in ("qn_analyst", "phan.tich@qn.vn", "nobody-at-all", "nobody@qn.vn", "invited", "moi@qn.vn", "disabled"):
        CountingHasher.count = 0
        send(Client(), name, "không đúng", address=f"10.9.1.{len(hashed)}")
        hashed[name] = CountingHasher.count
    assert set(hashed.values()) == {1}, hashed


def test_a_session_ends_with_the_browser_and_after_twelve_hours(person: User) -> None:
    client = Client()
    send(client, "qn_analyst")
    cookie = client.cookies["sessionid"]
    assert (cookie["expires"], cookie["max-age"], bool(cookie["httponly"]), cookie["samesite"]) == ("", "", True, "Lax")
    assert client.session.get_expiry_age() == 12 * 3600


def test_who_asks_to_stays_logged_in_for_14_days(person: User) -> None:
    client = Client()
    send(client, "qn_analyst", remember="on")
    assert client.cookies["sessionid"]["max-age"] == 14 * 24 * 3600


def test_logging_out_ends_the_session_and_takes_a_form(person: User) -> None:
    client = Client()
    send(client, "qn_analyst")
    assert client.get("/logout/").status_code == 405
    assert logged_in(client)
    answer = client.post("/logout/")
    assert answer.headers["Location"] == "/login/"
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert not logged_in(client)


def test_a_new_password_ends_all_other_sessions(person: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        send(client, "qn_analyst")
    sent = {"oldpassword": PASSWORD, "password1": "Một câu rất dài", "password2": "Một câu rất dài"}
    assert here.post("/account/password/", sent).headers["Location"] == "/account/"
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").headers["Location"] == "/login/?next=/account/"
    assert not logged_in(send_and_client("qn_analyst", PASSWORD))


def send_and_client(name: str, password: str) -> Client:
    client = Client()
    send(client, name, password)
    return client


@pytest.mark.parametrize("new", ["ngan", "password123", "qn_analyst1", "khác với dưới"])
def test_a_weak_password_is_refused_with_the_reason_in_vietnamese(person: User, new: str) -> None:
    client = Client()
    send(client, "qn_analyst")
    again = "khác với trên" if new == "khác với dưới" else new
    answer: Any = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": again})
    assert answer.status_code == 200
    problems = [problem for problems in answer.context["form"].errors.values() for problem in problems]
    assert problems
    assert not [problem for problem in problems if problem.isascii()]
    assert logged_in(send_and_client("qn_analyst", PASSWORD))


@pytest.mark.parametrize("name", ["account_signup", "account_email", "socialaccount_connections", "account_inactive"])
def test_nothing_else_of_allauth_can_be_reached(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_last_login_is_known(person: User) -> None:
    send(Client(), "qn_analyst")
    person.refresh_from_db()
    assert person.last_login is not None
    assert datetime.now(UTC) - person.last_login < timedelta(hours=1)


def test_a_form_sent_in_a_row_meets_a_page_that_says_to_wait(
    person: User, login: Callable[[str], Client], settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/h/ip"}
    client = login("anonymous")
    client.post("/login/", {"login": "x", "password": "y"})
    answer = client.post("/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 429
    assert "429.html" in [template.name for template in answer.templates]

"""Where one is logged in, and signing out there."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from portal.account import presence
from tests.portal.account.entering import logged_in, send
from tests.world import World

PHONE = (
    "Mozilla/5.0 (Linux; Android 9; SM-A105F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
)


def browser(name: str, agent: str = "", address: str = "10.9.0.1") -> Client:
    client = Client(headers={"user-agent": agent})
    send(client, name, address=address)
    assert logged_in(client)
    return client


def listed(client: Client) -> list[Any]:
    found: list[Any] = client.get("/account/sessions/").context["sessions"]
    return found


def number_of(client: Client) -> int:
    return int(UserSession.objects.get(session_key=client.session.session_key).pk)


def stands(client: Client) -> bool:
    """Whether the browser's login still counts."""
    return Session.objects.filter(session_key=client.cookies["sessionid"].value).exists()


def test_the_list_says_device_address_and_which_is_this_one(world: World) -> None:
    phone, desk = browser("qn_analyst", PHONE, "10.9.0.7"), browser("qn_analyst", "curl/8")
    browser("qn_leader", "Firefox/1 Windows", "10.9.0.8")
    page = desk.get("/account/sessions/").content.decode()
    assert "Chrome, Android" in page
    assert "10.9.0.7" in page
    assert "thiết bị không rõ</strong> · nơi này" in page
    assert "10.9.0.8" not in page
    assert [session.is_current for session in listed(phone)]
    assert len(listed(phone)) == 2


def test_it_says_when_each_was_last_seen(world: World) -> None:
    phone, desk = browser("qn_analyst"), browser("qn_analyst")
    UserSession.objects.update(last_seen_at="2021-06-01T00:00:00Z")
    phone.get("/account/")
    by_key = {session.session_key: session.last_seen_at.year for session in listed(desk)}
    assert by_key[phone.session.session_key] > 2021
    assert by_key[desk.session.session_key] > 2021


def test_one_can_sign_out_at_one_other_place(world: World) -> None:
    here, there, third = (browser("qn_analyst") for _ in range(3))
    answer = here.post("/account/sessions/end/", {"session": number_of(there)})
    assert answer.headers["Location"] == "/account/sessions/"
    assert (stands(here), stands(there), stands(third)) == (True, False, True)
    assert there.get("/account/").headers["Location"] == "/login/?next=/account/"


def test_one_can_sign_out_everywhere_else(world: World) -> None:
    here, there, third = (browser("qn_analyst") for _ in range(3))
    other = browser("qn_leader")
    assert here.post("/account/sessions/").headers["Location"] == "/account/sessions/"
    assert (stands(here), stands(there), stands(third), stands(other)) == (True, False, False, True)


@pytest.mark.parametrize("number", ["another's", "", "-1", "x", "999999999999999999999999"])
def test_nobody_ends_others_sessions_or_trips_over_what_is_none(world: World, number: str) -> None:
    here, other = browser("qn_analyst"), browser("qn_leader")
    sent = str(number_of(other)) if number == "another's" else number
    assert here.post("/account/sessions/end/", {"session": sent}).headers["Location"] == "/account/sessions/"
    assert stands(other)
    assert stands(here)


def test_what_ended_is_no_longer_listed(world: World) -> None:
    here, there = browser("qn_analyst"), browser("qn_analyst")
    there.post("/logout/")
    assert len(listed(here)) == 1


def test_without_redis_pages_are_still_served_and_the_time_of_the_login_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser("qn_analyst")

    def fail(*_args: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(presence, "cache", SimpleNamespace(set=fail, get_many=fail))
    (only,) = listed(client)
    assert only.last_seen_at - only.created_at < timedelta(seconds=1)

"""Logins, failures to log in and changes of what one logs in with are on record, with the address and the request."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from facilities.models import Record
from portal.account import on_record
from tests.portal.account.entering import code, link_in_mail, send, set_up_app
from tests.world import PASSWORD, World

NEW = "Mat-khau-moi-2021"


def told(*fields: str) -> list[Any]:
    """The records in their order."""
    rows = Record.objects.order_by("pk").values_list(*fields)
    return [row[0] for row in rows] if len(fields) == 1 else list(rows)


def test_a_login_and_a_logout_say_who_and_from_where(world: World) -> None:
    client = Client()
    answer = send(client, "qn_leader", address="10.9.0.7")
    client.post("/logout/", REMOTE_ADDR="10.9.0.8")
    leader = world.people["qn_leader"]
    assert told("action", "person_id", "person", "subject", "address", "organisation") == [
        ("logged_in", leader.pk, "Người qn_leader", "qn_leader", "10.9.0.7", None),
        ("logged_out", leader.pk, "Người qn_leader", "qn_leader", "10.9.0.8", None),
    ]
    assert told("request")[0] == answer["X-Request-ID"]


def test_logging_out_without_a_login_is_no_act(world: World) -> None:
    Client().post("/logout/")
    assert told("action") == []


def test_a_failure_names_what_was_tried_and_whose_account_it_is_but_no_password(world: World) -> None:
    client = Client()
    send(client, "qn_leader", "Mật khẩu sai", address="10.9.0.7")
    send(client, "ai đó", "Mật khẩu sai", address="10.9.0.7")
    assert told("action", "person_id", "subject", "address", "detail") == [
        ("login_failed", world.people["qn_leader"].pk, "qn_leader", "10.9.0.7", {"what": "password"}),
        ("login_failed", None, "ai đó", "10.9.0.7", {"what": "password"}),
    ]
    assert "sai" not in str(list(Record.objects.values()))


def test_a_disabled_account_fails(world: World) -> None:
    send(Client(), "disabled")
    assert told("action", "person_id") == [("login_failed", world.people["disabled"].pk)]


def test_a_long_name_is_cut(world: World) -> None:
    send(Client(), "x" * 400)
    assert [len(subject) for subject in told("subject")] == [150]


@pytest.mark.usefixtures("clock")
def test_a_flood_from_one_address_leaves_a_bounded_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_record, "MOST_FAILURES", 3)
    for number in range(6):
        send(Client(), f"name {number}", "sai", address="10.9.0.7")
    assert told("detail") == [{"what": "password"}] * 3 + [{"what": "password", "more": True}]
    send(Client(), "qn_leader", "sai", address="10.9.0.8")
    assert told("subject")[-1] == "qn_leader"


@pytest.mark.usefixtures("clock")
def test_a_flood_on_one_name_leaves_a_bounded_number(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_record, "MOST_FAILURES", 3)
    for number in range(6):
        send(Client(), "qn_leader", "sai", address=f"10.9.0.{number}")
    assert len(told("detail")) == 4
    send(Client(), "qn_leader", address="10.9.0.9")
    assert told("action")[-1] == "logged_in"


def test_a_new_password(world: World) -> None:
    client = Client()
    send(client, "qn_leader")
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), sent)
    assert told("action")[:2] == ["logged_in", "password_changed"]
    assert NEW not in str(list(Record.objects.values()))


def test_a_password_set_by_a_link(world: World) -> None:
    leader = world.people["qn_leader"]
    leader.email = "leader@example.vn"
    leader.save()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": leader.email})
    assert len(mail.outbox) == 1
    form = client.get(link_in_mail(), follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert ("password_changed", leader.pk, {"by": "link"}) in told("action", "person_id", "detail")


@pytest.mark.usefixtures("asked", "clock")
def test_second_factors_that_come_fail_and_go(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client, other = Client(), Client()
    send(client, "qn_leader")
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(client)
    assert ("second_factor_added", {"kind": "totp"}) in told("action", "detail")
    send(other, "qn_leader")
    other.post("/login/code/", {"code": "000000"})
    assert told("action", "subject", "detail")[-1] == ("login_failed", "qn_leader", {"what": "code"})
    other.post("/login/code/", {"code": code(secret, 1)})
    assert told("action")[-1] == "logged_in"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_deactivate_totp"))
    assert ("second_factor_removed", {"kind": "totp"}) in told("action", "detail")


def test_signing_out_elsewhere(world: World) -> None:
    here, there = Client(), Client()
    for client, address in ((there, "10.9.0.7"), (here, "10.9.0.8")):
        send(client, "qn_leader", address=address)
    here.post(reverse("usersessions_list"), REMOTE_ADDR="10.9.0.8")
    ended = Record.objects.get(action="session_ended")
    assert (ended.person_id, ended.address, ended.detail) == (
        world.people["qn_leader"].pk,
        "10.9.0.8",
        {"of": "10.9.0.7"},
    )
    assert there.get("/wall/").status_code == 302

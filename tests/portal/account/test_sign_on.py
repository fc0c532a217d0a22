"""Logging in by a province's sign-on, against a real OpenID Connect provider on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from environs import Env
from pytest_django import Settings

from facilities.access.second_factor import lacking
from facilities.domain.invitations import invite, pending
from facilities.models import User
from portal.environment import BadValueError, read_sign_on
from tests.browser.site import free_port, wait_until
from tests.portal.account.entering import logged_in, send, set_up_app
from tests.world import NOW, World

PEOPLE: dict[str, dict[str, str | bool]] = {
    "analyst": {"email": "phan.tich@qn.vn", "email_verified": True},
    "capital": {"email": "Phan.Tich@QN.vn", "email_verified": True},
    "unverified": {"email": "phan.tich@qn.vn", "email_verified": False},
    "silent": {"email": "phan.tich@qn.vn"},
    "in-words": {"email": "phan.tich@qn.vn", "email_verified": "false"},
    "stranger": {"email": "ai.do@qn.vn", "email_verified": True},
    "abroad": {"email": "lanh.dao@dn.vn", "email_verified": True},
    "below": {"email": "x@qn.vn.evil.example", "email_verified": True},
    "invited": {"email": "moi@qn.vn", "email_verified": True},
    "disabled": {"email": "khoa@qn.vn", "email_verified": True},
    "not-verified-here": {"email": "chua.xac.minh@qn.vn", "email_verified": True},
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider with these people, in a process of its own."""
    port = free_port()
    address = f"http://localhost:{port}"
    with (
        (tmp_path_factory.mktemp("provider") / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)], stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            wait_until(lambda: answers(address), seconds=60, what="the provider answers")
            for sub, claims in PEOPLE.items():
                requests.put(f"{address}/users/{sub}", json=claims, timeout=10).raise_for_status()
            yield address
        finally:
            process.terminate()


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/.well-known/openid-configuration", timeout=10).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def person(world: World, provider: str, settings: Settings) -> User:
    app = {"provider_id": "quangnam", "name": "Quảng Nam", "client_id": "tramgac", "secret": "s"}
    app["settings"] = {"server_url": provider, "email_domains": ["qn.vn"]}  # type: ignore[assignment] # as allauth reads it
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    addresses = {"qn_analyst": "phan.tich@qn.vn", "dn_leader": "lanh.dao@dn.vn", "disabled": "khoa@qn.vn"}
    for name, email in addresses.items():
        User.objects.filter(username=name).update(email=email)
        EmailAddress.objects.create(user=world.people[name], email=email, verified=True, primary=True)
    User.objects.filter(username="qn_leader").update(email="chua.xac.minh@qn.vn")
    return world.people["qn_analyst"]


def come_back(client: Client, sub: str, way: str = "/login/sign-on/quangnam/?next=/account/") -> Any:  # noqa: ANN401 - the test client's answer
    """Go to the provider, log in there, and follow it back."""
    there = client.get(way, headers={"host": "localhost"})
    back = requests.post(there.headers["Location"], data={"sub": sub}, allow_redirects=False, timeout=10)
    address = urlsplit(back.headers["Location"])
    return client.get(f"{address.path}?{address.query}", headers={"host": "localhost"})


def test_the_login_page_offers_it_and_leads_back(person: User) -> None:
    page = Client().get("/login/?next=/account/").content.decode()
    assert 'href="/login/sign-on/quangnam/?next=%2Faccount%2F"' in page
    assert "Đăng nhập qua Quảng Nam" in page


@pytest.mark.parametrize("sub", ["analyst", "capital"])
def test_a_verified_address_of_the_providers_domain_logs_in(person: User, sub: str) -> None:
    client = Client()
    assert come_back(client, sub).headers["Location"] == "/account/"
    assert client.session["_auth_user_id"] == str(person.pk)
    person.refresh_from_db()
    assert person.has_usable_password()


@pytest.mark.parametrize(
    "sub", ["unverified", "silent", "in-words", "stranger", "abroad", "below", "not-verified-here"]
)
def test_others_do_not_and_no_account_is_made(person: User, sub: str) -> None:
    client, count = Client(), User.objects.count()
    answer = come_back(client, sub)
    assert answer.headers["Location"] == "/login/"
    assert not logged_in(client)
    assert "chưa có tài khoản nào dùng địa chỉ e-mail này" in client.get("/login/").content.decode()
    assert User.objects.count() == count


def test_the_disabled_are_told_so(person: User) -> None:
    client = Client()
    assert come_back(client, "disabled").headers["Location"] == "/login/"
    assert not logged_in(client)
    assert "Tài khoản này đã bị khóa." in client.get("/login/").content.decode()


def test_an_invitation_is_accepted_by_it(person: User) -> None:
    invited = invite(email="moi@qn.vn", full_name="Người mới", actor=None, now=NOW)
    client = Client()
    come_back(client, "invited")
    assert client.session["_auth_user_id"] == str(invited.pk)
    invited.refresh_from_db()
    assert not pending(invited)


def test_ones_own_second_factor_is_asked_for_after_it(person: User) -> None:
    owner = Client()
    send(owner, "qn_analyst")
    set_up_app(owner)
    client = Client()
    assert come_back(client, "analyst").headers["Location"] == "/login/code/"
    assert not logged_in(client)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("trusted", [True, False])
def test_the_providers_own_counts_only_if_configured(person: User, settings: Settings, trusted: bool) -> None:  # noqa: FBT001 - a parameter of the test
    settings.PROVIDERS_WITH_SECOND_FACTOR = frozenset({"quangnam"} if trusted else ())
    User.objects.filter(username="dn_leader").update(email="")
    EmailAddress.objects.all().delete()
    leader = User.objects.get(username="dn_leader")
    person.email = ""
    person.save()
    leader.email = "phan.tich@qn.vn"
    leader.save()
    EmailAddress.objects.create(user=leader, email=leader.email, verified=True, primary=True)
    client = Client()
    come_back(client, "analyst")
    assert client.session["_auth_user_id"] == str(leader.pk)
    assert lacking(leader, client.session) is not trusted


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_nobodys_sign_on_is_tied_to_another_account(person: User, process: str, world: World) -> None:
    client = Client()
    send(client, "dn_leader")
    come_back(client, "analyst", f"/login/sign-on/quangnam/?process={process}&next=/account/")
    assert client.session["_auth_user_id"] == str(world.people["dn_leader"].pk)
    assert not SocialAccount.objects.exists()


def test_an_answer_that_nobody_asked_for_logs_nobody_in(person: User) -> None:
    client, victim = Client(), Client()
    there = client.get("/login/sign-on/quangnam/", headers={"host": "localhost"})
    back = requests.post(there.headers["Location"], data={"sub": "analyst"}, allow_redirects=False, timeout=10)
    address = urlsplit(back.headers["Location"])
    answer = victim.get(f"{address.path}?{address.query}", headers={"host": "localhost"})
    assert answer.status_code == 401
    assert not logged_in(victim)


def test_turning_back_and_unknown_providers(person: User) -> None:
    client = Client()
    there = client.get("/login/sign-on/quangnam/", headers={"host": "localhost"})
    state = there.headers["Location"].split("state=")[1].split("&")[0]
    cancelled = client.get(f"/login/sign-on/quangnam/back/?error=access_denied&state={state}", follow=True)
    assert "việc xác thực đã bị hủy" in cancelled.content.decode()
    assert client.get("/login/sign-on/hanoi/").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "{}",
        '["x"]',
        '[{"id": "a"}]',
        '[{"id": 1, "name": "", "server_url": "", "client_id": "", "secret": "", "email_domains": []}]',
        '[{"id": "a", "name": "", "server_url": "", "client_id": "", "secret": "", "email_domains": [], "domain": 1}]',
    ],
)
def test_a_bad_setting_stops_the_portal_by_name(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("SIGN_ON", bad)
    with pytest.raises((BadValueError, ImproperlyConfigured), match="SIGN_ON"):
        read_sign_on(Env())

"""Setting up a second factor, logging in with it, losing it."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from facilities.access.second_factor import lacking
from facilities.models import User
from portal.account import attempts
from portal.account.adapters import SecondFactors
from tests.portal.account.entering import code, logged_in, send, set_up_app
from tests.world import World

pytestmark = pytest.mark.usefixtures("asked")


@pytest.fixture
def person(world: World) -> User:
    return world.people["qn_leader"]


@pytest.fixture
def client(person: User) -> Client:
    client = Client()
    send(client, "qn_leader", next="/wall/")
    return client


def again(name: str = "qn_leader") -> Client:
    """A browser that has given the password and is asked for the second factor."""
    client = Client()
    answer = send(client, name, next="/wall/")
    assert answer.headers["Location"] == "/login/code/"
    assert not logged_in(client)
    return client


def test_whoever_needs_one_sets_up_an_app_and_goes_on_to_where_they_were_going(client: Client) -> None:
    explained = client.get("/wall/", follow=True)
    assert explained.redirect_chain[-1][0] == "/account/second-factor/?next=/wall/"
    page = explained.content.decode()
    assert 'href="/account/app/"' in page
    assert 'href="/account/passkeys/add/"' in page
    set_up_app(client)
    codes = client.get("/account/recovery-codes/")
    assert len(codes.context["unused_codes"]) == 10
    assert codes.context["next"] == "/wall/"
    assert client.get("/wall/", follow=True).status_code == 200
    assert client.get("/account/second-factor/", {"next": "/wall/"}).headers["Location"] == "/wall/"


def test_the_way_on_leads_to_no_other_site(client: Client) -> None:
    client.get("/account/second-factor/", {"next": "https://elsewhere.example/"})
    set_up_app(client)
    assert client.get("/account/recovery-codes/").context["next"] == "/"


def test_the_secret_is_sealed_in_the_database_and_shown_once(client: Client, person: User) -> None:
    secret = set_up_app(client)
    kept = str(Authenticator.objects.filter(user=person).values_list("data", flat=True))
    assert secret not in kept
    assert secret not in client.get("/account/app/", follow=True).content.decode()


def test_under_another_key_no_code_is_right(client: Client, settings: Settings) -> None:
    secret = set_up_app(client)
    newcomer = again()
    before, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY, [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    sealed = SecondFactors().encrypt("x")
    settings.SECRET_KEY_FALLBACKS = []
    assert SecondFactors().decrypt(sealed) == "x"
    settings.SECRET_KEY = f"not {before}"
    with pytest.raises(ValidationError):
        SecondFactors().decrypt(sealed)
    settings.SECRET_KEY = before
    Authenticator.objects.update(data={"secret": sealed})
    assert newcomer.post("/login/code/", {"code": code(secret, 1)}).status_code == 200
    assert not logged_in(newcomer)


def test_then_the_password_alone_logs_nobody_in_and_each_code_does_once(client: Client) -> None:
    secret = set_up_app(client)
    newcomer = again()
    assert newcomer.get("/wall/").headers["Location"] == "/login/?next=/wall/"
    wrong: Any = newcomer.post("/login/code/", {"code": "000000"})
    assert "Mã hoặc khóa đăng nhập không đúng." in wrong.content.decode()
    assert newcomer.post("/login/code/", {"code": code(secret, 1)}).headers["Location"] == "/wall/"
    assert newcomer.get("/wall/", follow=True).status_code == 200
    replayed = again()
    assert replayed.post("/login/code/", {"code": code(secret, 1)}).status_code == 200
    assert not logged_in(replayed)


def test_codes_cannot_be_guessed(client: Client, clock: object) -> None:
    secret = set_up_app(client)
    guesser = again()
    for _ in range(attempts.NAME_FROM_ADDRESS.most):
        guesser.post("/login/code/", {"code": "000000"})
    refused: Any = guesser.post("/login/code/", {"code": code(secret, 1)})
    assert refused.context["form"].errors["code"] == ["Thử sai quá nhiều lần. Thử lại lúc 14:05."]
    # Whoever knows the password cannot lock the second factor of a device that the person has used.
    client.post("/logout/")
    send(client, "qn_leader")
    assert client.post("/login/code/", {"code": code(secret, -1)}).status_code == 302
    assert logged_in(client)


def test_a_recovery_code_lets_in_once(client: Client) -> None:
    set_up_app(client)
    recovery = client.get("/account/recovery-codes/").context["unused_codes"][0]
    for works in (True, False):
        browser = again()
        browser.post("/login/code/", {"code": recovery})
        assert logged_in(browser) is works


def test_the_codes_can_be_downloaded_and_made_anew(client: Client) -> None:
    set_up_app(client)
    before = client.get("/account/recovery-codes/").context["unused_codes"]
    file = client.get("/account/recovery-codes/download/")
    assert file.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert "no-store" in file.headers["Cache-Control"]
    assert all(code in file.content.decode() for code in before)
    assert client.post("/account/recovery-codes/new/").headers["Location"] == "/account/recovery-codes/"
    assert set(client.get("/account/recovery-codes/").context["unused_codes"]).isdisjoint(before)


def test_a_session_that_proved_none_neither_reads_the_codes_nor_removes_the_app(client: Client, person: User) -> None:
    older = Client()
    send(older, "qn_leader")
    set_up_app(client)
    for page in ("app/remove/", "recovery-codes/", "recovery-codes/new/", "recovery-codes/download/", "passkeys/add/"):
        for method in ("GET", "POST"):
            answer = older.generic(method, f"/account/{page}")
            assert answer.status_code == 405 or answer.headers["Location"].startswith("/account/again/code/"), page
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def test_an_older_session_proves_it_and_goes_on(client: Client) -> None:
    older = Client()
    send(older, "qn_leader")
    secret = set_up_app(client)
    page = older.get("/wall/", follow=True).content.decode()
    assert 'href="/account/again/code/?next=%2Fwall%2F"' in page
    answer = older.post("/account/again/code/?next=/wall/", {"code": code(secret, 1)})
    assert answer.headers["Location"] == "/wall/"
    assert older.get("/wall/", follow=True).status_code == 200


def test_without_the_last_one_the_session_has_proved_none(client: Client, person: User) -> None:
    set_up_app(client)
    assert client.post("/account/app/remove/").headers["Location"] == "/account/"
    assert not Authenticator.objects.filter(user=person).exists()
    assert lacking(person, client.session)
    assert client.get("/wall/").status_code == 302


def test_a_change_takes_the_password_again_once_logging_in_is_a_while_ago(person: User) -> None:
    client = Client()
    client.force_login(person)
    asked = client.get("/account/app/")
    assert asked.headers["Location"] == "/account/again/?next=%2Faccount%2Fapp%2F"
    wrong = client.post(asked.headers["Location"], {"password": "không đúng"})
    assert "Mật khẩu không đúng." in wrong.content.decode()
    right = client.post(asked.headers["Location"], {"password": "Mat-khau-thu-2021"})
    assert right.headers["Location"] == "/account/app/"
    assert client.get("/account/app/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_each_change_is_told_by_mail(client: Client, person: User) -> None:
    person.email = "lanh.dao@qn.vn"
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    set_up_app(client)
    client.post("/account/app/remove/")
    assert [letter.subject for letter in mail.outbox] == [
        "[Trạm Gác] Đã bật mã từ ứng dụng",
        "[Trạm Gác] Đã tắt mã từ ứng dụng",
    ]
    assert "127.0.0.1" in mail.outbox[0].body

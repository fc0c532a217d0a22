"""A forgotten password, and an invitation's first one: the same link, and nobody learns who has an account."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from facilities.access.grants import grant_role
from facilities.domain.invitations import invite, pending, send_invitation
from facilities.enums import Role
from facilities.models import User
from tests.portal.account.entering import link_in_mail, logged_in, send, set_up_app
from tests.world import NOW, PASSWORD, World

NEW = "Một câu rất dài để nhớ"


@pytest.fixture
def person(world: World) -> User:
    person = world.people["qn_analyst"]
    person.email = "phan.tich@qn.vn"
    person.save()
    User.objects.filter(username="disabled").update(email="khoa@qn.vn")
    return person


def ask(email: str, client: Client | None = None) -> Any:  # noqa: ANN401 - the test client's answer
    return (client or Client()).post("/login/forgotten/", {"email": email}, follow=True)


def set_password(client: Client, link: str, password: str = NEW) -> Any:  # noqa: ANN401 - as above
    form = client.get(link, follow=True)
    return client.post(form.context["action_url"], {"password1": password, "password2": password})


def test_the_page_and_the_number_of_mails_are_the_same_for_each_address(person: User) -> None:
    pages = set()
    for email in ("phan.tich@qn.vn", "PHAN.TICH@qn.vn", "ai.do@qn.vn", "khoa@qn.vn"):
        before = len(mail.outbox)
        answer = ask(email)
        assert answer.redirect_chain == [("/login/forgotten/sent/", 302)]
        pages.add(answer.content.decode().partition("<main")[2])
        assert len(mail.outbox) == before + 1
    assert len(pages) == 1


def test_who_has_no_account_is_told_so_by_mail_alone(person: User) -> None:
    ask("ai.do@qn.vn")
    (letter,) = mail.outbox
    assert letter.to == ["ai.do@qn.vn"]
    assert letter.subject == "[Trạm Gác] Không có tài khoản dùng địa chỉ này"
    assert "/login/password/" not in letter.body


def test_the_link_sets_a_password_once_logs_in_and_verifies_the_address(person: User) -> None:
    elsewhere, client = Client(), Client()
    send(elsewhere, "qn_analyst")
    ask("phan.tich@qn.vn")
    link = link_in_mail()
    assert set_password(client, link).headers["Location"] == "/"
    assert logged_in(client)
    assert EmailAddress.objects.get(user=person).verified
    assert elsewhere.get("/account/").status_code == 302
    assert not logged_in_with(PASSWORD)
    assert logged_in_with(NEW)
    used = Client().get(link, follow=True).content.decode()
    assert "đã hết hạn hoặc đã dùng" in used
    assert 'name="password1"' not in used


def logged_in_with(password: str) -> bool:
    client = Client()
    send(client, "qn_analyst", password)
    return logged_in(client)


def test_the_links_secret_leaves_the_address_bar_at_once(person: User) -> None:
    ask("phan.tich@qn.vn")
    link = link_in_mail()
    form = Client().get(link, follow=True)
    assert form.redirect_chain[-1][0].endswith("-set-password/")
    assert link.rpartition("-")[2].strip("/") not in form.content.decode()


def test_an_address_of_before_is_nobodys_key(person: User, world: World) -> None:
    ask("phan.tich@qn.vn")
    set_password(Client(), link_in_mail())
    person.refresh_from_db()
    person.email = "moi@qn.vn"
    person.save()
    ask("phan.tich@qn.vn")
    assert "/login/password/" not in mail.outbox[-1].body
    # Whoever has it now verifies it for themselves, and so does the person with the new one.
    heir = world.people["qn_leader"]
    heir.email = "phan.tich@qn.vn"
    heir.save()
    for someone in (heir, person):
        ask(someone.email)
        assert set_password(Client(), link_in_mail()).status_code == 302
    assert sorted(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == sorted(
        (someone.pk, someone.email, True, True) for someone in (heir, person)
    )


def test_a_second_factor_is_asked_for_all_the_same(person: User) -> None:
    owner = Client()
    send(owner, "qn_analyst")
    set_up_app(owner)
    ask("phan.tich@qn.vn")
    thief = Client()
    assert set_password(thief, link_in_mail()).headers["Location"] == "/login/code/"
    assert not logged_in(thief)


def test_one_address_is_mailed_five_times_an_hour_at_most(person: User) -> None:
    answers = [ask("phan.tich@qn.vn").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert len(mail.outbox) == 5


@pytest.mark.usefixtures("asked")
def test_an_invitation_leads_to_a_password_then_to_the_second_factor_then_to_work(world: World) -> None:
    person = invite(email="moi@qn.vn", full_name="Người mới", actor=world.people["qn_leader"], now=NOW)
    grant_role(user=person, role=Role.LEADER, organisation=world.nodes["national"], actor=None, now=NOW)
    send_invitation(person, base_url="https://tramgac.example/", actor=world.people["qn_leader"])
    assert not EmailAddress.objects.filter(user=person, verified=True).exists()
    client = Client()
    first = set_password(client, link_in_mail())
    assert client.get(first.headers["Location"]).headers["Location"] == "/account/second-factor/?next=/"
    client.get("/account/second-factor/?next=/")
    set_up_app(client)
    assert client.get("/account/recovery-codes/").context["next"] == "/"
    assert client.get("/", follow=True).status_code == 200
    person.refresh_from_db()
    assert not pending(person)
    assert EmailAddress.objects.get(user=person).verified


def test_an_invitation_can_be_sent_again_and_asked_for_by_oneself(world: World) -> None:
    person = invite(email="moi@qn.vn", full_name="Người mới", actor=None, now=NOW)
    send_invitation(person, base_url="https://tramgac.example/", actor=None)
    send_invitation(person, base_url="https://tramgac.example/", actor=None)
    ask("moi@qn.vn")
    assert len(mail.outbox) == 3
    assert 'name="password1"' in Client().get(link_in_mail(), follow=True).content.decode()

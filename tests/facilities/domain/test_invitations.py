"""Accounts by invitation."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from facilities.domain.invitations import forget_second_factors, invite, pending, send_invitation
from facilities.enums import RecordedAction
from facilities.models import Record, User
from tests.world import NOW, World

BASE = "https://tramgac.example/"


def invited(email: str = "Mai.Dang@QuangNam.gov.vn", full_name: str = "Đặng Thị Mai", **more: str) -> User:
    return invite(email=email, full_name=full_name, actor=None, now=NOW, **more)


@pytest.mark.django_db
def test_the_user_name_is_made_of_the_address_and_nobody_elses() -> None:
    people = [invited(f"{part}@{place}.vn") for part in ("Mai.Dang", "+++") for place in ("a", "b", "c")]
    assert [person.username for person in people] == ["mai.dang", "mai.dang2", "mai.dang3", "user", "user2", "user3"]


@pytest.mark.django_db
def test_the_address_is_kept_in_small_letters_and_the_invitation_waits() -> None:
    person = invited(title=" Cán bộ ", phone="0905123456")
    assert (person.email, person.title, person.phone) == ("mai.dang@quangnam.gov.vn", "Cán bộ", "0905123456")
    assert pending(person)
    assert not Client().login(username=person.username, password="")


def test_who_invited_whom_is_on_record(world: World) -> None:
    actor = world.people["qn_leader"]
    person = invite(email="moi@qn.vn", full_name="Người mới", actor=actor, now=NOW)
    entry = Record.objects.get(action=RecordedAction.INVITED)
    assert (entry.person_id, entry.at, entry.detail) == (actor.pk, NOW, {"person": person.pk})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entered", "fields"),
    [
        ({"email": ""}, {"email"}),
        ({"email": "mai.dang"}, {"email"}),
        ({"email": "MAI.DANG@quangnam.gov.vn"}, {"email"}),
        ({"email": "khac@qn.vn", "full_name": "  "}, {"full_name"}),
        ({"email": "khac@qn.vn", "phone": "0" * 21, "title": "x" * 101}, {"phone", "title"}),
    ],
)
def test_what_cannot_be_is_refused_by_field(entered: dict[str, str], fields: set[str]) -> None:
    invited()
    with pytest.raises(ValidationError) as refused:
        invited(**entered)
    assert set(refused.value.message_dict) == fields
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_mail_is_vietnamese_and_its_link_opens_the_form_for_a_password() -> None:
    person = invited()
    with translation.override("en"):
        send_invitation(person, base_url=BASE, actor=None)
    (letter,) = mail.outbox
    assert letter.to == [person.email]
    assert letter.subject == "[Trạm Gác] Tài khoản của quý vị trên cổng giám sát camera"
    assert "Kính gửi: Đặng Thị Mai," in letter.body
    assert "mai.dang" in letter.body
    (link,) = re.findall(rf"{BASE}(\S+)", str(letter.body))
    form = Client().get(f"/{link}", follow=True)
    assert 'name="password1"' in form.content.decode()


def test_second_factors_of_a_lost_phone_are_forgotten_and_that_is_on_record(world: World) -> None:
    lost, kept = world.people["qn_leader"], world.people["dn_leader"]
    for person in (lost, kept):
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    assert forget_second_factors(person=lost, actor=kept, now=NOW) == 1
    assert list(Authenticator.objects.values_list("user", flat=True)) == [kept.pk]
    assert Record.objects.get(action=RecordedAction.SECOND_FACTOR_REMOVED).detail == {"person": lost.pk, "count": 1}
    assert forget_second_factors(person=lost, actor=kept, now=NOW) == 0
    assert Record.objects.filter(action=RecordedAction.SECOND_FACTOR_REMOVED).count() == 1

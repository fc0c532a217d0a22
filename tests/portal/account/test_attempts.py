"""Guessing ends, and nobody can lock others out."""

from http.cookies import Morsel
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from facilities.models import User
from portal.account import attempts
from tests.portal.account.entering import logged_in, send
from tests.world import PASSWORD, World

OFFICE, HOME, ATTACKER = "10.9.0.1", "10.9.0.2", "203.0.113.7"


@pytest.fixture
def person(world: World, clock: SimpleNamespace) -> User:
    return world.people["qn_analyst"]


def guess(times: int, *, name: str = "qn_analyst", address: str = ATTACKER, client: Client | None = None) -> None:
    for _ in range(times):
        send(client or Client(), name, "đoán mò", address=address)


def enters(client: Client, address: str, name: str = "qn_analyst") -> bool:
    send(client, name, PASSWORD, address=address)
    return logged_in(client)


def known_device(address: str = OFFICE, name: str = "qn_analyst") -> Client:
    """A browser on which the person has logged in before, and out."""
    client = Client()
    assert enters(client, address, name)
    client.post("/logout/")
    return client


def fill_the_name(person: User) -> None:
    """As many failures as the name bears, as if from many addresses."""
    request = RequestFactory().post("/login/", REMOTE_ADDR="198.51.100.1")
    attempt = attempts.begin(request, what="password", name=person.username, person_id=person.pk)
    of_the_name = attempt.counters[-1]
    cache.incr(of_the_name, attempts.NAME.most - 1)


def test_guessing_from_an_address_ends_and_the_page_says_until_when(person: User) -> None:
    guess(attempts.NAME_FROM_ADDRESS.most)
    answer: Any = send(Client(), "qn_analyst", PASSWORD, address=ATTACKER)
    assert answer.context["form"].non_field_errors() == ["Thử sai quá nhiều lần. Thử lại lúc 14:05."]


def test_after_that_time_one_may_try_again(person: User, clock: SimpleNamespace) -> None:
    guess(attempts.NAME_FROM_ADDRESS.most)
    assert not enters(Client(), ATTACKER)
    clock.now += attempts.NAME_FROM_ADDRESS.seconds
    assert enters(Client(), ATTACKER)


def test_an_attacker_elsewhere_locks_nobody_out(person: User) -> None:
    guess(attempts.NAME_FROM_ADDRESS.most + 3)
    assert enters(known_device(), OFFICE)
    assert enters(Client(), HOME)


def test_an_attacker_at_many_addresses_brakes_new_devices_and_no_known_one(person: User) -> None:
    device = known_device()
    fill_the_name(person)
    assert not enters(Client(), HOME)
    assert enters(device, OFFICE)
    # Wherever it is carried.
    assert enters(known_device_again(device), HOME)


def known_device_again(device: Client) -> Client:
    device.post("/logout/")
    return device


def test_an_attacker_in_the_same_office_locks_out_no_known_device(person: User) -> None:
    device = known_device(OFFICE)
    guess(attempts.NAME_FROM_ADDRESS.most + 3, address=OFFICE)
    assert not enters(Client(), OFFICE)
    assert enters(device, OFFICE)


def test_names_in_turn_are_counted_by_address(person: User) -> None:
    for number in range(attempts.ADDRESS.most):
        request = RequestFactory().post("/login/", REMOTE_ADDR=ATTACKER)
        attempts.begin(request, what="password", name=f"name {number}", person_id=None)
    assert not enters(Client(), ATTACKER)
    assert enters(Client(), HOME)


def test_a_known_device_guesses_in_a_bucket_of_its_own(person: User) -> None:
    device, other = known_device(), known_device(HOME)
    guess(attempts.KNOWN_DEVICE.most, client=device, address=OFFICE)
    assert not enters(device, OFFICE)
    assert enters(other, HOME)
    assert enters(Client(), OFFICE)


def test_name_and_address_of_one_account_share_a_bucket(person: User) -> None:
    User.objects.filter(pk=person.pk).update(email="phan.tich@qn.vn")
    guess(3, name="phan.tich@qn.vn")
    guess(2, name="qn_analyst")
    assert not enters(Client(), ATTACKER)
    assert not enters(Client(), ATTACKER, "PHAN.TICH@qn.vn")


def test_who_is_stopped_by_their_address_fills_the_name_no_further(person: User) -> None:
    guess(attempts.NAME_FROM_ADDRESS.most + 20)
    assert sorted(cache.get_many(counters("name:")).values()) == [attempts.NAME_FROM_ADDRESS.most]


def counters(kind: str) -> list[str]:
    client: Any = cache._cache.get_client()  # type: ignore[attr-defined] # of Django's Redis cache
    keys = [key.decode().split(":", 2)[2] for key in client.keys(f"*attempts:{kind}*")]
    assert keys
    return keys


def test_logging_in_wipes_no_failures_and_is_no_failure(person: User, world: World) -> None:
    guess(attempts.NAME_FROM_ADDRESS.most - 1)
    for _ in range(3):
        assert enters(Client(), ATTACKER)
        assert enters(Client(), ATTACKER, "qn_leader")
    guess(1)
    assert not enters(Client(), ATTACKER)


@pytest.mark.parametrize("how", ["another's", "forged", "cut"])
def test_a_cookie_of_others_or_of_ones_own_making_counts_for_nothing(
    person: User, world: World, device_cookie: str, how: str
) -> None:
    own: Morsel[str] = known_device(HOME, "qn_leader").cookies[device_cookie]
    real = known_device(OFFICE).cookies[device_cookie].value
    value = {"another's": own.value, "forged": f"x{real}", "cut": real[:-1]}[how]
    attacker = Client()
    attacker.cookies[device_cookie] = value
    guess(attempts.NAME_FROM_ADDRESS.most, client=attacker)
    assert not enters(attacker, ATTACKER)
    assert enters(Client(), HOME)


def test_a_device_of_many_people_is_known_to_each_and_its_cookie_is_for_the_server_alone(
    world: World, clock: SimpleNamespace, device_cookie: str
) -> None:
    shared, people = Client(), ("qn_analyst", "qn_leader", "dn_leader")
    for name in people:
        assert enters(shared, OFFICE, name)
        shared.post("/logout/")
    cookie = shared.cookies[device_cookie]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    for name in people:
        fill_the_name(world.people[name])
        assert enters(shared, OFFICE, name)
        shared.post("/logout/")


def test_passwords_and_codes_are_counted_apart(person: User) -> None:
    request = RequestFactory().post("/login/code/", REMOTE_ADDR=ATTACKER)
    for _ in range(attempts.NAME_FROM_ADDRESS.most):
        attempts.begin(request, what="code", name=person.username, person_id=person.pk)
    with pytest.raises(attempts.TooManyAttemptsError):
        attempts.begin(request, what="code", name=person.username, person_id=person.pk)
    assert enters(Client(), ATTACKER)

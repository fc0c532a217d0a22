"""Who must prove a second factor, and what they meet at the doors until they do."""

import time
from types import SimpleNamespace
from typing import cast

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from facilities.access.grants import grant_role
from facilities.access.second_factor import has_second_factor, lacking
from facilities.enums import Role
from tests.world import NOW, World, add_person


@pytest.fixture(autouse=True)
def asked(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def proved(world: World, name: str, method: str = "mfa", **more: str) -> SessionStore:
    """A session of somebody who proved something."""
    session = SessionStore()
    request = cast("HttpRequest", SimpleNamespace(session=session))
    record_authentication(request, world.people[name], method, **more)
    return session


def test_it_is_asked_of_roles_that_see_pictures_or_administer(world: World) -> None:
    people = {role: add_person(world, f"only_{role}", role, "tam_ky_school") for role in Role}
    not_asked = {role for role, person in people.items() if not lacking(person, SessionStore())}
    assert not_asked == {Role.ANALYST, Role.CONTRACTOR}


def test_it_is_asked_of_whoever_has_such_a_role_anywhere(world: World) -> None:
    person = world.people["qn_analyst"]
    assert not lacking(person, SessionStore())
    grant_role(user=person, role=Role.WATCH_OFFICER, organisation=world.nodes["hoi_an_hotel"], actor=None, now=NOW)
    assert lacking(person, SessionStore())


def test_it_is_asked_of_nobody_without_a_role_or_a_login_or_where_it_is_switched_off(
    world: World, settings: Settings
) -> None:
    assert not lacking(world.people["nobody"], SessionStore())
    assert not lacking(AnonymousUser(), SessionStore())
    settings.SECOND_FACTOR_REQUIRED = False
    assert not lacking(world.people["qn_leader"], SessionStore())


def test_it_costs_one_query_until_it_is_proved_and_none_then(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for node in ("tam_ky", "hoi_an", "hai_chau"):
        grant_role(
            user=world.people["qn_leader"], role=Role.INSPECTOR, organisation=world.nodes[node], actor=None, now=NOW
        )
    with django_assert_num_queries(1):
        assert lacking(world.people["qn_leader"], SessionStore())
    session = proved(world, "qn_leader")
    with django_assert_num_queries(0):
        assert not lacking(world.people["qn_leader"], session)


def test_neither_a_password_nor_anothers_proof_counts(world: World) -> None:
    person = world.people["qn_leader"]
    assert lacking(person, proved(world, "qn_leader", "password"))
    assert lacking(person, proved(world, "qn_leader", "password_reset"))
    assert lacking(person, proved(world, "dn_leader"))
    loose = SessionStore()
    loose[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    assert lacking(person, loose)


def test_a_provinces_sign_on_counts_where_that_is_configured(world: World, settings: Settings) -> None:
    person = world.people["qn_leader"]
    session = proved(world, "qn_leader", "socialaccount", provider="quangnam", uid="1")
    assert lacking(person, session)
    settings.PROVIDERS_WITH_SECOND_FACTOR = frozenset({"danang"})
    assert not has_second_factor(person, session)
    settings.PROVIDERS_WITH_SECOND_FACTOR = frozenset({"danang", "quangnam"})
    assert not lacking(person, session)


def login(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    return client


def test_the_door_of_pages_leads_to_where_it_is_set_up_and_remembers_the_way(world: World) -> None:
    client, school = login(world, "tam_ky_officer"), world.facilities["tam_ky_school"].pk
    page = reverse("facility", args=[school])
    assert client.get(f"{page}?x=1").headers["Location"] == f"/account/second-factor/?next={page}%3Fx%3D1"
    new = reverse("camera_new", args=[school])
    assert client.post(new, {}).headers["Location"] == "/account/second-factor/?next=/"
    assert client.get("/").headers["Location"] == "/account/second-factor/?next=/"


def test_what_is_not_there_and_what_is_look_the_same_without_it(world: World) -> None:
    client = login(world, "tam_ky_officer")
    for number in (world.facilities["tam_ky_school"].pk, world.facilities["da_nang_dormitory"].pk, 999999999):
        assert client.get(f"/facilities/{number}/").status_code == 302


def test_the_door_of_the_api_says_in_a_code_and_a_sentence_why(world: World) -> None:
    client = login(world, "tam_ky_officer")
    for answer in (client.get("/api/facilities/"), client.get("/api/facilities/999999999/")):
        assert answer.status_code == 403
        assert answer.json() == {
            "code": "second_factor_required",
            "detail": "Vai trò này cần xác thực hai lớp. Hãy đăng nhập cổng bằng xác thực hai lớp.",
        }
    assert login(world, "qn_analyst").get("/api/facilities/").status_code == 200


def test_the_accounts_own_pages_stay_open(world: World) -> None:
    client = login(world, "tam_ky_officer")
    for page in ("/account/", "/account/second-factor/", "/account/sessions/", "/account/password/"):
        assert client.get(page).status_code == 200
    assert client.post("/theme/", {"theme": "dark", "next": "/account/"}).headers["Location"] == "/account/"
    assert client.post("/logout/").headers["Location"] == "/login/"


def test_a_part_of_a_page_that_meets_it_has_the_whole_page_loaded(world: World) -> None:
    client = login(world, "qn_leader")
    part = client.get("/compliance/?q=x", headers={"HX-Request": "true"}, follow=True)
    assert part.headers["HX-Refresh"] == "true"
    assert part.content == b""

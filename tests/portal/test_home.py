from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.world import World

Login = Callable[[str], Client]


def test_nobody_is_asked_to_log_in(login: Login) -> None:
    assert login("anonymous").get("/").headers["Location"] == "/login/?next=/"


def test_the_officer_of_one_facility_starts_there(world: World, login: Login) -> None:
    expected = reverse("facility", args=[world.facilities["tam_ky_school"].pk])
    assert login("tam_ky_officer").get("/").headers["Location"] == expected


def test_who_has_many_facilities_starts_with_the_table_of_all_of_them(world: World, login: Login) -> None:
    assert login("national_leader").get("/").headers["Location"] == reverse("compliance")
    province = world.facilities["hoi_an_hotel"].province_id
    assert login("qn_leader").get("/").headers["Location"] == reverse("compliance_unit", args=[province])


def test_who_has_no_grant_reads_whom_to_ask_and_is_offered_no_page(login: Login) -> None:
    answer = login("nobody").get("/")
    assert answer.status_code == 200
    assert "portal/no_grants.html" in [template.name for template in answer.templates]
    assert reverse("compliance") not in answer.content.decode()


def test_the_navigation_offers_what_the_person_may_see(login: Login) -> None:
    leader, analyst = (
        login(name).get("/compliance/", follow=True).content.decode() for name in ("qn_leader", "qn_analyst")
    )
    assert f'href="{reverse("wall")}"' in leader
    assert f'href="{reverse("wall")}"' not in analyst


def test_the_theme_is_remembered_and_stands_in_the_first_byte_of_the_page(login: Login) -> None:
    client = login("qn_leader")
    answer = client.post(reverse("theme"), {"theme": "dark", "next": "/compliance/"})
    assert answer.headers["Location"] == "/compliance/"
    page = client.get("/compliance/", follow=True).content.decode()
    assert '<html lang="vi" data-bs-theme="dark">' in page
    client.post(reverse("theme"), {"theme": "device", "next": "/compliance/"})
    assert "data-bs-theme" not in client.get("/compliance/", follow=True).content.decode()


def test_vietnamese_comes_first_whatever_the_browser_asks_and_english_when_chosen(login: Login) -> None:
    client = login("anonymous")
    asked = {"accept-language": "en-US,en;q=0.9"}
    assert '<html lang="vi"' in client.get("/login/", headers=asked).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/login/"})
    assert '<html lang="en"' in client.get("/login/").content.decode()
    client.cookies["django_language"] = "../etc"
    assert '<html lang="vi"' in client.get("/login/", headers=asked).content.decode()


def test_the_theme_sends_nobody_to_another_site(login: Login) -> None:
    answer = login("qn_leader").post(reverse("theme"), {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_pages_hold_no_inline_script_or_style(login: Login) -> None:
    client = login("qn_leader")
    for address in ("/compliance/", "/wall/", "/login/"):
        page = client.get(address, follow=True).content.decode()
        scripts = page.count("<script") - page.count("<script src=") - page.count('<script type="module" src=')
        assert scripts == page.count('type="application/json"')
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page


def test_an_error_says_what_to_do_even_without_request_and_database() -> None:
    from django.template.loader import render_to_string  # noqa: PLC0415 - reads like the handler that does it

    for name in ("400.html", "500.html"):
        assert f'href="{reverse("home")}"' in render_to_string(name)


def test_outside_ones_reach_the_page_that_is_not_there_keeps_the_way_home(login: Login) -> None:
    answer = login("qn_leader").get("/compliance/999999/")
    assert answer.status_code == 404
    assert f'href="{reverse("home")}"' in answer.content.decode()


def test_a_form_that_is_out_of_date_says_that_nothing_was_saved(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "403_csrf.html" in [template.name for template in answer.templates]


def test_a_part_of_a_page_that_meets_a_lost_session_has_the_whole_page_loaded(login: Login) -> None:
    part = login("anonymous").get("/compliance/?q=x", headers={"HX-Request": "true"}, follow=True)
    assert part.headers["HX-Refresh"] == "true"
    assert part.content == b""
    whole = login("anonymous").get("/compliance/?q=x", follow=True)
    assert "HX-Refresh" not in whole.headers
    assert 'name="password"' in whole.content.decode()


def test_who_mistyped_the_password_types_it_again_at_once(login: Login) -> None:
    client = login("anonymous")
    first = client.get("/login/").content.decode()
    again = client.post("/login/", {"login": "qn_leader", "password": "wrong"}).content.decode()
    for page, name in ((first, "login"), (again, "password")):
        (focused,) = (tag for tag in page.split("<") if " autofocus" in tag)
        assert f'name="{name}"' in focused
    assert 'value="qn_leader"' in again

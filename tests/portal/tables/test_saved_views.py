"""Views that people keep: a name for an address, theirs alone."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilities.models import AdministrativeUnit
from portal.models import SavedView
from portal.views.saved_views import MOST
from tests.world import World

Login = Callable[[str], Client]


def keep(client: Client, name: str, path: str = "/compliance/facilities/", query: str = "sector=civil&page=3") -> None:
    client.post(reverse("saved_views"), {"name": name, "path": path, "query": query})


def kept(world: World, person: str) -> list[tuple[str, str, str]]:
    return list(SavedView.objects.of(world.people[person]).values_list("name", "path", "query"))


def test_a_view_is_kept_from_its_first_page_and_opened_from_the_table(world: World, login: Login) -> None:
    client = login("national_leader")
    keep(client, " Dân  sự ", query="sector=civil&page=3&choose=all")
    assert kept(world, "national_leader") == [("Dân sự", "/compliance/facilities/", "sector=civil")]
    page = client.get(reverse("compliance")).content.decode()
    assert 'href="/compliance/facilities/?sector=civil">Dân sự</a>' in page
    assert client.get("/compliance/facilities/?sector=civil").context["filter"].chosen("sector") == "civil"


def test_a_second_of_one_name_takes_the_place_of_the_first(world: World, login: Login) -> None:
    client = login("qn_leader")
    keep(client, "Một")
    keep(client, "Một", query="sector=army")
    assert kept(world, "qn_leader") == [("Một", "/compliance/facilities/", "sector=army")]


def test_only_tables_are_kept(world: World, login: Login) -> None:
    client = login("qn_leader")
    for path in ("/people/", "//evil.example/compliance/", "https://evil.example/", "/compliance", "", "/views/undo/"):
        keep(client, "Khác", path=path)
        keep(client, "", path="/compliance/")
        keep(client, "x" * 61, path="/compliance/")
        keep(client, "Dài", path="/compliance/", query="q=" + "x" * 1000)
    assert kept(world, "qn_leader") == []


def test_at_most_fifty_are_kept(world: World, login: Login) -> None:
    for number in range(MOST):
        SavedView.objects.create(
            person=world.people["qn_leader"], name=str(number), path="/compliance/", saved_at=timezone.now()
        )
    keep(login("qn_leader"), "một nữa")
    assert len(kept(world, "qn_leader")) == MOST
    keep(login("qn_leader"), "7", query="sector=army")
    assert ("7", "/compliance/facilities/", "sector=army") in kept(world, "qn_leader")
    keep(login("dn_leader"), "của tôi")
    assert len(kept(world, "dn_leader")) == 1


def test_a_view_is_renamed_but_not_over_another(world: World, login: Login) -> None:
    client = login("qn_leader")
    keep(client, "Một")
    keep(client, "Hai")
    one = SavedView.objects.get(name="Một")
    client.post(reverse("saved_view_rename", args=[one.pk]), {"name": "Hai"})
    client.post(reverse("saved_view_rename", args=[one.pk]), {"name": " "})
    assert {name for name, _, _ in kept(world, "qn_leader")} == {"Một", "Hai"}
    client.post(reverse("saved_view_rename", args=[one.pk]), {"name": "Ba"})
    assert {name for name, _, _ in kept(world, "qn_leader")} == {"Ba", "Hai"}


def test_a_deleted_view_can_be_kept_again_once(world: World, login: Login) -> None:
    client = login("qn_leader")
    keep(client, "Một")
    before = kept(world, "qn_leader")
    client.post(reverse("saved_view_delete", args=[SavedView.objects.get().pk]))
    assert kept(world, "qn_leader") == []
    assert "Một" in client.get(reverse("saved_views")).content.decode()
    client.post(reverse("saved_view_undo"))
    assert kept(world, "qn_leader") == before
    client.post(reverse("saved_view_delete", args=[SavedView.objects.get().pk]))
    client.post(reverse("saved_view_undo"))
    client.post(reverse("saved_view_undo"))
    assert kept(world, "qn_leader") == before


def test_others_views_are_not_there(world: World, login: Login) -> None:
    keep(login("qn_leader"), "Một")
    view = SavedView.objects.get()
    other = login("national_leader")
    for route in ("saved_view_rename", "saved_view_delete"):
        assert other.post(reverse(route, args=[view.pk]), {"name": "Hai"}).status_code == 404
    assert "Một" not in other.get(reverse("saved_views")).content.decode()
    assert SavedView.objects.get().name == "Một"


def test_a_view_opens_nothing_that_is_out_of_reach(world: World, login: Login) -> None:
    client, path = login("dn_leader"), reverse("compliance_unit", args=[AdministrativeUnit.objects.get(code="49").pk])
    keep(client, "Bên kia", path=path, query="")
    assert client.get(path).status_code == 404

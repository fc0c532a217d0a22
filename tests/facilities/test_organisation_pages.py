"""The pages of bodies, facilities and mandates: what is shown to whom, asked before it is done, said when refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from facilities.domain.closing import close_organisation
from facilities.domain.tree import create_organisation
from facilities.enums import OrganisationKind, Sector, ZoneKind
from facilities.models import AllowedNetwork, Facility, Mandate, Organisation, Placement, Zone
from tests.world import World, add_facility

Login = Callable[[str], Client]


@pytest.fixture(autouse=True)
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def chief(login: Login) -> Client:
    return login("qn_chief")


def page(client: Client, name: str, *args: int, **query: str) -> str:
    answer = client.get(reverse(name, args=args, query=query))
    assert answer.status_code == 200
    return str(answer.content.decode())


def send(client: Client, route: str, pk: int, /, **form: Any) -> str:
    answer = client.post(reverse(route, args=[pk]), form, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def fresh(world: World, name: str) -> Organisation:
    node: Organisation = Organisation.objects.get(pk=world.nodes[name].pk)
    return node


def link(world: World, name: str) -> str:
    return f'href="{reverse("organisation", args=[world.nodes[name].pk])}"'


def test_the_tree_begins_at_the_top_of_what_one_reaches(world: World, login: Login) -> None:
    leader = page(login("qn_leader"), "organisations")
    assert [name for name in ("national", "qn", "tam_ky", "dn") if link(world, name) in leader] == ["qn", "tam_ky"]
    officer = page(login("tam_ky_officer"), "organisations")
    assert link(world, "tam_ky_school") in officer
    assert link(world, "tam_ky") not in officer
    # Along its mandate the department reaches facilities that do not stand below it.
    inspector = page(login("qn_health_inspector"), "organisations")
    reached = [name for name in world.nodes if link(world, name) in inspector]
    assert reached == ["qn_health", "tam_ky_school", "hoi_an_hotel"]
    assert "You reach no body" in page(login("nobody"), "organisations")


def test_a_branch_opens_and_counts_what_is_in_reach_alone(world: World, chief: Client, login: Login) -> None:
    address = reverse("organisation", args=[world.nodes["tam_ky"].pk], query={"part": "children"})
    part = chief.get(address).content.decode()
    assert link(world, "tam_ky_school") in part
    assert "<html" not in part
    assert "3 facilities" in page(chief, "organisations")
    assert "1 facility" in page(login("qn_army_leader"), "organisations")
    assert login("dn_leader").get(address).status_code == 404


def test_names_are_found_without_accents_and_closed_ones_on_demand(world: World, chief: Client) -> None:
    assert link(world, "hoi_an") in page(chief, "organisations", q="hoi an")
    assert link(world, "da_nang_dormitory") not in page(chief, "organisations", q="da_nang")
    close_organisation(organisation=world.nodes["qn_health"], on=timezone.localdate(), actor=None, now=timezone.now())
    assert link(world, "qn_health") not in page(chief, "organisations", q="so y te")
    assert link(world, "qn_health") in page(chief, "organisations", q="so y te", closed="on")
    assert link(world, "qn_health") not in page(chief, "organisation", world.nodes["qn"].pk)
    assert link(world, "qn_health") in page(chief, "organisation", world.nodes["qn"].pk, closed="on")


def test_only_who_administers_is_offered_changes(world: World, chief: Client, login: Login) -> None:
    pk = world.nodes["qn"].pk
    assert reverse("organisation_new", args=[pk]) in page(chief, "organisation", pk)
    # What stands above is not theirs to take from.
    assert reverse("organisation_move", args=[pk]) not in page(chief, "organisation", pk)
    assert reverse("organisation_move", args=[world.nodes["tam_ky"].pk]) in page(
        chief, "organisation", world.nodes["tam_ky"].pk
    )
    leader = login("qn_leader")
    assert reverse("organisation_new", args=[pk]) not in page(leader, "organisation", pk)
    assert leader.get(reverse("organisation_new", args=[pk])).status_code == 404


def test_a_body_is_added_named_and_told_what_is_wrong(world: World, chief: Client) -> None:
    pk = world.nodes["qn"].pk
    wrong = send(chief, "organisation_new", pk, kind="district", name="UBND", area=world.nodes["qn"].area_id)
    assert "Nothing was saved yet." in wrong
    assert "The area must be a unit of this level" in wrong
    assert "Sở Du lịch was added." in send(
        chief, "organisation_new", pk, kind="department", name="Sở Du lịch", code="SDL"
    )
    made = Organisation.objects.get(code="SDL")
    assert "Saved." in send(chief, "organisation_edit", made.pk, name="Sở Du lịch và Văn hóa", code="SDL")
    assert "What it was called" in page(chief, "organisation", made.pk)
    send(chief, "organisation_edit", world.nodes["qn_health"].pk, name="Sở Y tế", code="SDL")
    assert fresh(world, "qn_health").name == "Sở Y tế Quảng Nam"


def test_a_move_says_what_will_happen_before_it_does(world: World, chief: Client) -> None:
    school, health = world.nodes["tam_ky_school"], world.nodes["qn_health"]
    offered = page(chief, "organisation_move", school.pk, q="so y te")
    assert f"?organisation={health.pk}" in offered
    form = {"organisation": health.pk, "on": str(timezone.localdate())}
    asked = send(chief, "organisation_move", school.pk, **form)
    assert "This is what will happen:" in asked
    assert Organisation.objects.get_parent(fresh(world, "tam_ky_school")) == world.nodes["tam_ky"]
    assert not Placement.objects.exclude(valid_to=None).exists()
    assert "stands below" in send(chief, "organisation_move", school.pk, **form, confirmed="1")
    assert Organisation.objects.get_parent(fresh(world, "tam_ky_school")) == health
    then = page(chief, "organisation", world.nodes["tam_ky"].pk, on=str(timezone.localdate() - timedelta(days=1)))
    assert link(world, "tam_ky_school") in then
    written = (timezone.localdate() - timedelta(days=1)).strftime("%d/%m/%Y")
    assert f"As it was on {written}" in page(chief, "organisation", world.nodes["tam_ky"].pk, on=written)
    assert link(world, "tam_ky_school") not in page(chief, "organisation", world.nodes["tam_ky"].pk)


def test_what_would_make_no_tree_is_refused_with_the_reason(world: World, chief: Client, login: Login) -> None:
    form = {"on": str(timezone.localdate()), "confirmed": "1"}
    refused = send(
        chief, "organisation_move", world.nodes["qn_command"].pk, organisation=world.nodes["tam_ky"].pk, **form
    )
    assert "is not in" in refused
    # Below a body out of reach nothing is put, and its name is not told.
    address = reverse("organisation_move", args=[world.nodes["qn_command"].pk])
    assert chief.post(address, {"organisation": world.nodes["dn"].pk, **form}).status_code == 404
    top = send(chief, "organisation_close", world.nodes["qn"].pk, **form)
    assert "Only who administers the body above" in top
    assert fresh(world, "qn").valid_to is None


def test_a_body_is_closed_and_reopened(world: World, chief: Client) -> None:
    pk, form = world.nodes["qn_health"].pk, {"on": str(timezone.localdate())}
    assert "Mandates that end" in send(chief, "organisation_close", pk, **form)
    assert fresh(world, "qn_health").valid_to is None
    assert "is closed." in send(chief, "organisation_close", pk, **form, confirmed="1")
    assert fresh(world, "qn_health").valid_to == timezone.localdate()
    assert "is open again." in send(chief, "organisation_close", pk, confirmed="1")
    assert fresh(world, "qn_health").valid_to is None


def test_bodies_are_merged_and_roles_not_given_beyond_what_one_holds(world: World, login: Login) -> None:
    tourism = create_organisation(
        parent=world.nodes["qn"], kind=OrganisationKind.DEPARTMENT, name="Sở Du lịch", area=None, actor=None
    )
    form = {"merged": world.nodes["qn_health"].pk, "on": str(timezone.localdate()), "carry_roles": "on"}
    administrator, chief = login("qn_administrator"), login("qn_chief")
    beyond = send(administrator, "organisation_merge", tourism.pk, **form, confirmed="1")
    assert "with more than you hold yourself: Inspector" in beyond
    assert fresh(world, "qn_health").valid_to is None
    assert "Roles that go over" in send(chief, "organisation_merge", tourism.pk, **form)
    assert "went over into" in send(chief, "organisation_merge", tourism.pk, **form, confirmed="1")
    assert fresh(world, "qn_health").successor == tourism
    assert link(world, "qn_health") in page(chief, "organisation", tourism.pk)
    dead = page(chief, "organisation", world.nodes["qn_health"].pk)
    assert "What came after it" in dead
    assert reverse("mandate_new", args=[world.nodes["qn_health"].pk]) not in dead


def test_a_body_is_split(world: World, chief: Client) -> None:
    school, pk = world.nodes["tam_ky_school"], world.nodes["tam_ky"].pk
    form = {"name_1": "UBND Tam Kỳ Đông", "on": str(timezone.localdate()), f"child_{school.pk}": "1"}
    assert "UBND Tam Kỳ Đông" in send(chief, "organisation_split", pk, **form)
    assert not Organisation.objects.filter(name="UBND Tam Kỳ Đông").exists()
    nameless = send(chief, "organisation_split", pk, **{**form, f"child_{school.pk}": "2"})
    assert "Name the second body" in nameless
    assert "was split." in send(chief, "organisation_split", pk, **form, confirmed="1")
    assert Organisation.objects.get_parent(fresh(world, "tam_ky_school")).name == "UBND Tam Kỳ Đông"


def test_networks_are_permitted_and_withdrawn(world: World, chief: Client) -> None:
    pk = world.nodes["tam_ky"].pk
    assert "Write the network as" in send(chief, "organisation_networks", pk, cidr="mạng")
    assert "192.168.7.0/24 is permitted now." in send(chief, "organisation_networks", pk, cidr="192.168.7.0/24")
    # What is permitted on a body out of reach is not shown.
    assert "10.0.0.0/8" not in page(chief, "organisation_networks", pk)
    allowed = AllowedNetwork.objects.get(cidr="192.168.7.0/24")
    elsewhere = AllowedNetwork.objects.get(cidr="10.0.0.0/8")
    for number, status in ((elsewhere.pk, 404), ("x", 302), (allowed.pk, 302)):
        answer = chief.post(reverse("organisation_networks", args=[pk]), {"withdraw": number})
        assert answer.status_code == status
    assert list(AllowedNetwork.objects.filter(organisation=world.nodes["tam_ky"])) == []
    assert AllowedNetwork.objects.filter(pk=elsewhere.pk).exists()


def test_a_facility_is_entered_with_its_zones_and_edited(world: World, chief: Client) -> None:
    form = {
        "name": "Trường THPT Trần Cao Vân",
        "code": "QN-900",
        "sector": "civil",
        "premises": "school",
        "unit": world.nodes["tam_ky"].area_id,
    }
    foreign = {**form, "unit": world.nodes["hai_chau"].area_id}
    assert "Nothing was saved yet." in send(chief, "facility_new", world.nodes["tam_ky"].pk, **foreign)
    taken = send(chief, "facility_new", world.nodes["tam_ky"].pk, **{**form, "code": "da_nang_dormitory"})
    assert "da_nang_dormitory" not in taken.replace('value="da_nang_dormitory"', "")
    assert "Enter its zones next." in send(chief, "facility_new", world.nodes["tam_ky"].pk, **form)
    made = Facility.objects.get(code="QN-900")
    assert "was added." in send(chief, "facility_zones", made.pk, kind="gate", name="Cổng chính")
    assert "already exists" in send(chief, "facility_zones", made.pk, kind="yard", name="Cổng chính")
    edited = {**form, "code": "QN-901", "since": str(timezone.localdate())}
    assert "Saved." in send(chief, "facility_edit", made.pk, **edited)
    assert Facility.objects.get(pk=made.pk).code == "QN-901"


def test_a_zone_is_renamed_and_removed_unless_a_camera_is_in_it(world: World, chief: Client) -> None:
    zones = Zone.objects.filter(facility=world.facilities["tam_ky_school"])
    gate, corridor = zones.get(kind=ZoneKind.GATE), zones.get(kind=ZoneKind.CORRIDOR)
    assert "already exists" in send(chief, "zone_edit", gate.pk, name=corridor.name)
    assert "Saved." in send(chief, "zone_edit", gate.pk, name="Cổng phụ")
    assert "has cameras" in send(chief, "zone_delete", corridor.pk)
    assert "This is what will happen" in send(chief, "zone_delete", gate.pk)
    assert zones.filter(pk=gate.pk).exists()
    assert "was removed." in send(chief, "zone_delete", gate.pk, confirmed="1")
    assert not zones.filter(pk=gate.pk).exists()


def mandate_form(world: World, **changed: Any) -> dict[str, Any]:
    given = {
        "function": "military",
        "area": world.nodes["qn"].area_id,
        "sectors": [Sector.ARMY],
        "valid_from": str(timezone.localdate()),
    }
    return {**given, **changed}


def test_a_mandate_is_given_after_a_look_at_what_it_opens(world: World, chief: Client, login: Login) -> None:
    pk, form = world.nodes["qn_command"].pk, mandate_form(world)
    before = Mandate.objects.count()
    asked = send(chief, "mandate_new", pk, **form)
    for word in ("Facilities overseen now", "<dd>Military chain</dd>", "<dd>Army-run</dd>"):
        assert word in asked
    assert Mandate.objects.count() == before
    assert "The mandate was given" in send(chief, "mandate_new", pk, **form, confirmed="1")
    made = Mandate.objects.latest("pk")
    assert (made.decided_by, made.organisation) == (world.people["qn_chief"], world.nodes["qn_command"])
    assert "already" in send(chief, "mandate_new", pk, **form, confirmed="1")
    more = send(login("qn_administrator"), "mandate_new", pk, **form, confirmed="1")
    assert "more than you hold yourself" in more
    outside = send(chief, "mandate_new", pk, **mandate_form(world, area=world.nodes["dn"].area_id), confirmed="1")
    assert "Nothing was saved yet." in outside
    assert Mandate.objects.count() == before + 1
    assert "withdrawn at once" in page(chief, "mandate_end", made.pk)
    send(chief, "mandate_end", made.pk, confirmed="1")
    assert not Mandate.objects.filter(pk=made.pk).exists()


def test_mandates_are_listed_filtered_and_ended(world: World, chief: Client, login: Login) -> None:
    (mandate,) = Mandate.objects.filter(organisation=world.nodes["qn_health"])
    end = reverse("mandate_end", args=[mandate.pk])
    assert end in page(chief, "mandates")
    leader = page(login("qn_leader"), "mandates")
    assert "Sở Y tế Quảng Nam" in leader
    assert end not in leader
    assert "Sở Y tế Đà Nẵng" not in leader
    assert "Sở Y tế Quảng Nam" in page(chief, "mandates", q="so y te")
    for nothing in ({"q": "quân sự"}, {"function": "military"}, {"state": "ended"}, {"state": "coming"}):
        assert "No mandate here fits" in page(chief, "mandates", **nothing)
    yesterday = str(timezone.localdate() - timedelta(days=1))
    assert "no more" in send(chief, "mandate_end", mandate.pk, on=yesterday)
    send(chief, "mandate_end", mandate.pk, on=yesterday, confirmed="1")
    assert "Sở Y tế Quảng Nam" in page(chief, "mandates", state="ended")
    assert "holds a mandate in force" in page(chief, "mandates")
    assert page(chief, "mandate_choice").count("?organisation=") > 3
    chosen = chief.get(reverse("mandate_choice", query={"organisation": world.nodes["qn_health"].pk}))
    assert chosen.headers["Location"] == reverse("mandate_new", args=[world.nodes["qn_health"].pk])


def test_the_number_of_queries_does_not_grow_with_what_is_shown(
    world: World, chief: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pages = [reverse("organisations"), reverse("organisation", args=[world.nodes["tam_ky"].pk]), reverse("mandates")]
    counted = []
    for turn in range(2):
        for address in pages:
            with django_assert_max_num_queries(40) as queries:
                chief.get(address)
            counted.append(len(queries))
        for number in range(3 - 3 * turn):
            area = world.nodes["tam_ky"].area
            assert area is not None
            add_facility(world, f"more_{number}", world.nodes["tam_ky"], area, Sector.CIVIL)
            Mandate.objects.create(
                organisation=world.nodes["qn_health"],
                function="technical",
                area=area,
                sectors=[Sector.values[number]],
                valid_from=timezone.localdate(),
            )
    assert counted[:3] == counted[3:]


def test_programs_read_bodies_and_mandates_in_reach(world: World, login: Login) -> None:
    client = login("qn_health_inspector")
    rows = client.get("/api/organisations/").json()["results"]
    reached = [world.nodes[name].pk for name in ("qn_health", "tam_ky_school", "hoi_an_hotel")]
    assert [row["id"] for row in rows] == reached
    departments = client.get("/api/organisations/", {"kind": "department", "open": "true"}).json()["results"]
    assert [row["name"] for row in departments] == ["Sở Y tế Quảng Nam"]
    (mandate,) = client.get("/api/mandates/", {"on": "2021-06-11"}).json()["results"]
    assert (mandate["organisation"], mandate["sectors"]) == (world.nodes["qn_health"].pk, ["civil", "paid_hotel"])
    assert client.get("/api/mandates/", {"on": "2020-06-11"}).json()["results"] == []
    assert (
        client.get(f"/api/mandates/{Mandate.objects.get(organisation=world.nodes['dn_health']).pk}/").status_code == 404
    )

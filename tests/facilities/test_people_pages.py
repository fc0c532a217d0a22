"""The administrators' pages of people: who is shown to whom, what is given and taken, what is said when it is not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilities.access.grants import grant_role
from facilities.domain.invitations import invite
from facilities.domain.people import people_administered
from facilities.enums import Permission, RecordedAction, Role
from facilities.models import Facility, Record, RoleGrant, User
from tests.facilities.page import text
from tests.world import NOW, World, add_person

Login = Callable[[str], Client]


pytestmark = pytest.mark.usefixtures("english")


def shown(page: str, world: World) -> set[str]:
    """Whom the page names."""
    return {name for name, person in world.people.items() if person.full_name in page.replace("…", "")}


QUANG_NAM = {
    "qn_leader",
    "qn_analyst",
    "qn_inspector",
    "qn_operator",
    "qn_army_leader",
    "tam_ky_officer",
    "hoi_an_officer",
    "qn_health_inspector",
    "qn_administrator",
    "qn_chief",
    "contractor",
    "expired",
}


class TestWhoIsShown:
    @pytest.mark.parametrize(
        ("who", "expected"),
        [
            ("qn_chief", QUANG_NAM),
            ("qn_administrator", QUANG_NAM),
            ("qn_leader", set()),
            ("nobody", set()),
            ("expired", set()),
        ],
    )
    def test_people_with_roles_where_one_administers_and_nobody_else(
        self, world: World, who: str, expected: set[str]
    ) -> None:
        found = people_administered(world.people[who], timezone.now())
        assert {person.username for person in found} == expected

    def test_along_a_mandate_nobody_is_administered(self, world: World) -> None:
        chief = add_person(world, "health_chief", Role.CHIEF_ADMINISTRATOR, "qn_health")
        found = people_administered(chief, timezone.now())
        assert {person.username for person in found} == {"health_chief", "qn_health_inspector"}

    def test_those_invited_and_left_without_a_role_are_the_inviters(self, world: World) -> None:
        person = invite(email="moi@qn.vn", full_name="Mới", actor=world.people["qn_chief"], now=NOW)
        assert person in people_administered(world.people["qn_chief"], NOW)
        assert person not in people_administered(world.people["qn_administrator"], NOW)
        grant_role(user=person, role=Role.LEADER, organisation=world.nodes["dn"], actor=None, now=NOW)
        assert person not in people_administered(world.people["qn_chief"], NOW)

    def test_the_list_names_them_with_their_roles_in_reach_only(self, world: World, chief: Client) -> None:
        inspector = world.people["qn_inspector"]
        grant_role(user=inspector, role=Role.OPERATOR, organisation=world.nodes["dn"], actor=None, now=NOW)
        page = text(chief, "people")
        assert shown(page, world) == QUANG_NAM
        assert "Đà Nẵng" not in page
        assert "Đà Nẵng" not in text(chief, "person", inspector.pk)

    @pytest.mark.parametrize("who", ["dn_leader", "dn_officer", "national_leader", "nobody", "disabled"])
    def test_others_are_not_there(self, world: World, chief: Client, who: str) -> None:
        pk = world.people[who].pk
        for name in ("person", "person_account", "role_new"):
            assert chief.get(reverse(name, args=[pk])).status_code == 404
        for grant in RoleGrant.objects.filter(user=pk):
            for name in ("role_end", "role_revoke"):
                assert chief.get(reverse(name, args=[grant.pk])).status_code == 404
                assert chief.post(reverse(name, args=[grant.pk])).status_code == 404

    def test_who_administers_nothing_reads_so(self, login: Login) -> None:
        for who in ("nobody", "qn_leader"):
            assert "You administer no body" in text(login(who), "people")
            assert "You administer no body" in text(login(who), "person_invite")

    def test_at_and_below_one_body(self, world: World, chief: Client) -> None:
        page = text(chief, "organisation_people", world.nodes["tam_ky"].pk)
        table = page.partition("<tbody>")[2].partition("</tbody>")[0]
        assert shown(table, world) == {"qn_inspector", "tam_ky_officer", "contractor"}
        assert chief.get(reverse("organisation_people", args=[world.nodes["dn"].pk])).status_code == 404


class TestTheList:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"q": "nguoi tam_ky"}, {"tam_ky_officer"}),
            ({"q": "ngườị"}, set()),
            ({"role": "leader"}, {"qn_leader", "qn_army_leader"}),
            ({"where": "so y te"}, {"qn_health_inspector"}),
            ({"where": "da nang"}, set()),
            ({"state": "pending"}, set()),
            ({"state": "disabled"}, set()),
            ({"role": "nonsense", "state": "nonsense"}, QUANG_NAM),
        ],
    )
    def test_it_is_searched_and_narrowed(
        self, world: World, chief: Client, query: dict[str, str], expected: set[str]
    ) -> None:
        table = text(chief, "people", **query).partition("<tbody>")[2].partition("</tbody>")[0]
        assert shown(table, world) == expected

    def test_states_are_counted_and_listed(self, world: World, chief: Client) -> None:
        invite(email="moi@qn.vn", full_name="Người moi", actor=world.people["qn_chief"], now=NOW)
        soon = timezone.now() + timedelta(days=13)
        add_person(world, "leaving", Role.ANALYST, "tam_ky", expires_at=soon)
        add_person(world, "gone", Role.ANALYST, "tam_ky", active=False)
        page = text(chief, "people")
        for state, name in (("pending", "moi"), ("expiring", "leaving"), ("disabled", "gone")):
            assert f'?state={state}"><b>1</b>' in page
            found = text(chief, "people", state=state).partition("<tbody>")[2].partition("</tbody>")[0]
            assert found.count("<tr") == 1
            assert f"Người {name}" in found

    def test_last_changes_are_told(self, world: World, chief: Client) -> None:
        person = world.people["tam_ky_officer"]
        chief.post(reverse("role_revoke", args=[RoleGrant.objects.get(user=person).pk]))
        assert "Role revoked: <b>Người tam_ky_officer</b> · Facility officer" in text(chief, "people")

    def test_it_costs_the_same_for_few_people_and_for_many(self, world: World, chief: Client) -> None:
        costs = []
        for turn in range(2):
            with CaptureQueriesContext(connection) as queries:
                text(chief, "people")
            costs.append(len(queries))
            for number in range(5):
                add_person(world, f"more{turn}{number}", Role.LEADER, "tam_ky", "hoi_an")
        assert costs[0] == costs[1]

    @pytest.mark.parametrize("column", ["name", "-ends", "last_login"])
    def test_it_is_sorted(self, chief: Client, column: str) -> None:
        assert "aria-sort" in text(chief, "people", sort=column)


class TestAPerson:
    def test_each_line_names_grant_and_mandate(self, world: World, chief: Client) -> None:
        page = text(chief, "person", world.people["qn_health_inspector"].pk)
        assert "Inspector · " in page
        assert "Sở Y tế Quảng Nam" in page
        assert "at 0 facilities here and below" in page
        assert "at 2 further facilities" in page
        assert "Along the mandate “Health supervision” of Sở Y tế Quảng Nam" in page
        assert "4403/CV-BCĐ" in page

    def test_my_access_is_the_same_for_oneself_without_anything_to_change(self, login: Login) -> None:
        page = text(login("qn_health_inspector"), "my_access")
        assert "at 2 further facilities" in page
        assert "/revoke/" not in page
        for who in ("nobody", "expired"):
            assert "no body has given this account a role" in text(login(who), "my_access")

    def test_who_is_disabled_reaches_nothing(self, world: World, chief: Client) -> None:
        gone = add_person(world, "gone", Role.LEADER, "tam_ky", active=False)
        page = text(chief, "person", gone.pk)
        assert "none of this counts" in page
        assert "It does not count now." in page


class TestInviting:
    def form(self, world: World, **more: str) -> dict[str, str]:
        given = {"email": "Moi@QN.vn", "full_name": "Lê Thị Mới", "title": "Chuyên viên", "phone": "0905 123 456"}
        place = {"organisation": str(world.nodes["tam_ky"].pk), "role": "leader", "last_day": ""}
        return {**given, **place, **more}

    def test_confirm_then_account_role_and_mail(self, world: World, chief: Client) -> None:
        here = reverse("person_invite")
        asked = chief.post(here, self.form(world)).content.decode()
        assert "It opens 1 facility here and below" in asked
        assert not User.objects.filter(email="moi@qn.vn").exists()
        changed = chief.post(here, self.form(world, back="1")).content.decode()
        assert 'value="Lê Thị Mới"' in changed
        answer = chief.post(here, self.form(world, confirmed="1"), follow=True)
        person = User.objects.get(email="moi@qn.vn")
        assert answer.redirect_chain[-1][0] == reverse("person", args=[person.pk])
        assert [each.to for each in mail.outbox] == [["moi@qn.vn"]]
        assert RoleGrant.objects.get(user=person).role == Role.LEADER
        assert "Invitation pending" in answer.content.decode()

    def test_sent_twice_there_is_one_account(self, world: World, chief: Client) -> None:
        for _ in range(2):
            assert chief.post(reverse("person_invite"), self.form(world, confirmed="1")).status_code == 302
        assert User.objects.filter(email="moi@qn.vn").count() == 1
        assert RoleGrant.objects.filter(user__email="moi@qn.vn").count() == 1

    def test_a_refused_role_leaves_no_account(self, world: World, login: Login) -> None:
        answer = login("qn_administrator").post(reverse("person_invite"), self.form(world, confirmed="1"))
        page = answer.content.decode()
        lacking = "See camera pictures, Direct: set deadlines, send documents and reminders"
        assert f"You do not hold this there yourself: {lacking}." in page
        assert 'value="Lê Thị Mới"' in page
        assert not User.objects.filter(email="moi@qn.vn").exists()
        assert not mail.outbox

    def test_who_has_an_account_gets_the_role_and_is_not_named_before(self, world: World, chief: Client) -> None:
        other = world.people["dn_leader"]
        User.objects.filter(pk=other.pk).update(email="dn@dn.vn")
        sent = self.form(world, email="DN@dn.vn")
        asked = chief.post(reverse("person_invite"), sent).content.decode()
        assert "There is an account with this address already." in asked
        assert other.full_name not in asked
        assert chief.post(reverse("person_invite"), {**sent, "confirmed": "1"}).status_code == 302
        other.refresh_from_db()
        assert other.full_name == "Người dn_leader"
        assert "Đà Nẵng" not in text(chief, "person", other.pk)
        assert not mail.outbox

    def test_the_mail_server_may_fail(self, world: World, chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_args: object, **_options: object) -> None:
            raise OSError

        monkeypatch.setattr("facilities.views.people.send_invitation", fails)
        page = chief.post(reverse("person_invite"), self.form(world, confirmed="1"), follow=True).content.decode()
        assert "the mail server did not take the invitation" in page
        monkeypatch.undo()
        person = User.objects.get(email="moi@qn.vn")
        chief.post(reverse("person_account", args=[person.pk]), {"act": "send"})
        assert len(mail.outbox) == 1

    def test_it_is_withdrawn_whole(self, world: World, chief: Client) -> None:
        chief.post(reverse("person_invite"), self.form(world, confirmed="1"))
        person = User.objects.get(email="moi@qn.vn")
        here = reverse("person_account", args=[person.pk])
        User.objects.filter(pk=person.pk).update(last_login=NOW)
        refused = chief.post(here, {"act": "withdraw"}).content.decode()
        assert "This person has set a password already." in refused
        User.objects.filter(pk=person.pk).update(last_login=None)
        assert chief.post(here, {"act": "withdraw"}).headers["Location"] == reverse("people")
        assert not User.objects.filter(pk=person.pk).exists()


class TestAccounts:
    def act(self, client: Client, person: User, act: str) -> str:
        answer = client.post(reverse("person_account", args=[person.pk]), {"act": act}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    def test_disabling_ends_what_is_open_and_enabling_brings_it_back(
        self, world: World, chief: Client, login: Login
    ) -> None:
        leader = world.people["qn_leader"]
        theirs = login("qn_leader")
        assert theirs.get("/compliance/", follow=True).status_code == 200
        assert "The account is disabled" in self.act(chief, leader, "disable")
        assert theirs.get("/compliance/").headers["Location"].startswith("/login/")
        assert "The account is enabled." in self.act(chief, leader, "enable")
        assert [record.action for record in Record.objects.filter(subject=str(leader)).order_by("pk")] == [
            RecordedAction.ACCOUNT_DISABLED,
            RecordedAction.ACCOUNT_ENABLED,
        ]
        assert Record.objects.visible_to(world.people["qn_chief"], Permission.ADMINISTER).count() == 2

    def test_not_of_people_with_a_role_elsewhere(self, world: World, chief: Client) -> None:
        inspector = world.people["qn_inspector"]
        grant_role(user=inspector, role=Role.ANALYST, organisation=world.nodes["dn"], actor=None, now=NOW)
        assert "You do not administer everything" in self.act(chief, inspector, "disable")
        assert "You do not administer everything" in self.act(chief, inspector, "forget")
        inspector.refresh_from_db()
        assert inspector.is_active

    def test_not_ones_own_and_not_that_of_a_higher_administrator(self, world: World, login: Login) -> None:
        administrator, chief = world.people["qn_administrator"], world.people["qn_chief"]
        client = login("qn_administrator")
        assert "This is your own account." in self.act(client, administrator, "disable")
        assert "you could not take from them" in self.act(client, chief, "disable")
        assert User.objects.filter(pk__in=[administrator.pk, chief.pk], is_active=True).count() == 2

    def test_an_act_that_does_not_exist_does_nothing(self, world: World, chief: Client) -> None:
        assert "Disable the account" in self.act(chief, world.people["qn_leader"], "promote")


class TestWhoCanSeeIt:
    def reached_by(self, page: str, world: World) -> set[str]:
        return shown(page.partition('class="onlookers"')[2], world)

    def test_everybody_who_reaches_it_and_nobody_else(self, world: World, chief: Client) -> None:
        expected = {
            name
            for name, person in world.people.items()
            if any(
                Facility.objects.visible_to(person, permission).filter(code="tam_ky_school").exists()
                for permission in Permission
            )
        }
        assert {"national_leader", "qn_health_inspector", "contractor"} < expected
        assert "qn_army_leader" not in expected
        facility, camera = world.facilities["tam_ky_school"], world.cameras["tam_ky_school"]
        for page in (text(chief, "facility_access", facility.pk), text(chief, "camera_access", camera.pk)):
            assert self.reached_by(page, world) == expected
            assert "along the mandate “Health supervision” of Sở Y tế Quảng Nam" in page
            # Whom one does not administer one cannot open.
            assert reverse("person", args=[world.people["contractor"].pk]) in page
            assert reverse("person", args=[world.people["national_leader"].pk]) not in page

    def test_those_with_one_permission(self, world: World, chief: Client) -> None:
        page = text(chief, "camera_access", world.cameras["tam_ky_school"].pk, may="administer")
        assert self.reached_by(page, world) == {"qn_administrator", "qn_chief"}

    @pytest.mark.parametrize("who", ["qn_leader", "tam_ky_officer", "dn_leader", "nobody"])
    def test_it_is_for_administrators(self, world: World, login: Login, who: str) -> None:
        facility, camera = world.facilities["tam_ky_school"], world.cameras["tam_ky_school"]
        assert login(who).get(reverse("facility_access", args=[facility.pk])).status_code == 404
        assert login(who).get(reverse("camera_access", args=[camera.pk])).status_code == 404

    def test_the_pages_of_both_lead_there_for_those_who_may(self, world: World, login: Login) -> None:
        facility, camera = world.facilities["tam_ky_school"], world.cameras["tam_ky_school"]
        for who, offered in (("qn_chief", True), ("qn_operator", False)):
            client = login(who)
            assert (reverse("facility_access", args=[facility.pk]) in text(client, "facility", facility.pk)) is offered
            assert (reverse("camera_access", args=[camera.pk]) in text(client, "camera", camera.pk)) is offered


def test_who_only_administers_starts_with_people(login: Login) -> None:
    assert login("qn_administrator").get("/").headers["Location"] == reverse("people")
    assert login("qn_chief").get("/").headers["Location"] != reverse("people")

"""The administrators' pages on which roles are given and taken, and what is said when they are not."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilities.access.grants import grant_role
from facilities.enums import Permission, Role
from facilities.models import Facility, RoleGrant
from tests.facilities.page import text
from tests.world import NOW, World

Login = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("english")

DIRECTING = "Direct: set deadlines, send documents and reminders"


class TestGiving:
    def ask(self, world: World, **more: str) -> dict[str, str]:
        return {"organisation": str(world.nodes["tam_ky"].pk), "role": "leader", "last_day": "", **more}

    def test_choose_fill_in_confirm(self, world: World, chief: Client) -> None:
        analyst = world.people["qn_analyst"]
        here = reverse("role_new", args=[analyst.pk])
        chosen = text(chief, "role_new", analyst.pk, q="tam ky")
        assert f'?organisation={world.nodes["tam_ky"].pk}"' in chosen
        assert "Hội An" not in chosen
        assert 'value="leader"' in text(chief, "role_new", analyst.pk, organisation=str(world.nodes["tam_ky"].pk))
        asked = chief.post(here, self.ask(world)).content.decode()
        assert f"It opens 1 facility here and below: See figures and tables, See camera pictures, {DIRECTING}." in asked
        assert RoleGrant.objects.filter(user=analyst).count() == 1
        for _ in range(2):
            assert chief.post(here, self.ask(world, confirmed="1")).status_code == 302
        assert RoleGrant.objects.get(user=analyst, role=Role.LEADER).granted_by == world.people["qn_chief"]
        assert Facility.objects.visible_to(analyst, Permission.VIEW_PICTURES).count() == 1

    def test_what_one_lacks_is_named_and_refused(self, world: World, login: Login) -> None:
        client, analyst = login("qn_administrator"), world.people["qn_analyst"]
        form = text(client, "role_new", analyst.pk, organisation=str(world.nodes["tam_ky"].pk))
        assert form.count(" disabled") == len(Role) - 2
        assert f"You do not hold this there yourself: See camera pictures, {DIRECTING}." in form
        for more in ({}, {"confirmed": "1"}):
            answer = client.post(reverse("role_new", args=[analyst.pk]), self.ask(world, last_day="2090-01-31", **more))
            page = answer.content.decode()
            assert "Nothing was saved yet." in page
            assert f"You do not hold this there yourself: See camera pictures, {DIRECTING}." in page
            assert 'value="2090-01-31"' in page
        assert not RoleGrant.objects.filter(user=analyst, role=Role.LEADER).exists()

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"last_day": "2020-01-01"}, "The end must lie in the future."),
            ({"last_day": "9999-12-31"}, "Nobody plans that far ahead."),
            ({"last_day": "soon"}, "Enter a valid date."),
            ({"role": ""}, "Choose a role."),
            ({"role": "emperor"}, "Select a valid choice."),
        ],
    )
    def test_mistakes_are_told(self, world: World, chief: Client, sent: dict[str, str], said: str) -> None:
        here = reverse("role_new", args=[world.people["qn_analyst"].pk])
        answer = chief.post(here, self.ask(world, confirmed="1", **sent))
        assert answer.status_code == 200
        assert said in answer.content.decode()

    @pytest.mark.parametrize("node", ["dn", "national", "da_nang_dormitory"])
    def test_a_body_out_of_reach_is_not_there(self, world: World, chief: Client, node: str) -> None:
        here = reverse("role_new", args=[world.people["qn_analyst"].pk])
        sent = {"organisation": str(world.nodes[node].pk), "role": "analyst", "confirmed": "1"}
        assert chief.get(here, sent).status_code == 404
        assert chief.post(here, sent).status_code == 404
        assert chief.post(here, {**sent, "organisation": "9" * 30}).status_code == 404

    def test_the_last_day_counts_whole(self, world: World, chief: Client) -> None:
        here = reverse("role_new", args=[world.people["qn_analyst"].pk])
        chief.post(here, self.ask(world, last_day="2090-01-31", confirmed="1"))
        grant = RoleGrant.objects.get(user=world.people["qn_analyst"], role=Role.LEADER)
        assert grant.expires_at is not None
        assert timezone.localtime(grant.expires_at).isoformat() == "2090-02-01T00:00:00+07:00"
        assert "until 31/01/2090" in text(chief, "person", world.people["qn_analyst"].pk)
        assert 'value="2090-01-31"' in text(chief, "role_end", grant.pk)

    def test_the_end_is_moved(self, world: World, chief: Client) -> None:
        grant = RoleGrant.objects.get(user=world.people["contractor"])
        assert chief.post(reverse("role_end", args=[grant.pk]), {"last_day": "2090-05-01"}).status_code == 302
        grant.refresh_from_db()
        assert grant.expires_at is not None
        assert grant.expires_at.year == 2090
        late = chief.post(reverse("role_end", args=[grant.pk]), {"last_day": "2020-05-01"})
        assert "The end must lie in the future." in late.content.decode()


class TestTaking:
    def test_it_says_what_goes_and_can_be_undone(self, world: World, chief: Client) -> None:
        officer = world.people["tam_ky_officer"]
        grant = RoleGrant.objects.get(user=officer)
        here = reverse("role_revoke", args=[grant.pk])
        assert "1 facility here and below." in text(chief, "role_revoke", grant.pk)
        # Their only role: the person is then nobody's, and the list offers to give it back.
        first = chief.post(here, follow=True)
        assert first.redirect_chain[-1][0] == reverse("people")
        assert "Give the role back" in first.content.decode()
        assert not RoleGrant.objects.filter(user=officer).exists()
        assert chief.post(here).status_code == 302
        back = chief.post(reverse("role_undo"), follow=True)
        assert "The role was given back." in back.content.decode()
        again = RoleGrant.objects.get(user=officer)
        assert (again.role, again.organisation) == (Role.FACILITY_OFFICER, world.nodes["tam_ky_school"])
        assert "There is nothing to undo any more." in chief.post(reverse("role_undo"), follow=True).content.decode()

    def test_undoing_takes_what_giving_takes(self, world: World, chief: Client) -> None:
        officer = world.people["tam_ky_officer"]
        chief.post(reverse("role_revoke", args=[RoleGrant.objects.get(user=officer).pk]))
        RoleGrant.objects.filter(user=world.people["qn_chief"]).update(role=Role.ADMINISTRATOR)
        grant_role(
            user=world.people["qn_chief"], role=Role.ADMINISTRATOR, organisation=world.nodes["qn"], actor=None, now=NOW
        )
        page = chief.post(reverse("role_undo"), follow=True).content.decode()
        assert "The role was not given back. You do not hold this there yourself" in page
        assert not RoleGrant.objects.filter(user=officer).exists()

    def test_who_may_not_reads_why(self, world: World, login: Login) -> None:
        grant = RoleGrant.objects.get(user=world.people["qn_leader"])
        client = login("qn_administrator")
        for answer in (client.get(reverse("role_revoke", args=[grant.pk])), client.post(f"/roles/{grant.pk}/revoke/")):
            assert "You cannot take it away.</strong> You do not hold this there yourself" in answer.content.decode()
        assert RoleGrant.objects.filter(pk=grant.pk).exists()

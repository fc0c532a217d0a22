"""The rule stays right while the tree, the people, their roles and the mandates change, in any order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from facilities.access.grants import grant_role, revoke_role
from facilities.access.rule import organisations_reached
from facilities.enums import OrganisationKind, Permission, Premises, Role
from facilities.models import Facility, Mandate, Organisation, User
from tests.facilities.access.plain import PlainGrant, PlainWorld
from tests.facilities.access.random_worlds import MOMENTS, PEOPLE, facilities, lay_out_units, mandates

# One that every role has, one that some have, one that no mandate carries.
COMPARED = (Permission.VIEW_FIGURES, Permission.INSPECT, Permission.ADMINISTER)
# Few: what is deleted makes room for others of the same number.
NUMBERS = range(1, 9)


class ChangingCountry(RuleBasedStateMachine):
    """Each step changes the database by the portal's own means, and the plain lists by hand; then both are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.plain = PlainWorld()
        self.now = MOMENTS[1]
        self._undo = transaction.atomic()
        self._undo.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undo.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        lay_out_units()
        User.objects.bulk_create(User(pk=person, username=str(person)) for person in PEOPLE)
        self.plain.people = dict.fromkeys(PEOPLE, True)
        self._grow(1, None)

    @rule(data=st.data())
    def node_comes(self, data: st.DataObject) -> None:
        free = sorted(set(NUMBERS) - set(self.plain.parents))
        assume(free)
        # The lowest: a number that was deleted comes back as soon as it can.
        self._grow(free[0], data.draw(st.sampled_from([None, *self.plain.parents])))

    @precondition(lambda self: self.plain.parents)
    @rule(data=st.data())
    def node_moves(self, data: st.DataObject) -> None:
        node, to = data.draw(self._node()), data.draw(self._node())
        assume(not self.plain.is_below(to, node))
        Organisation.objects.move(_row(node), _row(to), data.draw(st.sampled_from(["first-child", "last-child"])))
        self.plain.parents[node] = to

    @precondition(lambda self: self.plain.parents)
    @rule(data=st.data())
    def node_goes(self, data: st.DataObject) -> None:
        top = data.draw(self._node())
        gone = {node for node in self.plain.parents if self.plain.is_below(node, top)}
        # The database refuses to delete a body that oversees somebody, and a facility's node.
        Mandate.objects.filter(organisation__in=gone).delete()
        Facility.objects.filter(organisation__in=gone).delete()
        Organisation.objects.filter(pk=top).delete()
        self.plain.mandates = [each for each in self.plain.mandates if each.holder not in gone]
        self.plain.facilities = [each for each in self.plain.facilities if each.node not in gone]
        self.plain.grants = [each for each in self.plain.grants if each.node not in gone]
        self.plain.parents = {node: above for node, above in self.plain.parents.items() if node not in gone}

    @precondition(lambda self: self.plain.parents)
    @rule(data=st.data())
    def facility_opens(self, data: st.DataObject) -> None:
        node = data.draw(self._node())
        assume(node not in {each.node for each in self.plain.facilities})
        facility = data.draw(facilities(node))
        Facility.objects.create(
            organisation_id=node,
            code=str(node),
            sector=facility.sector,
            premises=Premises.SCHOOL,
            province_id=facility.province,
            district_id=facility.district,
        )
        self.plain.facilities.append(facility)

    @precondition(lambda self: self.plain.parents)
    @rule(data=st.data())
    def mandate_is_given(self, data: st.DataObject) -> None:
        mandate = data.draw(mandates(self._node()))
        Mandate.objects.create(
            organisation_id=mandate.holder,
            function=mandate.function,
            area_id=mandate.area,
            sectors=sorted(mandate.sectors),
            valid_from=mandate.valid_from,
            valid_to=mandate.valid_to,
        )
        self.plain.mandates.append(mandate)

    @precondition(lambda self: self.plain.mandates)
    @rule(data=st.data())
    def mandate_is_ended(self, data: st.DataObject) -> None:
        holder = data.draw(st.sampled_from(self.plain.mandates)).holder
        Mandate.objects.filter(organisation=holder).delete()
        self.plain.mandates = [each for each in self.plain.mandates if each.holder != holder]

    @precondition(lambda self: self.plain.parents)
    @rule(
        data=st.data(), person=st.sampled_from(PEOPLE), role=st.sampled_from(Role), hours=st.sampled_from([None, 1, 9])
    )
    def role_is_granted(self, data: st.DataObject, person: int, role: Role, hours: int | None) -> None:
        grant = PlainGrant(
            person, role, data.draw(self._node()), None if hours is None else self.now + timedelta(hours=hours)
        )
        grant_role(
            user=User.objects.get(pk=person),
            role=role,
            organisation=_row(grant.node),
            actor=None,
            now=self.now,
            expires_at=grant.expires_at,
        )
        # Given again, a role takes the new end.
        self._forget(grant)
        self.plain.grants.append(grant)

    @precondition(lambda self: self.plain.grants)
    @rule(data=st.data())
    def role_is_revoked(self, data: st.DataObject) -> None:
        grant = data.draw(st.sampled_from(self.plain.grants))
        revoke_role(user=User.objects.get(pk=grant.person), role=grant.role, organisation=_row(grant.node))
        self._forget(grant)

    @rule(hours=st.sampled_from([1, 8]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(person=st.sampled_from(PEOPLE))
    def account_is_disabled_or_enabled(self, person: int) -> None:
        self.plain.people[person] = not self.plain.people[person]
        User.objects.filter(pk=person).update(is_active=self.plain.people[person])

    @invariant()
    def the_rule_says_what_the_plain_definition_says(self) -> None:
        for person in User.objects.all():
            for permission in COMPARED:
                reached = organisations_reached(person, permission, self.now)
                nodes = set(Organisation.objects.filter(pk__in=reached).values_list("pk", flat=True))
                assert nodes == self.plain.reached(person.pk, permission, self.now), (person.pk, permission)

    def _node(self) -> st.SearchStrategy[int]:
        return st.sampled_from(sorted(self.plain.parents))

    def _grow(self, node: int, below: int | None) -> None:
        instance = Organisation(pk=node, kind=OrganisationKind.DEPARTMENT, name=str(node))
        if below is None:
            Organisation.objects.add_root(instance=instance)
        else:
            Organisation.objects.add_child(_row(below), instance=instance)
        self.plain.parents[node] = below

    def _forget(self, grant: PlainGrant) -> None:
        key = replace(grant, expires_at=None)
        self.plain.grants = [each for each in self.plain.grants if replace(each, expires_at=None) != key]


def _row(node: int) -> Organisation:
    """As it is now: treebeard changes rows without their objects."""
    row: Organisation = Organisation.objects.get(pk=node)
    return row


@pytest.mark.django_db
def test_the_rule_stays_right_whatever_changes() -> None:
    run_state_machine_as_test(
        ChangingCountry, settings=settings(max_examples=15, stateful_step_count=20, deadline=None)
    )

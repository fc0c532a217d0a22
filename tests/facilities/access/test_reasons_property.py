"""The reasons of access say neither more nor less than the rule, in random countries."""

from collections import Counter

import pytest
from hypothesis import given, settings

from facilities.access.reasons import what_is_reached, who_reaches
from facilities.access.roles import BUNDLES, CARRIED
from facilities.access.rule import organisations_reached
from facilities.enums import MandateFunction, Permission, Role, Sector
from facilities.models import Mandate, Organisation, RoleGrant, User
from tests.facilities.access.plain import PlainGrant, PlainMandate
from tests.facilities.access.random_worlds import RandomWorld, laid_out, random_worlds

pytestmark = pytest.mark.django_db

Line = tuple[PlainGrant, PlainMandate | None, frozenset[Permission], int]


@settings(max_examples=80, deadline=None)
@given(random_worlds())
def test_who_is_named_for_a_node_is_who_reaches_it(random: RandomWorld) -> None:
    with laid_out(random):
        nodes, people = list(Organisation.objects.all()), list(User.objects.all())
        by_rule = {
            (node, person.pk, permission)
            for person in people
            for permission in Permission
            for node in Organisation.objects.filter(
                pk__in=organisations_reached(person, permission, random.now)
            ).values_list("pk", flat=True)
        }
        by_reasons = {
            (node.pk, reason.person.pk, permission)
            for node in nodes
            for reason in who_reaches(node, random.now)
            for permission in reason.permissions
        }
    assert by_reasons == by_rule


def lines_of(random: RandomWorld, person: int) -> list[Line]:
    """What `what_is_reached` promises, told plainly."""
    plain, now = random.plain, random.now
    sites = [facility.node for facility in plain.facilities]
    lines: list[Line] = []
    for grant in plain.grants:
        if grant.person != person or not plain.people[person] or not grant.counts(now):
            continue
        own = {site for site in sites if plain.is_below(site, grant.node)}
        lines.append((grant, None, BUNDLES[grant.role], len(own)))
        for mandate in plain.mandates:
            beyond = set(plain.overseen(mandate, now)) - own
            carried = BUNDLES[grant.role] & CARRIED[mandate.function]
            if plain.is_below(mandate.holder, grant.node) and beyond and carried:
                lines.append((grant, mandate, carried, len(beyond)))
    return lines


@settings(max_examples=80, deadline=None)
@given(random_worlds())
def test_a_persons_lines_are_their_grants_and_the_mandates_that_lead_beyond(random: RandomWorld) -> None:
    with laid_out(random):
        for person in User.objects.all():
            lines = [
                (grant_of(line.grant), line.mandate and mandate_of(line.mandate), line.permissions, line.facilities)
                for line in what_is_reached(person, random.now)
            ]
            assert Counter(lines) == Counter(lines_of(random, person.pk))


def grant_of(row: RoleGrant) -> PlainGrant:
    return PlainGrant(row.user_id, Role(row.role), row.organisation_id, row.expires_at)


def mandate_of(row: Mandate) -> PlainMandate:
    sectors = frozenset(map(Sector, row.sectors))
    function = MandateFunction(row.function)
    return PlainMandate(row.organisation_id, function, row.area_id, sectors, row.valid_from, row.valid_to)

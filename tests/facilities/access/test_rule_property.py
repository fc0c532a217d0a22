"""The one-query rule equals the plain definition, in random countries."""

from typing import Any

import pytest
from django.db.models import QuerySet
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.models import Camera
from facilities.access.rule import organisations_reached
from facilities.enums import Permission
from facilities.models import Facility, Organisation, User, Zone
from tests.facilities.access.random_worlds import RandomWorld, laid_out, random_worlds

pytestmark = pytest.mark.django_db


def keys(rows: QuerySet[Any]) -> list[int]:
    """Each row's number as often as it comes."""
    return sorted(rows.values_list("pk", flat=True))


@settings(max_examples=100, deadline=None)
@given(random_worlds(), st.sampled_from(Permission))
def test_the_rule_reaches_what_the_plain_definition_says(random: RandomWorld, closely: Permission) -> None:
    sites = {facility.node for facility in random.plain.facilities}
    with laid_out(random):
        for person in User.objects.all():
            for permission in Permission:
                expected = random.plain.reached(person.pk, permission, random.now)
                nodes = Organisation.objects.filter(pk__in=organisations_reached(person, permission, random.now))
                assert keys(nodes) == sorted(expected), permission
            expected = random.plain.reached(person.pk, closely, random.now)
            assert keys(Organisation.objects.visible_to(person, closely, random.now)) == sorted(expected)
            assert keys(Facility.objects.visible_to(person, closely, random.now)) == sorted(expected & sites)
            assert keys(Zone.objects.visible_to(person, closely, random.now)) == sorted(expected & sites)
            assert keys(Camera.objects.visible_to(person, closely, random.now)) == sorted(expected & sites)

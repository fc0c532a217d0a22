"""Tables of past days are read from what was frozen then."""

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilities.models import AdministrativeUnit
from portal.models import FacilityStanding
from tests.portal.tables.made import freeze_as, stand_still
from tests.world import World

Login = Callable[[str], Client]
DAY = date(2021, 6, 11)


def test_a_past_day_shows_what_was_frozen_and_says_so(world: World, login: Login) -> None:
    stand_still()
    FacilityStanding.objects.update(claimed=7, verified=6)
    freeze_as(DAY, FacilityStanding.objects.all())
    FacilityStanding.objects.update(claimed=1, verified=0)
    for route in ("compliance", "compliance_facilities"):
        answer = login("qn_leader").get(reverse(route), {"as_of": "2021-06-11"}, follow=True)
        assert (answer.context["total"].claimed, answer.context["total"].verified) == (21, 18)
        assert "24:00" in answer.content.decode()
        assert "11/06/2021" in answer.content.decode()
    # What is frozen can be no reason to remind anybody now.
    assert 'name="facility" value="' not in answer.content.decode()


def test_the_way_down_stays_in_the_past(world: World, login: Login) -> None:
    stand_still()
    freeze_as(DAY, FacilityStanding.objects.all())
    page = login("national_leader").get(reverse("compliance"), {"as_of": "2021-06-11"}).content.decode()
    province = AdministrativeUnit.objects.get(name="Quảng Nam")
    assert f'href="{reverse("compliance_unit", args=[province.pk])}?as_of=2021-06-11"' in page


def test_a_day_that_was_not_frozen_says_so_and_offers_the_nearest(world: World, login: Login) -> None:
    stand_still()
    for day in (DAY - timedelta(days=3), DAY + timedelta(days=2)):
        freeze_as(day, FacilityStanding.objects.all())
    answer = login("qn_leader").get(reverse("compliance"), {"as_of": "2021-06-11"}, follow=True)
    page = answer.content.decode()
    assert answer.context["total"].facilities == 0
    assert "?as_of=2021-06-08" in page
    assert "?as_of=2021-06-13" in page


def test_a_day_to_come_or_none_at_all_is_now(world: World, login: Login) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for asked in (tomorrow.isoformat(), "yesterday", "2021-02-30", ""):
        answer = login("qn_leader").get(reverse("compliance"), {"as_of": asked}, follow=True)
        assert not answer.context["source"].frozen
        assert answer.context["total"].facilities == 3


def test_a_past_without_districts_is_shown_by_facility(world: World, login: Login) -> None:
    """What lies in districts now may have lain in none, or the other way round."""
    stand_still()
    rows = list(FacilityStanding.objects.all())
    for row in rows:
        row.district = None
    freeze_as(DAY, rows)
    province = AdministrativeUnit.objects.get(name="Quảng Nam")
    answer = login("qn_leader").get(reverse("compliance_unit", args=[province.pk]), {"as_of": "2021-06-11"})
    assert answer.context["by_facility"]
    assert answer.context["total"].facilities == 3


def test_nobody_sees_more_of_the_past_than_of_the_present(world: World, login: Login) -> None:
    stand_still()
    freeze_as(DAY, FacilityStanding.objects.all())
    answer = login("dn_leader").get(reverse("compliance_facilities"), {"as_of": "2021-06-11"}, follow=True)
    assert answer.context["total"].facilities == 1
    assert "Quảng Nam" not in answer.content.decode()

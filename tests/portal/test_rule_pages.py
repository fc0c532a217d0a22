"""The pages of rules: all of them, one of them, changing one, and what they say of one facility."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState
from facilities.domain.deadlines import day_ends
from facilities.enums import ZoneKind
from facilities.models import ComplianceRule, Zone
from portal.domain.facts import CameraFact, ZoneFact
from portal.domain.rules.registry import CODES
from portal.figures.loading import Moment, rules_as_of
from portal.rules.records import load_rules
from portal.views import facility_rules
from tests.portal.domain.rules.knowledge import PLACE, known
from tests.world import NOW, World, add_camera

Login = Callable[[str], Client]
TODAY = timezone.localdate()


@pytest.fixture
def world(world: World) -> World:
    load_rules(actor=None, now=NOW)
    return world


@pytest.fixture
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


pytestmark = pytest.mark.usefixtures("_english")


def rule(code: str) -> ComplianceRule:
    return ComplianceRule.objects.filter(code=code).latest("valid_from")


def form(code: str, **more: Any) -> dict[str, Any]:
    record = rule(code)
    return {"seen": record.edited_at.isoformat(), "source": record.source, "valid_from": TODAY, "valid_to": ""} | more


@pytest.mark.parametrize(("name", "failing"), [("national_leader", 4), ("qn_leader", 3), ("tam_ky_officer", 1)])
def test_what_is_counted_is_what_the_reader_reaches(world: World, login: Login, name: str, failing: int) -> None:
    answer = login(name).get("/rules/")
    tallies = {each["rule"].code: {t.result.value: t.number for t in each["tally"]} for each in answer.context["rules"]}
    assert tuple(tallies) == CODES
    assert tallies["R7"] == {"fail": failing, "unknown": 0, "pass": 0}
    assert 'href="/compliance/facilities/?rule=R7&amp;result=fail"' in answer.text


def test_the_list_takes_as_many_queries_for_one_rule_as_for_thirteen(
    world: World, login: Login, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = login("national_leader")
    client.get("/rules/")
    with django_assert_num_queries(count := 11):
        client.get("/rules/")
    ComplianceRule.objects.exclude(code="R1").delete()
    client.get("/rules/")
    with django_assert_num_queries(count):
        client.get("/rules/")


def test_a_rule_shows_its_versions_the_newest_first(world: World, login: Login) -> None:
    answer = login("qn_analyst").get(f"/rules/{rule('R11').pk}/")
    assert [each["rule"].valid_from for each in answer.context["versions"]] == [date(2026, 1, 1), date(2023, 7, 1)]
    assert "Luật 91/2025" in answer.text
    assert "change/" not in answer.text


@pytest.mark.parametrize("name", ["qn_chief", "qn_leader", "tam_ky_officer"])
def test_who_does_not_direct_the_body_that_keeps_it_cannot_change_it(world: World, login: Login, name: str) -> None:
    address = f"/rules/{rule('R5').pk}/change/"
    assert login(name).get(address).status_code == 404
    assert login(name).post(address, form("R5", days=7, confirmed="1")).status_code == 404


def test_a_change_is_shown_first_and_saved_second(world: World, login: Login) -> None:
    client, address = login("national_leader"), f"/rules/{rule('R3').pk}/change/"
    shown = client.post(address, form("R3", sinks=["central"], source="4403/CV-BCĐ mới"))
    assert shown.status_code == 200
    assert shown.context["preview"].facilities == 4
    assert ComplianceRule.objects.filter(code="R3").count() == 1
    assert 'value="4403/CV-BCĐ mới"' in shown.text
    back = client.post(address, form("R3", sinks=["central"], source="4403/CV-BCĐ mới", back="1"))
    assert 'value="4403/CV-BCĐ mới"' in back.text
    saved = client.post(address, form("R3", sinks=["central"], source="4403/CV-BCĐ mới", confirmed="1"))
    assert saved.status_code == 302
    assert saved.headers["Location"] == f"/rules/{rule('R3').pk}/"
    assert (rule("R3").valid_from, rule("R3").parameters) == (TODAY, {"sinks": ["central"]})


def test_who_would_change_is_named_with_both_answers(world: World, login: Login) -> None:
    """A rule that was over is asked again: all facilities get their first answer."""
    ComplianceRule.objects.filter(code="R12").update(valid_to=TODAY - timedelta(days=1))
    shown = login("national_leader").post(f"/rules/{rule('R12').pk}/change/", form("R12"))
    assert [each.name for each in shown.context["preview"].changes] == sorted(
        f"Cơ sở {name}" for name in world.facilities
    )
    assert "not asked so far" in shown.text
    assert f'href="/facilities/{world.facilities["qn_barracks"].pk}/rules/#R12"' in shown.text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"days": "0"}, "days"),
        ({"days": "x"}, "days"),
        ({"days": "7", "valid_from": "2021-06-11"}, "valid_from"),
        ({"days": "7", "valid_to": "2021-06-11"}, "valid_to"),
        ({"days": "7", "source": ""}, "source"),
    ],
)
def test_what_is_refused_is_shown_at_the_field_and_what_was_typed_stays(
    world: World, login: Login, sent: dict[str, str], field: str
) -> None:
    answer = login("national_leader").post(f"/rules/{rule('R5').pk}/change/", form("R5", source="Công điện mới") | sent)
    assert set(answer.context["form"].errors) == {field}
    assert f'value="{sent["days"]}"' in answer.text


def test_an_older_version_leads_to_the_newest(world: World, login: Login) -> None:
    older = ComplianceRule.objects.filter(code="R11").earliest("valid_from")
    answer = login("national_leader").get(f"/rules/{older.pk}/change/")
    assert "There is a newer version" in answer.text
    assert f'href="/rules/{rule("R11").pk}/change/"' in answer.text


def test_a_facilitys_page_says_why_with_the_camera_behind_it(world: World, login: Login) -> None:
    facility = world.facilities["tam_ky_school"]
    camera: Camera = world.cameras["tam_ky_school"]
    CameraState.objects.filter(camera=camera).update(state=State.DOWN, reason=Reason.TIMEOUT)
    answer = login("tam_ky_officer").get(f"/facilities/{facility.pk}/rules/")
    found = {each.outcome.code: each for each in answer.context["answers"]}
    assert set(found) == set(CODES)
    assert found["R1"].outcome.result == "fail"
    gate = Zone.objects.get(facility=facility, kind=ZoneKind.GATE)
    assert [url for _, url in found["R1"].evidence] == [
        f"/cameras/{camera.pk}/",
        f"/facilities/{facility.pk}/#zone-{gate.pk}",
    ]
    assert "Camera tam_ky_school" in answer.text
    assert "Not met" in answer.text


def test_a_camera_in_a_forbidden_zone_is_named(world: World, login: Login) -> None:
    facility = world.facilities["tam_ky_school"]
    zone = Zone.objects.get(facility=facility, kind=ZoneKind.TOILET)
    camera = add_camera(facility, "Camera sai chỗ", kind=ZoneKind.TOILET)
    answer = login("qn_analyst").get(f"/facilities/{facility.pk}/rules/")
    (r2,) = [each for each in answer.context["answers"] if each.outcome.code == "R2"]
    assert r2.evidence == [
        (f"“Camera sai chỗ” is in {zone.name}, where cameras are forbidden.", f"/cameras/{camera.pk}/")
    ]


def test_another_provinces_facility_is_not_there(world: World, login: Login) -> None:
    address = f"/facilities/{world.facilities['da_nang_dormitory'].pk}/rules/"
    assert login("qn_leader").get(address).status_code == 404
    assert login("dn_leader").get(address).status_code == 200


def test_a_past_day_is_asked_at_its_end(world: World, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the records of that day: R10 and R11 are of later years."""
    facility, moments = world.facilities["tam_ky_school"], []

    def load(facilities: list[int], moment: Moment, *, uptime_days: int) -> dict[int, Any]:
        moments.append((moment.as_of, uptime_days))
        return {pk: known(place=PLACE, as_of=moment.as_of) for pk in facilities}

    monkeypatch.setattr(facility_rules, "load", load)
    present = rules_as_of(Moment.present(timezone.now()))
    monkeypatch.setattr(facility_rules, "rules_as_of", lambda _moment: present)
    answer = login("qn_leader").get(f"/facilities/{facility.pk}/rules/?as_of=2021-06-11")
    assert moments == [(day_ends(date(2021, 6, 11)), 7)]
    assert {each.outcome.code for each in answer.context["answers"]} == set(CODES) - {"R10", "R11"}
    assert "24:00 on 11/06/2021" in answer.text


@pytest.mark.parametrize("asked", ["2020-01-01", "2999-01-01", "gestern", ""])
def test_a_day_of_which_nothing_is_known_or_none_at_all_is_answered(world: World, login: Login, asked: str) -> None:
    facility = world.facilities["tam_ky_school"]
    answer = login("qn_leader").get(f"/facilities/{facility.pk}/rules/", {"as_of": asked})
    assert answer.status_code == 200
    assert ("Nothing is known of that day." in answer.text) is (asked == "2020-01-01")


def test_a_camera_that_is_there_no_more_leads_nowhere(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there on that day, and stays named."""
    facility = world.facilities["tam_ky_school"]
    zone = Zone.objects.get(facility=facility, kind=ZoneKind.TOILET)
    gone = CameraFact(99, "Camera đã gỡ", zone.pk, State.OK, NOW)
    facts = known(zones=(ZoneFact(zone.pk, ZoneKind.TOILET, zone.name),), cameras=(gone,))
    monkeypatch.setattr(facility_rules, "load", lambda *_asked, **_more: {facility.pk: facts})
    answer = login("qn_analyst").get(f"/facilities/{facility.pk}/rules/")
    (r2,) = [each for each in answer.context["answers"] if each.outcome.code == "R2"]
    assert [(("Camera đã gỡ" in text), url) for text, url in r2.evidence] == [(True, "")]

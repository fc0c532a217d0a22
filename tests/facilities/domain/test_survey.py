"""The survey: zones that are there, zones that it enters, and what is missing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from facilities.domain.rollout import Account
from facilities.domain.survey import ZoneFound, report_survey
from facilities.enums import ZoneKind
from facilities.models import Facility, ProgressReport, SurveyedZone, Zone
from tests.world import NOW, World


@pytest.fixture
def school(world: World) -> Facility:
    return world.facilities["tam_ky_school"]


def survey(school: Facility, *zones: ZoneFound) -> ProgressReport:
    account = Account(on=date(2021, 6, 11))
    return report_survey(facility=school, zones=zones, account=account, actor=None, now=NOW)


def known(school: Facility, kind: ZoneKind) -> int:
    return school.zones.get(kind=kind).pk


def test_zones_on_record_are_counted_and_new_ones_entered(school: Facility) -> None:
    gate = ZoneFound(None, "", existing=2, usable=1, needed=4, zone=known(school, ZoneKind.GATE))
    report = survey(school, gate, ZoneFound(ZoneKind.YARD, " Sân trước ", needed=2))
    rows = {
        row.name: (row.kind, row.existing, row.usable, row.needed, row.missing) for row in report.surveyed_zones.all()
    }
    assert rows == {
        school.zones.get(kind=ZoneKind.GATE).name: ("gate", 2, 1, 4, 3),
        "Sân trước": ("yard", 0, 0, 2, 2),
    }
    assert school.zones.filter(kind=ZoneKind.YARD, name="Sân trước").exists()


def test_more_good_cameras_than_needed_are_not_missing_fewer_than_none(school: Facility) -> None:
    report = survey(school, ZoneFound(ZoneKind.YARD, "Sân", existing=3, usable=3, needed=1))
    assert [row.missing for row in report.surveyed_zones.all()] == [0]


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (ZoneFound(None, "Sân"), "kind"),
        (ZoneFound(ZoneKind.YARD, "  "), "name"),
        (ZoneFound(ZoneKind.YARD, "Sân", existing=1, usable=2), "usable"),
        (ZoneFound(ZoneKind.YARD, "Sân", needed=-1), "needed"),
        (ZoneFound(ZoneKind.YARD, "Sân", existing=100_000), "existing"),
        (ZoneFound(ZoneKind.TOILET, "WC", existing=1, needed=1), "needed"),
        (ZoneFound(ZoneKind.TOILET, "WC", existing=1, usable=1), "usable"),
        (ZoneFound(None, "", zone=1), "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_nothing_is_kept(school: Facility, found: ZoneFound, field: str) -> None:
    before = Zone.objects.count()
    with pytest.raises(ValidationError) as refusal:
        survey(school, ZoneFound(ZoneKind.MEDICAL, "Y tế", needed=1), found)
    assert list(refusal.value.message_dict) == [f"zones-1-{field}"]
    assert (Zone.objects.count(), ProgressReport.objects.count(), SurveyedZone.objects.count()) == (before, 0, 0)


def test_one_name_is_one_zone(school: Facility) -> None:
    taken = school.zones.get(kind=ZoneKind.GATE).name
    again = ZoneFound(ZoneKind.YARD, "Sân")
    with pytest.raises(ValidationError) as refusal:
        survey(school, again, again, ZoneFound(ZoneKind.GATE, taken))
    assert list(refusal.value.message_dict) == ["zones-1-name", "zones-2-name"]


def test_a_zone_of_another_facility_is_not_there(world: World, school: Facility) -> None:
    foreign = known(world.facilities["da_nang_dormitory"], ZoneKind.GATE)
    with pytest.raises(ValidationError) as refusal:
        survey(school, ZoneFound(None, "", needed=1, zone=foreign))
    assert list(refusal.value.message_dict) == ["zones-0-name"]


def test_a_survey_of_nothing_is_none(school: Facility) -> None:
    with pytest.raises(ValidationError) as refusal:
        survey(school)
    assert list(refusal.value.message_dict) == ["zones"]


def test_a_camera_in_a_forbidden_zone_is_taken_in_as_found(school: Facility) -> None:
    report = survey(school, ZoneFound(None, "", existing=1, zone=known(school, ZoneKind.TOILET)))
    assert [(row.existing, row.missing) for row in report.surveyed_zones.all()] == [(1, 0)]

"""What is refused on each page of the rollout is said at its field, and nothing that was typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cameras.models import Acceptance
from facilities.enums import Stage
from facilities.models import Estimate, Facility, ProgressReport, StoredFile
from portal.views.rollout.steps import step_url
from tests.large_upload import MEGABYTE, send_large
from tests.portal.rollout.conftest import address, estimate_of, survey_of, typed
from tests.world import World

UpTo = Callable[[Stage], None]
NOTE = "Theo biên bản số 07"
STEPS = list(Stage)[1:]


def form_of(stage: Stage, world: World, **more: Any) -> dict[str, Any]:
    """What reports that step, were it in turn."""
    if stage is Stage.SURVEYED:
        return survey_of(world.facilities["tam_ky_school"], **more)
    if stage is Stage.ESTIMATED:
        return estimate_of(**more)
    if stage is Stage.ACCEPTED:
        return typed(cameras=[world.cameras["tam_ky_school"].pk], actual_cost="12.000.000", **more)
    return typed(sinks=["central"], **more) if stage is Stage.CONNECTED else typed(**more)


def before(stage: Stage) -> Stage:
    return list(Stage)[stage.order - 1]


def told(answer: Any) -> list[str]:  # noqa: ANN401 - the test client's
    """The fields at which something is said; "__all__" is what is said of the whole report."""
    assert answer.status_code == 200
    assert NOTE in answer.content.decode()
    return list(answer.context["form"].errors)


@pytest.mark.parametrize("stage", STEPS)
@pytest.mark.usefixtures("delivering")
def test_a_step_that_was_reported_already_is_refused(
    world: World, school: Facility, officer: Client, up_to: UpTo, stage: Stage
) -> None:
    up_to(stage)
    reports = ProgressReport.objects.count()
    assert told(officer.post(step_url(school.pk, stage), form_of(stage, world))) == ["__all__"]
    assert ProgressReport.objects.count() == reports


@pytest.mark.parametrize("stage", STEPS[1:])
@pytest.mark.usefixtures("delivering")
def test_a_step_that_comes_later_is_refused(world: World, school: Facility, officer: Client, stage: Stage) -> None:
    assert told(officer.post(step_url(school.pk, stage), form_of(stage, world))) == ["__all__"]
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("stage", STEPS)
@pytest.mark.usefixtures("delivering")
def test_a_day_to_come_is_refused_at_each_step(
    world: World, school: Facility, officer: Client, up_to: UpTo, stage: Stage
) -> None:
    up_to(before(stage))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = officer.post(step_url(school.pk, stage), form_of(stage, world, on=tomorrow))
    assert told(answer) == ["on"]
    assert f'value="{tomorrow}"' in answer.content.decode()
    assert not school.reports.filter(stage=stage).exists()


@pytest.mark.parametrize("stage", STEPS)
@pytest.mark.usefixtures("delivering")
def test_nothing_is_reported_after_the_facility_has_closed(
    world: World, school: Facility, officer: Client, up_to: UpTo, stage: Stage
) -> None:
    up_to(before(stage))
    assert officer.post(address("rollout_other", school), typed(kind="closed")).status_code == 302
    assert told(officer.post(step_url(school.pk, stage), form_of(stage, world))) == ["__all__"]
    assert told(officer.post(address("rollout_other", school), typed(kind="notice"))) == ["kind"]
    assert not school.reports.filter(stage=stage).exists()


def test_an_acceptance_without_a_picture_is_refused_and_all_of_it_stays(
    world: World, school: Facility, officer: Client, up_to: UpTo
) -> None:
    up_to(Stage.INSTALLING)
    answer = officer.post(step_url(school.pk, Stage.ACCEPTED), form_of(Stage.ACCEPTED, world))
    assert told(answer) == ["cameras"]
    page = answer.content.decode()
    assert f'name="cameras" value="{world.cameras["tam_ky_school"].pk}" checked' in page
    assert 'value="12.000.000"' in page
    assert not Acceptance.objects.exists()


def test_an_estimate_whose_total_does_not_add_up_is_refused_and_all_of_it_stays(
    school: Facility, officer: Client, up_to: UpTo
) -> None:
    up_to(Stage.SURVEYED)
    answer = officer.post(step_url(school.pk, Stage.ESTIMATED), estimate_of("11.000.000"))
    assert told(answer) == ["total"]
    page = answer.content.decode()
    for kept in ("1.500.000", "4200000", "Ti vi 32 inch", "11.000.000"):
        assert f'value="{kept}"' in page
    assert '<option value="district" selected>' in page
    assert not Estimate.objects.exists()


@pytest.mark.parametrize("stage", STEPS)
@pytest.mark.usefixtures("delivering")
def test_an_executable_is_refused_at_each_step_whatever_it_is_called(
    world: World, school: Facility, officer: Client, up_to: UpTo, stage: Stage
) -> None:
    up_to(before(stage))
    file = SimpleUploadedFile("bien-ban.pdf", b"MZ\x90\x00" + bytes(100), "application/pdf")
    answer = officer.post(step_url(school.pk, stage), form_of(stage, world, attached=[file]))
    assert told(answer) == ["attached"]
    assert answer.context["files_again"]
    assert not StoredFile.objects.exists()
    assert not school.reports.filter(stage=stage).exists()


@pytest.mark.parametrize("route", ["rollout_approval", "rollout_other"])
def test_500_megabytes_are_refused_at_the_field(
    school: Facility, officer: Client, up_to: UpTo, route: str, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    up_to(Stage.ESTIMATED)
    answer, body = send_large(officer, address(route, school), typed(kind="receiving"), "attached", megabytes=500)
    assert told(answer) == ["attached"]
    # Read to its end in pieces, and kept nowhere.
    assert (body.left, body.largest < MEGABYTE) == (0, True)
    assert not list(tmp_path.rglob("*.*"))
    assert ProgressReport.objects.count() == 2


def test_a_withdrawal_takes_no_files_and_is_not_hurt_by_a_large_one(
    school: Facility, officer: Client, up_to: UpTo
) -> None:
    up_to(Stage.SURVEYED)
    last = ProgressReport.objects.get()
    path = reverse("report_withdraw", args=[last.pk])
    answer, _ = send_large(officer, path, {"note": "Nhầm"}, "attached", megabytes=30)
    assert answer.status_code == 302
    assert ProgressReport.objects.filter(withdraws=last).exists()

"""The timeline: everything that was reported, what was withdrawn, files and pictures for whom they are."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from cameras.enums import Reason, State
from cameras.live.tiles import Tile, publish
from cameras.models import Acceptance, Camera
from facilities.domain.rollout import Account, report_step
from facilities.domain.stored_files import keep
from facilities.enums import RecordedAction, Stage, ZoneKind
from facilities.models import Facility, ProgressReport, Record, StoredFile
from tests.portal.rollout.conftest import address, estimate_of, survey_of, typed
from tests.world import NOW, World

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
Login = Callable[[str], Client]


def jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 36), (20, 90, 120)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def accepted(
    world: World, school: Facility, officer: Client, up_to: Callable[[Stage], None], delivering: None
) -> Acceptance:
    """The school's camera, accepted with a picture."""
    up_to(Stage.INSTALLING)
    camera, now = world.cameras["tam_ky_school"], timezone.now()
    publish([Tile(camera.pk, school.pk, State.OK, Reason.NONE, now, now, now, jpeg())])
    officer.post(address("rollout_acceptance", school), typed(cameras=[camera.pk]))
    return Acceptance.objects.get()


def test_a_withdrawn_report_stays_struck_through_with_who_and_why(
    world: World, school: Facility, officer: Client, login: Login
) -> None:
    officer.post(address("rollout_survey", school), survey_of(school))
    report = ProgressReport.objects.get()
    here = reverse("report_withdraw", args=[report.pk])
    assert "Theo biên bản số 07" in officer.get(here).content.decode()
    assert officer.post(here, {"note": ""}).status_code == 200
    assert ProgressReport.objects.count() == 1
    answer = login("contractor").post(here, {"note": "Nhầm ngày"})
    assert answer.headers["Location"] == address("rollout", school)
    page = login("qn_analyst").get(address("rollout", school)).content.decode()
    assert page.count("<s>") == 1
    assert "Nhầm ngày" in page
    assert "Người contractor" in page
    assert "Sân trước" in page
    again = officer.get(here).content.decode()
    assert '<form method="post" class="sheet' not in again


def test_only_the_last_report_offers_to_be_withdrawn_and_only_to_who_reports(
    school: Facility, officer: Client, login: Login, up_to: Callable[[Stage], None]
) -> None:
    up_to(Stage.APPROVED)
    last = school.reports.order_by("pk").last()
    assert last is not None
    assert officer.get(address("rollout", school)).content.decode().count("/withdraw/") == 1
    assert f"/reports/{last.pk}/withdraw/" in officer.get(address("rollout", school)).content.decode()
    assert "/withdraw/" not in login("qn_leader").get(address("rollout", school)).content.decode()


def test_the_estimate_stands_beside_what_it_cost_until_it_is_withdrawn(school: Facility, officer: Client) -> None:
    officer.post(address("rollout_survey", school), survey_of(school))
    officer.post(address("rollout_estimate", school), estimate_of())
    page = officer.get(address("rollout", school))
    assert page.context["costs"].estimated == 11_700_000
    assert "11.700.000" in page.content.decode() or "11,700,000" in page.content.decode()
    last = school.reports.order_by("pk").last()
    assert last is not None
    officer.post(reverse("report_withdraw", args=[last.pk]), {"note": "Sai giá"})
    assert officer.get(address("rollout", school)).context["costs"].estimated is None


def test_a_file_of_a_report_leaves_as_an_attachment_on_record(
    world: World, school: Facility, officer: Client, login: Login
) -> None:
    file = SimpleUploadedFile("Biên bản.pdf", PDF, "application/pdf")
    officer.post(address("rollout_survey", school), survey_of(school, attached=[file]))
    stored = StoredFile.objects.get()
    here = reverse("report_file", args=[stored.pk])
    assert f'href="{here}"' in officer.get(address("rollout", school)).content.decode()
    answer = login("qn_analyst").get(here)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined] # a file's
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Record.objects.get(action=RecordedAction.FILE_OPENED).person_id == world.people["qn_analyst"].pk
    assert login("dn_leader").get(here).status_code == 404


def test_a_file_of_something_else_does_not_leave_here(school: Facility, officer: Client) -> None:
    """Files of documents and pictures of cameras have their own doors."""
    stray = keep(SimpleUploadedFile("x.pdf", PDF), organisation=school.organisation, actor=None, now=NOW)
    assert officer.get(reverse("report_file", args=[stray.pk])).status_code == 404


def test_a_picture_takes_the_permission_to_see_pictures_and_is_on_record(
    school: Facility, accepted: Acceptance, officer: Client, login: Login
) -> None:
    here = reverse("acceptance_picture", args=[accepted.pk])
    assert f'href="{here}"' in officer.get(address("rollout", school)).content.decode()
    for figures_only in ("qn_analyst", "contractor", "qn_administrator"):
        client = login(figures_only)
        assert client.get(here).status_code == 404
        assert here not in client.get(address("rollout", school)).content.decode()
    assert not Record.objects.filter(action=RecordedAction.PICTURES_OPENED).exists()
    answer = login("qn_leader").get(here)
    assert b"".join(answer.streaming_content) == jpeg()  # type: ignore[attr-defined] # a file's
    seen = Record.objects.get(action=RecordedAction.PICTURES_OPENED)
    assert (seen.detail["cameras"], seen.organisation_id) == ([accepted.camera_id], school.organisation_id)
    assert accepted.picture is not None
    assert officer.get(reverse("report_file", args=[accepted.picture.pk])).status_code == 404


def test_a_picture_of_what_is_a_forbidden_zone_by_now_is_shown_to_nobody(
    school: Facility, accepted: Acceptance, officer: Client
) -> None:
    Camera.objects.filter(pk=accepted.camera_id).update(zone=school.zones.get(kind=ZoneKind.TOILET))
    here = reverse("acceptance_picture", args=[accepted.pk])
    assert officer.get(here).status_code == 404
    assert here not in officer.get(address("rollout", school)).content.decode()


def test_a_facility_of_which_nothing_is_reported_says_what_comes_first(
    school: Facility, officer: Client, login: Login
) -> None:
    assert f'href="{address("rollout_survey", school)}"' in officer.get(address("rollout", school)).content.decode()
    page = login("qn_leader").get(address("rollout", school)).content.decode()
    assert "empty-title" in page
    assert address("rollout_survey", school) not in page


def test_a_report_that_no_account_stands_for_names_nobody(school: Facility, officer: Client) -> None:
    account = Account(on=date(2021, 6, 11))
    report_step(facility=school, stage=Stage.SURVEYED, account=account, actor=None, now=timezone.now())
    page = officer.get(address("rollout", school)).content.decode()
    assert re.search(r"<p class=\"quiet\">(Reported at|Báo cáo lúc) \d", page)


def test_many_reports_take_no_more_queries_than_one(
    school: Facility, officer: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    here = address("rollout", school)
    officer.post(address("rollout_survey", school), survey_of(school))
    with CaptureQueriesContext(connection) as asked:
        officer.get(here)
        few = len(asked)
    for _ in range(3):
        last = school.reports.exclude(kind="withdrawal").order_by("pk").last()
        assert last is not None
        officer.post(reverse("report_withdraw", args=[last.pk]), {"note": "Lại"})
        sent = survey_of(school)
        number = int(sent["zones-rows"]) - 2
        officer.post(address("rollout_survey", school), {**sent, f"zones-{number}-name": ""})
    with django_assert_max_num_queries(few):
        officer.get(here)

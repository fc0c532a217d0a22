"""The forms of the steps: each leads to the next, and what is refused stays typed."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cameras.models import Acceptance, CameraState
from facilities.domain.rollout import standing_of
from facilities.domain.stored_files import MOST_BYTES
from facilities.enums import Sink, Stage
from facilities.models import Estimate, Facility, OrganisationGrant, ProgressReport, RoleGrant, SinkReport, SurveyedZone
from portal.views.rollout.steps import STEPS, step_url
from tests.portal.rollout.conftest import address, estimate_of, survey_of, typed
from tests.world import World

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
UpTo = Callable[[Stage], None]
Login = Callable[[str], Client]


@pytest.mark.usefixtures("delivering")
def test_an_officer_goes_through_all_steps_and_sees_no_page_twice(
    world: World, school: Facility, officer: Client
) -> None:
    """Each form is opened once, sent once, and leads to the next; the connection leads to the reports."""
    sent = {
        Stage.SURVEYED: survey_of(school),
        Stage.ESTIMATED: estimate_of(),
        Stage.APPROVED: typed(),
        Stage.PROCURING: typed(),
        Stage.INSTALLING: typed(),
        Stage.ACCEPTED: typed(cameras=[world.cameras["tam_ky_school"].pk], actual_cost="12.000.000"),
        Stage.CONNECTED: typed(sinks=["central", "ioc"]),
    }
    here = address("rollout_survey", school)
    for stage, form in sent.items():
        if stage is Stage.ACCEPTED:
            # Cameras are registered in between: that page leads on.
            assert here == address("facility_cameras", school)
            assert step_url(school.pk, stage) in links(officer, here)
            here = step_url(school.pk, stage)
        assert here == step_url(school.pk, stage)
        assert officer.get(here).status_code == 200
        answer = officer.post(here, form)
        assert answer.status_code == 302, answer.content.decode()
        here = answer.headers["Location"]
    assert here == address("rollout", school)
    assert "Theo biên bản" not in officer.get(address("facility", school)).content.decode()
    assert standing_of(school).stage is Stage.CONNECTED
    assert SurveyedZone.objects.filter(name="Sân trước", zone__isnull=False).count() == 1
    assert Estimate.objects.get().total == 11_700_000
    assert [accepted.camera for accepted in Acceptance.objects.all()] == [world.cameras["tam_ky_school"]]
    assert set(SinkReport.objects.values_list("sink", flat=True)) == {Sink.CENTRAL, Sink.IOC}
    page = officer.get(address("rollout", school)).content.decode()
    assert page.count('<li class="event"') == 7
    assert "+300" in page.replace("\u00a0", "")


def links(client: Client, path: str) -> list[str]:
    """Where that page leads."""
    return re.findall(r'href="([^"]+)"', client.get(path).content.decode())


def test_what_was_sent_is_said_with_a_way_home(school: Facility, officer: Client) -> None:
    page = officer.post(address("rollout_survey", school), survey_of(school), follow=True).content.decode()
    assert f'href="{address("facility", school)}"' in page
    assert "alert-success" in page


@pytest.mark.parametrize("stage", list(Stage)[2:])
def test_a_step_that_comes_later_leads_to_the_one_that_comes_now(
    school: Facility, officer: Client, stage: Stage
) -> None:
    page = officer.get(step_url(school.pk, stage)).content.decode()
    assert '<form method="post" class="sheet' not in page
    assert f'href="{address("rollout_survey", school)}"' in page


def test_a_step_out_of_order_is_refused_and_stays_typed(school: Facility, officer: Client) -> None:
    page = officer.post(address("rollout_approval", school), typed()).content.decode()
    assert "Theo biên bản số 07" in page
    assert str(Stage.SURVEYED.label) in page or "Đã khảo sát" in page
    assert not ProgressReport.objects.exists()


def test_a_day_to_come_is_refused_at_its_field(school: Facility, officer: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    sent = survey_of(school, on=tomorrow.isoformat())
    answer = officer.post(address("rollout_survey", school), sent)
    assert list(answer.context["form"].errors) == ["on"]
    page = answer.content.decode()
    assert 'value="Sân trước"' in page
    assert f'value="{tomorrow.isoformat()}"' in page
    assert not SurveyedZone.objects.exists()


def test_mistakes_in_rows_are_said_in_their_rows(school: Facility, officer: Client) -> None:
    number = school.zones.count()
    sent = survey_of(school, **{f"zones-{number}-kind": "", "zones-0-existing": "1", "zones-0-usable": "2"})
    answer = officer.post(address("rollout_survey", school), sent)
    rows = answer.context["rows"].forms
    assert {row.prefix: list(row.errors) for row in rows if row.filled and row.errors} == {
        "zones-0": ["usable"],
        f"zones-{number}": ["kind"],
    }
    assert answer.context["form"].errors == {}
    assert 'value="Sân trước"' in answer.content.decode()


def test_what_lines_lack_is_said_with_what_the_form_lacks(school: Facility, officer: Client, up_to: UpTo) -> None:
    up_to(Stage.SURVEYED)
    sent = estimate_of(total="", **{"lines-0-unit_price": "", "lines-1-quantity": "0", "lines-1-unit_price": "x"})
    answer = officer.post(address("rollout_estimate", school), sent)
    assert list(answer.context["form"].errors) == ["total"]
    assert [sorted(row.errors) for row in answer.context["rows"]] == [["unit_price"], ["quantity", "unit_price"], []]
    assert [len(texts) for row in answer.context["rows"] for texts in row.errors.values()] == [1, 1, 1]


def test_nothing_is_said_of_rows_in_which_nothing_was_typed(school: Facility, officer: Client) -> None:
    """Spare ones are sent too; one without a zone is only seen where its kind was chosen."""
    sent = survey_of(school, on="", **{"zones-rows": "9"})
    answer = officer.post(address("rollout_survey", school), sent)
    assert [row.prefix for row in answer.context["rows"] if row.errors] == []
    assert answer.content.decode().count("errorlist") == 1


def test_words_where_a_number_belongs_are_refused_in_their_row(school: Facility, officer: Client) -> None:
    answer = officer.post(address("rollout_survey", school), survey_of(school, **{"zones-0-needed": "nhiều"}))
    assert list(answer.context["rows"].forms[0].errors) == ["needed"]


@pytest.mark.parametrize("rows", ["", "x", "-1", "9" * 5000, "²"])
def test_a_number_of_rows_that_is_none_does_no_harm(school: Facility, officer: Client, rows: str) -> None:
    answer = officer.post(address("rollout_survey", school), survey_of(school, **{"zones-rows": rows}))
    assert answer.status_code == 200
    assert not ProgressReport.objects.exists()


def test_more_rows_are_added_without_a_script_and_nothing_typed_is_lost(school: Facility, officer: Client) -> None:
    sent = survey_of(school, more="1")
    answer = officer.post(address("rollout_survey", school), sent)
    page = answer.content.decode()
    assert answer.context["rows"].count > int(sent["zones-rows"])
    assert 'value="Sân trước"' in page
    assert "Theo biên bản số 07" in page
    assert "errorlist" not in page
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("total", ["11700000", "11.700.000", "11,700,000 đ", "11 700 000 đồng"])
def test_sums_are_read_as_people_write_them(school: Facility, officer: Client, up_to: UpTo, total: str) -> None:
    up_to(Stage.SURVEYED)
    assert officer.post(address("rollout_estimate", school), estimate_of(total)).status_code == 302


@pytest.mark.parametrize("total", ["11.7", "-1", "mười triệu", "1e9", "", "١٢"])
def test_what_is_no_whole_sum_is_refused(school: Facility, officer: Client, up_to: UpTo, total: str) -> None:
    up_to(Stage.SURVEYED)
    answer = officer.post(address("rollout_estimate", school), estimate_of(total))
    assert list(answer.context["form"].errors) == ["total"]


def test_the_estimate_begins_with_the_kit_or_with_nothing(school: Facility, officer: Client, up_to: UpTo) -> None:
    up_to(Stage.SURVEYED)
    page = officer.get(address("rollout_estimate", school)).content.decode()
    assert 'name="lines-0-quantity" value="5"' in page
    page = officer.get(address("rollout_estimate", school) + "?template=empty").content.decode()
    assert 'value="5"' not in page
    assert f'href="{address("rollout_connection", school)}"' in page


def test_a_camera_without_a_picture_is_refused_by_name(
    world: World, school: Facility, officer: Client, up_to: UpTo
) -> None:
    up_to(Stage.INSTALLING)
    camera = world.cameras["tam_ky_school"]
    here = address("rollout_acceptance", school)
    assert f'name="cameras" value="{camera.pk}">' not in officer.get(here).content.decode()
    answer = officer.post(here, typed(cameras=[camera.pk]))
    assert list(answer.context["form"].errors) == ["cameras"]
    assert camera.name in answer.context["form"].errors["cameras"][0]
    assert "checked" in answer.content.decode()
    assert not Acceptance.objects.exists()


@pytest.mark.usefixtures("delivering")
def test_a_camera_that_delivers_is_ticked_to_begin_with(school: Facility, officer: Client, up_to: UpTo) -> None:
    up_to(Stage.INSTALLING)
    assert "checked" in officer.get(address("rollout_acceptance", school)).content.decode()
    CameraState.objects.update(pictured_at=timezone.now() - timedelta(minutes=11))
    assert " checked" not in officer.get(address("rollout_acceptance", school)).content.decode()


@pytest.mark.parametrize("camera", ["x", "1", "9" * 400])
def test_a_camera_that_is_not_there_is_refused(school: Facility, officer: Client, up_to: UpTo, camera: str) -> None:
    up_to(Stage.INSTALLING)
    answer = officer.post(address("rollout_acceptance", school), typed(cameras=[camera]))
    assert list(answer.context["form"].errors) == ["cameras"]


def test_after_the_facility_has_closed_nothing_is_reported(school: Facility, officer: Client, up_to: UpTo) -> None:
    up_to(Stage.SURVEYED)
    officer.post(address("rollout_other", school), typed(kind="closed"))
    page = officer.get(address("rollout_estimate", school)).content.decode()
    assert f'href="{address("rollout_other", school)}?kind=reopened">' in page
    page = officer.post(address("rollout_estimate", school), estimate_of()).content.decode()
    assert "errorlist" in page
    assert 'value="1.500.000"' in page
    assert not Estimate.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00" + bytes(100), PDF + bytes(MOST_BYTES), PDF + bytes(30 * 1024**2)],
    ids=["executable", "large", "cut off on its way"],
)
def test_a_file_that_is_not_taken_in_is_said_at_its_field(school: Facility, officer: Client, content: bytes) -> None:
    file = SimpleUploadedFile("bien-ban.pdf", content, "application/pdf")
    answer = officer.post(address("rollout_survey", school), survey_of(school, attached=[file]))
    assert list(answer.context["form"].errors) == ["attached"]
    assert 'value="Sân trước"' in answer.content.decode()
    assert not ProgressReport.objects.exists()


def test_files_that_have_to_be_chosen_again_are_asked_for(school: Facility, officer: Client) -> None:
    file = SimpleUploadedFile("bien-ban.pdf", PDF, "application/pdf")
    asked = officer.post(address("rollout_survey", school), survey_of(school, on="", attached=[file]))
    assert asked.context["files_again"]
    assert not officer.post(address("rollout_survey", school), survey_of(school, on="")).context["files_again"]


def test_a_contractor_reports_on_the_sites_given_to_them(world: World, school: Facility, login: Login) -> None:
    contractor, other = login("contractor"), world.facilities["hoi_an_hotel"]
    assert contractor.get(address("rollout", other)).status_code == 404
    for stage in STEPS:
        assert contractor.get(step_url(other.pk, stage)).status_code == 404
        assert contractor.post(step_url(other.pk, stage), survey_of(other)).status_code == 404
    assert contractor.post(address("rollout_other", other), typed(kind="notice")).status_code == 404
    assert not ProgressReport.objects.exists()
    assert contractor.post(address("rollout_survey", school), survey_of(school)).status_code == 302
    assert ProgressReport.objects.get().recorded_by == world.people["contractor"]


def test_a_contractor_reports_for_the_time_given_and_no_longer(world: World, school: Facility, login: Login) -> None:
    contractor = login("contractor")
    file = SimpleUploadedFile("bien-ban.pdf", PDF, "application/pdf")
    assert contractor.post(address("rollout_survey", school), survey_of(school, attached=[file])).status_code == 302
    last = ProgressReport.objects.get()
    theirs = [
        address("rollout", school),
        address("rollout_estimate", school),
        address("rollout_other", school),
        reverse("report_withdraw", args=[last.pk]),
        reverse("report_file", args=[last.files.get().pk]),
    ]
    assert [contractor.get(path).status_code for path in theirs] == [200] * 5
    end_roles(world, "contractor")
    assert [contractor.get(path).status_code for path in theirs] == [404] * 5
    assert contractor.post(address("rollout_estimate", school), estimate_of()).status_code == 404
    assert contractor.post(address("rollout_other", school), typed(kind="notice")).status_code == 404
    assert contractor.post(reverse("report_withdraw", args=[last.pk]), typed()).status_code == 404
    assert ProgressReport.objects.count() == 1
    # What they reported while they might stays.
    assert standing_of(school).stage is Stage.SURVEYED


def end_roles(world: World, name: str) -> None:
    """Let the time of somebody's roles run out."""
    just_now = timezone.now() - timedelta(seconds=1)
    RoleGrant.objects.filter(user=world.people[name]).update(expires_at=just_now)
    OrganisationGrant.objects.filter(user=world.people[name]).update(expires_at=just_now)


def test_who_sees_figures_alone_reports_nothing(school: Facility, login: Login) -> None:
    for step in STEPS.values():
        assert login("qn_leader").get(address(step.route, school)).status_code == 404
    assert login("qn_leader").get(address("rollout_other", school)).status_code == 404

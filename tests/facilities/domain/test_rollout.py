"""Reports of the rollout: what is taken in, what is refused in which words, what a withdrawal leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from facilities.domain.connection_step import report_connection
from facilities.domain.rollout import Account, report_other, report_step, standing_of, withdraw
from facilities.domain.rollout_standing import connections
from facilities.domain.sinks_said import facts_of_sinks
from facilities.domain.stored_files import MOST_BYTES
from facilities.enums import BlockReason, RecordedAction, ReportKind, Sink, SinkSays, Stage
from facilities.models import Facility, ProgressReport, Record, SinkReport, StoredFile
from tests.world import NOW, World

TODAY = date(2021, 6, 11)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
STEPS = list(Stage)[1:]


@pytest.fixture
def school(world: World) -> Facility:
    return world.facilities["tam_ky_school"]


def account(on: date = TODAY, note: str = "", *files: SimpleUploadedFile) -> Account:
    return Account(on=on, note=note, uploads=files)


def step(world: World, stage: Stage, on: date = TODAY, **more: Any) -> ProgressReport:
    return report_step(
        facility=world.facilities["tam_ky_school"],
        stage=stage,
        account=more.pop("account", account(on)),
        actor=world.people["tam_ky_officer"],
        now=more.pop("now", NOW),
        **more,
    )


def other(world: World, kind: ReportKind, note: str = "", *reasons: BlockReason) -> ProgressReport:
    return report_other(
        facility=world.facilities["tam_ky_school"],
        kind=kind,
        reasons=reasons,
        account=account(note=note),
        actor=world.people["tam_ky_officer"],
        now=NOW,
    )


def take_back(world: World, report: ProgressReport, why: str = "Nhầm cơ sở") -> ProgressReport:
    return withdraw(report=report, why=why, actor=world.people["contractor"], now=NOW)


def refused(refusal: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return dict(refusal.value.message_dict)


def test_all_steps_in_order_are_taken_in_with_who_and_when(world: World, school: Facility) -> None:
    for number, stage in enumerate(STEPS):
        step(world, stage, TODAY - timedelta(days=10 - number), actual_cost=1_000 if stage is Stage.ACCEPTED else None)
    stands = standing_of(school)
    assert (stands.stage, stands.next_steps) == (Stage.WATCHING, ())
    assert stands.reached[Stage.ACCEPTED] == date(2021, 6, 6)
    reports = school.reports.all()
    assert {(report.recorded_by, report.recorded_at) for report in reports} == {(world.people["tam_ky_officer"], NOW)}
    assert [report.actual_cost.total for report in reports.filter(stage="accepted")] == [1_000]
    records = Record.objects.filter(action=RecordedAction.PROGRESS_REPORTED, organisation=school.organisation_id)
    assert sorted(record.detail["stage"] for record in records) == sorted(STEPS)


def test_a_step_out_of_order_names_the_expected_one(world: World) -> None:
    step(world, Stage.SURVEYED)
    with pytest.raises(ValidationError) as refusal:
        step(world, Stage.APPROVED)
    (text,) = refused(refusal)["stage"]
    assert f"“{Stage.ESTIMATED.label}”" in text
    assert f"“{Stage.CONNECTED.label}”" in text
    assert f"“{Stage.APPROVED.label}”" not in text
    assert ProgressReport.objects.count() == 1


def test_cameras_that_are_good_enough_are_connected_right_after_the_survey(world: World, school: Facility) -> None:
    step(world, Stage.SURVEYED)
    step(world, Stage.CONNECTED)
    assert standing_of(school).next_steps == (Stage.WATCHING,)


def test_whoever_reports_a_step_second_reads_who_was_first(world: World) -> None:
    step(world, Stage.SURVEYED)
    with pytest.raises(ValidationError) as refusal:
        step(world, Stage.SURVEYED)
    (text,) = refused(refusal)["stage"]
    assert "Người tam_ky_officer" in text
    assert "14:05 11/06/2021" in text


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), date(2030, 1, 1)])
def test_a_day_that_has_not_come_is_refused(world: World, on: date) -> None:
    with pytest.raises(ValidationError) as refusal:
        step(world, Stage.SURVEYED, on)
    assert list(refused(refusal)) == ["on"]


def test_today_is_that_of_viet_nam(world: World) -> None:
    """At 18:30 in UTC the next day has begun there."""
    step(world, Stage.SURVEYED, date(2021, 6, 12), now=NOW.replace(hour=18, minute=30))


def test_a_day_before_that_of_the_last_report_is_refused(world: World) -> None:
    step(world, Stage.SURVEYED, date(2021, 6, 5))
    with pytest.raises(ValidationError) as refusal:
        step(world, Stage.ESTIMATED, date(2021, 6, 4))
    assert "05/06/2021" in refused(refusal)["on"][0]
    step(world, Stage.ESTIMATED, date(2021, 6, 5))


def test_the_day_of_a_withdrawn_report_binds_nobody(world: World) -> None:
    take_back(world, step(world, Stage.SURVEYED, TODAY))
    step(world, Stage.SURVEYED, date(2021, 6, 1))


@pytest.mark.parametrize(
    ("ends", "begins"), [(ReportKind.CLOSED, ReportKind.REOPENED), (ReportKind.PAUSED, ReportKind.RESUMED)]
)
def test_nothing_is_reported_of_a_facility_at_rest(world: World, ends: ReportKind, begins: ReportKind) -> None:
    step(world, Stage.SURVEYED)
    other(world, ends)
    with pytest.raises(ValidationError) as refusal:
        step(world, Stage.ESTIMATED)
    assert list(refused(refusal)) == ["stage"]
    with pytest.raises(ValidationError) as refusal:
        other(world, ReportKind.NOTICE)
    assert list(refused(refusal)) == ["kind"]
    other(world, begins)
    step(world, Stage.ESTIMATED)


def test_a_block_says_why(world: World, school: Facility) -> None:
    with pytest.raises(ValidationError) as refusal:
        other(world, ReportKind.BLOCKED)
    assert list(refused(refusal)) == ["reasons"]
    with pytest.raises(ValidationError) as refusal:
        other(world, ReportKind.BLOCKED, " ", BlockReason.OTHER)
    assert list(refused(refusal)) == ["note"]
    other(world, ReportKind.BLOCKED, "", BlockReason.NO_LINE, BlockReason.NO_LINE)
    assert standing_of(school).blocked == (BlockReason.NO_LINE,)
    other(world, ReportKind.UNBLOCKED)
    assert standing_of(school).blocked == ()


@pytest.mark.parametrize("kind", [ReportKind.UNBLOCKED, ReportKind.RESUMED, ReportKind.REOPENED])
def test_nothing_ends_that_has_not_begun(world: World, kind: ReportKind) -> None:
    with pytest.raises(ValidationError) as refusal:
        other(world, kind)
    assert list(refused(refusal)) == ["kind"]


def test_people_are_received_once(world: World) -> None:
    other(world, ReportKind.RECEIVING)
    with pytest.raises(ValidationError) as refusal:
        other(world, ReportKind.RECEIVING)
    assert "Người tam_ky_officer" in refused(refusal)["kind"][0]


def test_only_the_last_standing_report_is_withdrawn_and_with_a_reason(world: World, school: Facility) -> None:
    first, second = step(world, Stage.SURVEYED), step(world, Stage.ESTIMATED)
    with pytest.raises(ValidationError) as refusal:
        take_back(world, first)
    assert str(second) in refused(refusal)["report"][0]
    with pytest.raises(ValidationError) as refusal:
        take_back(world, second, "  ")
    assert list(refused(refusal)) == ["note"]
    withdrawal = take_back(world, second)
    assert (withdrawal.withdraws, withdrawal.note) == (second, "Nhầm cơ sở")
    assert standing_of(school).stage is Stage.SURVEYED
    assert ProgressReport.objects.count() == 3
    assert Record.objects.get(action=RecordedAction.REPORT_WITHDRAWN).detail["report"] == second.pk
    with pytest.raises(ValidationError) as refusal:
        take_back(world, second)
    assert "Người contractor" in refused(refusal)["report"][0]
    take_back(world, first)
    assert standing_of(school).next_steps == (Stage.SURVEYED,)


def test_files_are_kept_with_their_report_for_its_facility(world: World, school: Facility) -> None:
    report = step(
        world,
        Stage.SURVEYED,
        account=account(TODAY, "", SimpleUploadedFile("Biên bản.pdf", PDF), SimpleUploadedFile("hai.pdf", PDF)),
    )
    assert [file.organisation_id for file in report.files.all()] == [school.organisation_id] * 2


@pytest.mark.parametrize("content", [b"MZ\x90\x00" + bytes(100), PDF + bytes(MOST_BYTES)], ids=["executable", "large"])
def test_a_file_that_is_not_taken_in_leaves_no_report(world: World, content: bytes) -> None:
    files = (SimpleUploadedFile("good.pdf", PDF), SimpleUploadedFile("bien-ban.pdf", content))
    with pytest.raises(ValidationError) as refusal:
        step(world, Stage.SURVEYED, account=account(TODAY, "", *files))
    assert list(refused(refusal)) == ["files"]
    assert not ProgressReport.objects.exists()
    assert not StoredFile.objects.exists()


class TestConnection:
    """The connection claims each sink, and takes it back with itself."""

    def claim(self, world: World, *sinks: Sink) -> ProgressReport:
        return report_connection(
            facility=world.facilities["tam_ky_school"],
            sinks=sinks,
            account=account(),
            actor=world.people["tam_ky_officer"],
            now=NOW,
        )

    def claimed(self, school: Facility) -> set[Sink]:
        return {sink for sink, fact in connections(facts_of_sinks(school)).items() if fact.claimed_on}

    def test_each_sink_is_a_fact_of_its_own(self, world: World, school: Facility) -> None:
        step(world, Stage.SURVEYED)
        self.claim(world, Sink.CENTRAL, Sink.IOC)
        assert self.claimed(school) == {Sink.CENTRAL, Sink.IOC}
        assert Record.objects.filter(action=RecordedAction.CONNECTION_REPORTED).count() == 2

    def test_nothing_is_connected_to_nothing(self, world: World) -> None:
        step(world, Stage.SURVEYED)
        with pytest.raises(ValidationError) as refusal:
            self.claim(world)
        assert list(refused(refusal)) == ["sinks"]
        assert not SinkReport.objects.exists()

    def test_a_withdrawal_takes_back_what_its_report_claimed_and_no_more(self, world: World, school: Facility) -> None:
        SinkReport.objects.create(
            facility=school, sink=Sink.IOC, says=SinkSays.CLAIMED, on=TODAY, recorded_at=NOW - timedelta(days=1)
        )
        step(world, Stage.SURVEYED)
        take_back(world, self.claim(world, Sink.CENTRAL, Sink.IOC))
        assert self.claimed(school) == {Sink.IOC}

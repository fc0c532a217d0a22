"""Two people report at once: one is taken in, the other is told; nothing is read in another order than it was kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection

from facilities.domain.rollout import Account, report_other, report_step, standing_of, withdraw
from facilities.enums import ReportKind, Stage
from facilities.models import ProgressReport
from tests.world import NOW, World

ROUNDS = 8
ON = Account(on=date(2021, 6, 11))


def side_by_side(*jobs: Callable[[], object]) -> list[str]:
    """What becomes of jobs that are done at once, each on a connection of its own."""

    def run(job: Callable[[], object]) -> str:
        try:
            job()
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(len(jobs)) as people:
        return sorted(future.result() for future in [people.submit(run, job) for job in jobs])


def test_of_two_who_report_one_step_the_second_reads_who_was_first(committed_world: World) -> None:
    school, people = committed_world.facilities["tam_ky_school"], committed_world.people

    def send(name: str, stage: Stage) -> Callable[[], object]:
        return lambda: report_step(facility=school, stage=stage, account=ON, actor=people[name], now=NOW)

    for stage in list(Stage)[1 : 1 + ROUNDS]:
        answers = side_by_side(send("tam_ky_officer", stage), send("contractor", stage))
        (told,) = [answer for answer in answers if answer != "sent"]
        first = ProgressReport.objects.get(stage=stage).recorded_by
        assert str(first) in told
    assert standing_of(school).stage is Stage.WATCHING


def test_a_step_and_a_withdrawal_that_meet_leave_a_standing_in_order(committed_world: World) -> None:
    school = committed_world.facilities["tam_ky_school"]
    for _ in range(ROUNDS):
        survey = report_step(facility=school, stage=Stage.SURVEYED, account=ON, actor=None, now=NOW)
        answers = side_by_side(
            lambda: report_step(facility=school, stage=Stage.ESTIMATED, account=ON, actor=None, now=NOW),
            lambda survey=survey: withdraw(report=survey, why="Nhầm", actor=None, now=NOW),  # type: ignore[misc] # mypy cannot see through a default of a lambda
        )
        assert answers.count("sent") == 1
        stands = standing_of(school)
        assert stands.stage in (Stage.ESTIMATED, Stage.NOT_SURVEYED)
        while (last := standing_of(school).last) is not None:
            withdraw(report=ProgressReport.objects.get(pk=last), why="Nhầm", actor=None, now=NOW)


def test_whoever_waited_is_not_read_before_whom_they_waited_for(committed_world: World) -> None:
    """The clock of one process is behind that of another: the order is that in which reports were kept."""
    school = committed_world.facilities["tam_ky_school"]
    report_other(facility=school, kind=ReportKind.PAUSED, account=ON, actor=None, now=NOW)
    report_other(facility=school, kind=ReportKind.RESUMED, account=ON, actor=None, now=NOW - timedelta(seconds=30))
    assert not standing_of(school).paused

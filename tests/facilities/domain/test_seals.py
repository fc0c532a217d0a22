from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from facilities.domain.history import event_models
from facilities.domain.records import record
from facilities.domain.seals import (
    Disagreement,
    NotSealableError,
    disagreements,
    seal_days,
    sealed_tables,
)
from facilities.enums import RecordedAction
from facilities.models import AllowedNetwork, DaySeal, Record
from facilities.tasks import seal_days as job
from tests.world import World

RECORDS = "facilities_record"
# Days of the country: the first ends at 17:00 UTC.
FIRST, SECOND, THIRD = (date(2021, 6, day) for day in (9, 10, 11))
MORNING_OF_THE_FOURTH = datetime(2021, 6, 11, 19, 0, tzinfo=UTC)


def at(day: date, hour: int = 8) -> datetime:
    """That hour in Viet Nam."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


def add(day: date, subject: str, hour: int = 8) -> Record:
    return record(RecordedAction.EXPORTED, actor=None, now=at(day, hour), subject=subject)


@contextmanager
def unguarded(table: str) -> Iterator[Any]:
    """As somebody who owns the database and switches its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def sealed(db: None) -> list[DaySeal]:
    """Two days of records with one between them that has none, sealed."""
    for number in range(3):
        add(FIRST, f"đầu {number}")
    add(THIRD, "just after midnight", hour=0)
    add(THIRD, "just before midnight", hour=23)
    return seal_days(now=MORNING_OF_THE_FOURTH)


def told() -> list[Disagreement]:
    return list(disagreements())


def test_each_day_that_is_over_is_sealed_once_and_an_empty_one_too(sealed: list[DaySeal]) -> None:
    assert [(seal.day, seal.rows[RECORDS]["rows"]) for seal in sealed] == [(FIRST, 3), (SECOND, 0), (THIRD, 2)]
    assert [seal.before for seal in sealed] == ["", sealed[0].digest, sealed[1].digest]
    assert len({seal.digest for seal in sealed}) == 3
    assert seal_days(now=MORNING_OF_THE_FOURTH) == []
    assert told() == []


def test_a_day_is_sealed_an_hour_after_it_is_over(db: None) -> None:
    add(FIRST, "one")
    over = at(SECOND, 0)
    assert seal_days(now=over + timedelta(minutes=59)) == []
    assert [seal.day for seal in seal_days(now=over + timedelta(minutes=60))] == [FIRST]


def test_nothing_to_seal_is_no_fault(db: None) -> None:
    assert seal_days(now=MORNING_OF_THE_FOURTH) == []
    assert told() == []


def test_days_that_were_missed_are_caught_up_a_part_at_a_time(db: None) -> None:
    add(FIRST, "one")
    assert [seal.day for seal in seal_days(now=MORNING_OF_THE_FOURTH, at_most=2)] == [FIRST, SECOND]
    assert [seal.day for seal in seal_days(now=MORNING_OF_THE_FOURTH, at_most=2)] == [THIRD]


def test_every_table_of_versions_is_under_seal(sealed: list[DaySeal]) -> None:
    names = {model._meta.db_table for model in event_models()}
    assert {"facilities_organisationevent", "facilities_rolegrantevent", "cameras_streamevent"} <= names
    assert set(sealed[0].rows) == names | {RECORDS}


def test_a_removed_record_shows(sealed: list[DaySeal]) -> None:
    with unguarded(RECORDS) as cursor:
        cursor.execute("DELETE FROM facilities_record WHERE subject = 'đầu 1'")
    assert told() == [Disagreement(FIRST, RECORDS, "3 rows were sealed, 2 are there")]


def test_a_changed_record_shows(sealed: list[DaySeal]) -> None:
    with unguarded(RECORDS) as cursor:
        cursor.execute("UPDATE facilities_record SET person = 'somebody else' WHERE subject = 'just before midnight'")
    assert told() == [Disagreement(THIRD, RECORDS, "of its 2 rows some were changed")]


def test_a_record_moved_to_another_day_shows_on_both(sealed: list[DaySeal]) -> None:
    with unguarded(RECORDS) as cursor:
        cursor.execute("UPDATE facilities_record SET at = at - interval '1 day' WHERE subject = 'just after midnight'")
    assert [each.day for each in told()] == [SECOND, THIRD]


def test_a_record_slipped_into_a_sealed_day_shows(sealed: list[DaySeal]) -> None:
    add(SECOND, "late")
    assert told() == [Disagreement(SECOND, RECORDS, "0 rows were sealed, 1 are there")]


def test_a_record_dated_before_the_first_seal_shows(sealed: list[DaySeal]) -> None:
    add(FIRST - timedelta(days=1), "long ago")
    assert [(each.day, each.table) for each in told()] == [(FIRST - timedelta(days=1), RECORDS)]


def test_a_removed_version_of_a_row_shows(world: World) -> None:
    network = AllowedNetwork.objects.first()
    assert network is not None
    today = network.versions.get().pgh_created_at  # type: ignore[attr-defined] # the history's
    seals = seal_days(now=today + timedelta(days=3), at_most=10_000)
    assert any(seal.rows["facilities_allowednetworkevent"]["rows"] == 2 for seal in seals)
    assert told() == []
    with unguarded("facilities_allowednetworkevent") as cursor:
        cursor.execute("DELETE FROM facilities_allowednetworkevent WHERE pgh_obj_id = %s", [network.pk])
    assert [(each.table, each.what) for each in told()] == [
        ("facilities_allowednetworkevent", "2 rows were sealed, 1 are there")
    ]


def test_a_seal_made_to_fit_breaks_the_chain_behind_it(sealed: list[DaySeal]) -> None:
    with unguarded("facilities_dayseal") as cursor:
        cursor.execute("UPDATE facilities_dayseal SET digest = repeat('0', 64) WHERE day = %s", [SECOND])
    assert told() == [
        Disagreement(SECOND, "", "the seal itself was changed"),
        Disagreement(THIRD, "", "it does not follow from the seal of the day before"),
    ]


def test_a_missing_seal_shows(sealed: list[DaySeal]) -> None:
    with unguarded("facilities_dayseal") as cursor:
        cursor.execute("DELETE FROM facilities_dayseal WHERE day = %s", [SECOND])
    assert told() == [Disagreement(SECOND, "", "the seal of this day is missing")]


def test_removing_the_first_seals_shows(sealed: list[DaySeal]) -> None:
    with unguarded("facilities_dayseal") as cursor:
        cursor.execute("DELETE FROM facilities_dayseal WHERE day < %s", [THIRD])
    assert {(each.day, each.table) for each in told()} == {(THIRD, ""), (FIRST, RECORDS)}


def test_removing_the_last_days_shows_against_the_published_seal(sealed: list[DaySeal]) -> None:
    published = sealed[-1].digest
    assert list(disagreements(expect=published)) == []
    with unguarded("facilities_dayseal") as cursor:
        cursor.execute("DELETE FROM facilities_dayseal WHERE day = %s", [THIRD])
    with unguarded(RECORDS) as cursor:
        cursor.execute("DELETE FROM facilities_record WHERE at > %s", [at(THIRD, 0)])
    assert told() == []
    assert [each.day for each in disagreements(expect=published)] == [SECOND]


def test_only_the_days_asked_for_are_read_again(sealed: list[DaySeal]) -> None:
    with unguarded(RECORDS) as cursor:
        cursor.execute("DELETE FROM facilities_record")
    assert {each.day for each in told()} == {FIRST, THIRD}
    assert [each.day for each in disagreements(first=SECOND)] == [THIRD]
    assert [each.day for each in disagreements(last=SECOND)] == [FIRST]


def test_a_column_that_is_added_later_breaks_no_seal(sealed: list[DaySeal]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE facilities_record ADD COLUMN reason text NOT NULL DEFAULT ''")
    assert told() == []


def test_a_column_that_is_taken_away_shows(sealed: list[DaySeal], monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {name: table for name, table in sealed_tables().items() if name != RECORDS}
    monkeypatch.setattr("facilities.domain.seals.sealed_tables", lambda: fewer)
    assert {each.what for each in told()} == {"the table, or a column of it, is gone"}


def test_a_day_waits_for_a_transaction_that_began_on_it(transactional_db: None) -> None:
    record(RecordedAction.EXPORTED, actor=None, now=datetime.now(UTC) - timedelta(days=3))
    # A transaction that is open now began before the end of a day that ends soon.
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    with psycopg.connect(_address()) as other:
        other.execute("SELECT 1")
        with pytest.raises(NotSealableError):
            seal_days(now=tomorrow)
        past = DaySeal.objects.count()
        assert past in (2, 3)
    assert len(seal_days(now=tomorrow)) in (1, 2)


def test_the_job_leaves_a_day_that_has_to_wait_to_the_next_run(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wait(**_: Any) -> None:
        raise NotSealableError("09/06/2021")

    monkeypatch.setattr("facilities.domain.seals.seal_days", wait)
    assert job() == 0
    assert "09/06/2021" in caplog.text


def test_two_jobs_at_once_make_one_chain(transactional_db: None) -> None:
    for day in (FIRST, SECOND, THIRD):
        add(day, "one")
    faults: list[Exception] = []

    def seal() -> None:
        try:
            seal_days(now=MORNING_OF_THE_FOURTH)
        except Exception as error:  # noqa: BLE001 - told below
            faults.append(error)
        finally:
            connection.close()

    threads = [Thread(target=seal) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert list(DaySeal.objects.order_by("day").values_list("day", flat=True)) == [FIRST, SECOND, THIRD]
    assert told() == []


def test_the_job_seals_up_to_yesterday(db: None) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=2)
    record(RecordedAction.EXPORTED, actor=None, now=yesterday)
    assert job() in (1, 2)


def test_the_command_says_what_differs_and_fails(sealed: list[DaySeal]) -> None:
    out, err = StringIO(), StringIO()
    call_command("verify_records", expect=sealed[1].digest, stdout=out, stderr=err)
    assert out.getvalue() == f"3 days are sealed; newest 2021-06-11 {sealed[2].digest}\n"
    assert err.getvalue() == ""
    with unguarded(RECORDS) as cursor:
        cursor.execute("DELETE FROM facilities_record WHERE subject = 'đầu 1'")
    with pytest.raises(CommandError) as failed:
        call_command("verify_records", "--from", "2021-06-09", "--to", "2021-06-09", stdout=out, stderr=err)
    assert failed.value.returncode == 1
    assert err.getvalue() == "2021-06-09 facilities_record: 3 rows were sealed, 2 are there\n"


def _address() -> str:
    """The test's database, for a connection of somebody else."""
    name = connection.settings_dict["NAME"]
    return str(psycopg.conninfo.make_conninfo(settings.DATABASE_URL, dbname=name))

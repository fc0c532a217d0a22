"""Files made in the background: for one person alone, once, of what they reach, by workers that may die."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facilities.enums import RecordedAction
from facilities.models import OrganisationGrant, Record, User
from portal import tasks
from portal.environment import BASE_DIR
from portal.exports import files, making, orders
from portal.exports.progress import Told, percent_done
from portal.models.export import Export, ExportFormat, ExportState
from tests.browser.site import _test_database, wait_until
from tests.portal.exports.taking import running_worker
from tests.world import World, add_camera

Login = Callable[[str], Client]

# A worker whose writing takes as long as the test needs.
WORKER = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = Path(sys.argv[2])
from portal import tasks
from portal.exports import making
from portal.models.export import ExportFormat
def slow(sheet, path, progress):
    for number, row in enumerate(sheet.body(), start=1):
        progress(number)
        time.sleep(60)
making._WRITERS[ExportFormat.CSV] = slow
tasks.make_export(int(sys.argv[1]), 0)
"""


def ordered(person: User, table: str = "cameras", query: str = "", format_: ExportFormat = ExportFormat.CSV) -> Export:
    return orders.order(person=person, table=table, query=QueryDict(query), format=format_, now=timezone.now())


def made(person: User, **kwargs: Any) -> Export:
    export = ordered(person, **kwargs)
    making.make(export.pk, export.attempt, now=timezone.now())
    export.refresh_from_db()
    return export


def content(answer: Any) -> bytes:  # noqa: ANN401 - the test client's answer
    return b"".join(answer.streaming_content)


def test_a_file_lies_under_a_name_that_nobody_guesses_and_is_the_portals_alone(world: World) -> None:
    export = made(world.people["qn_leader"])
    path = files.path_of(export.stored_as)
    assert export.state == ExportState.DONE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert export.size == path.stat().st_size
    assert len(export.stored_as) >= 32
    assert "tam_ky_school" in path.read_text(encoding="utf-8")
    assert "da_nang_dormitory" not in path.read_text(encoding="utf-8")


def test_only_the_asker_opens_it_and_each_opening_is_on_record(world: World, login: Login) -> None:
    export = made(world.people["qn_leader"])
    address = reverse("export_file", args=[export.pk])
    for other in ("national_leader", "qn_chief", "dn_leader", "nobody"):
        for name in ("export", "export_file"):
            assert login(other).get(reverse(name, args=[export.pk])).status_code == 404
        for name in ("export_again", "export_remove"):
            assert login(other).post(reverse(name, args=[export.pk])).status_code == 404
    answer = login("qn_leader").get(address)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{export.file_name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert content(answer) == files.path_of(export.stored_as).read_bytes()
    on_record = Record.objects.filter(action=RecordedAction.EXPORTED).order_by("pk")
    assert [(row.person_id, row.detail) for row in on_record] == [
        (export.person_id, {"what": "cameras", "query": "", "rows": 3, "made": export.pk}),
        (export.person_id, {"what": "cameras", "query": "", "export": export.pk}),
    ]


def test_it_is_made_of_what_the_asker_reaches_then_not_when_they_asked(world: World) -> None:
    person = world.people["qn_inspector"]
    export = ordered(person)
    OrganisationGrant.objects.filter(user=person, content_object=world.nodes["hoi_an"]).delete()
    making.make(export.pk, 0, now=timezone.now())
    export.refresh_from_db()
    assert export.facilities == [world.facilities["tam_ky_school"].pk]
    assert "hoi_an_hotel" not in files.path_of(export.stored_as).read_text(encoding="utf-8")


def test_who_has_lost_sight_of_something_in_it_no_longer_gets_it(world: World, login: Login) -> None:
    person = world.people["qn_inspector"]
    export, elsewhere = made(person), made(person, query=f"unit={world.facilities['tam_ky_school'].district_id}")
    OrganisationGrant.objects.filter(user=person, content_object=world.nodes["hoi_an"]).delete()
    client = login("qn_inspector")
    answer = client.get(reverse("export_file", args=[export.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("export", args=[export.pk]))
    assert reverse("export_file", args=[export.pk]) not in client.get(answer.headers["Location"]).content.decode()
    # What they still see whole is still theirs.
    assert b"tam_ky_school" in content(client.get(reverse("export_file", args=[elsewhere.pk])))
    OrganisationGrant.objects.filter(user=person).delete()
    assert client.get(reverse("export_file", args=[elsewhere.pk])).status_code == 302
    person.is_active = False
    person.save()
    assert reverse("account_login") in client.get(reverse("export_file", args=[elsewhere.pk])).headers["Location"]


def test_nothing_is_made_for_who_may_see_nothing_any_more(world: World) -> None:
    person = world.people["qn_leader"]
    export = ordered(person)
    person.is_active = False
    person.save()
    making.make(export.pk, 0, now=timezone.now())
    export.refresh_from_db()
    assert (export.state, export.stored_as) == (ExportState.FAILED, "")
    assert not files.folder().exists()


def test_the_same_order_within_a_minute_is_one_and_five_may_be_open(world: World) -> None:
    person, other = world.people["qn_leader"], world.people["dn_leader"]
    first = ordered(person)
    assert ordered(person) == first
    assert ordered(other) != first
    Export.objects.filter(pk=first.pk).update(asked_at=timezone.now() - orders.TWICE * 2)
    assert ordered(person) != first
    for number in range(3):
        ordered(person, query=f"q={number}")
    with pytest.raises(ValidationError):
        ordered(person, query="q=once-more")
    orders.remove(first)
    ordered(person, query="q=once-more")


def test_a_message_that_comes_twice_or_late_does_nothing(world: World) -> None:
    export = made(world.people["qn_leader"])
    making.make(export.pk, 0, now=timezone.now())
    assert Record.objects.filter(action=RecordedAction.EXPORTED).count() == 1
    assert len(list(files.folder().iterdir())) == 1
    orders.remove(export)
    making.make(export.pk, 0, now=timezone.now())
    assert not Export.objects.exists()


def test_an_order_removed_while_it_is_made_leaves_no_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    export = ordered(world.people["qn_leader"])
    write = making._WRITERS[ExportFormat.CSV]

    def removing(*args: Any) -> None:
        Export.objects.filter(pk=export.pk).delete()
        write(*args)

    monkeypatch.setitem(making._WRITERS, ExportFormat.CSV, removing)
    making.make(export.pk, 0, now=timezone.now())
    assert list(files.folder().iterdir()) == []


def test_a_fault_of_ours_is_told_and_it_can_be_tried_again(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    export = ordered(world.people["qn_leader"])
    with monkeypatch.context() as patched:
        patched.setitem(making._WRITERS, ExportFormat.CSV, fails)
        with pytest.raises(RuntimeError):
            tasks.make_export(export.pk, 0)
    export.refresh_from_db()
    assert (export.state, list(files.folder().iterdir())) == (ExportState.FAILED, [])
    client = login("qn_leader")
    assert reverse("export_again", args=[export.pk]) in client.get(reverse("export", args=[export.pk])).content.decode()
    client.post(reverse("export_again", args=[export.pk]))
    tasks.make_export(export.pk, 0)
    export.refresh_from_db()
    assert export.state == ExportState.DONE


def test_files_go_after_a_week_and_so_does_what_a_dead_worker_left(world: World) -> None:
    export = made(world.people["qn_leader"])
    left = files.path_of(files.new())
    now = timezone.now()
    assert orders.forget_the_old(now) == 0
    assert left.exists()
    later = now + files.KEPT + timedelta(hours=1)
    assert making.refusal(export, later)
    assert orders.forget_the_old(later) == 1
    assert list(files.folder().iterdir()) == [files.path_of(export.stored_as)] or not left.exists()
    assert not left.exists()
    assert not Export.objects.exists()


def test_what_nobody_takes_up_is_ordered_once_more_and_then_failed(world: World) -> None:
    export = ordered(world.people["qn_leader"])
    assert orders.mend(timezone.now() + orders.QUEUED / 2) == 0
    assert orders.mend(timezone.now() + orders.QUEUED * 2) == 1
    export.refresh_from_db()
    assert (export.state, export.attempt) == (ExportState.WAITING, 1)
    assert orders.mend(timezone.now() + orders.QUEUED * 4) == 1
    export.refresh_from_db()
    assert export.state == ExportState.FAILED


def test_a_pdf_too_long_is_refused_with_advice(world: World, login: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(making._MOST_ROWS, ExportFormat.PDF, 2)
    answer = login("qn_leader").post(reverse("export_new"), {"table": "cameras", "format": "pdf"}, follow=True)
    assert "XLSX" in " ".join(str(message) for message in answer.context["messages"])
    assert not Export.objects.exists()


def test_a_small_table_comes_at_once_and_a_long_one_is_ordered(
    world: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = login("qn_leader")
    answer = client.post(reverse("export_new"), {"table": "cameras", "format": "csv", "query": "sector=army&page=2"})
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="cameras-')
    assert "qn_barracks" in answer.content.decode()
    assert "hoi_an_hotel" not in answer.content.decode()
    assert Record.objects.get(action=RecordedAction.EXPORTED).detail == {
        "what": "cameras",
        "query": "sector=army",
        "rows": 1,
    }
    monkeypatch.setattr(making, "MOST_AT_ONCE", 2)
    answer = client.post(reverse("export_new"), {"table": "cameras", "format": "xlsx"})
    export = Export.objects.get()
    assert answer.headers["Location"] == reverse("export", args=[export.pk])
    Told(export.pk, 3)(1)
    shown = client.get(answer.headers["Location"]).content.decode()
    assert 'value="33" max="100"' in shown
    assert "33%" in shown
    assert percent_done(export.pk) == 33


@pytest.mark.parametrize(
    "sent", [{"table": "people", "format": "csv"}, {"table": "cameras", "format": "exe"}, {"table": "cameras"}]
)
def test_what_is_no_table_or_format_is_not_there(world: World, login: Login, sent: dict[str, str]) -> None:
    assert login("qn_leader").post(reverse("export_new"), sent).status_code == 404


def test_a_unit_out_of_reach_is_not_there(world: World, login: Login) -> None:
    hidden = world.facilities["da_nang_dormitory"].district_id
    for unit in (hidden, 1, "x", "9" * 30):
        sent = {"table": "cameras", "format": "csv", "unit": unit}
        assert login("qn_leader").post(reverse("export_new"), sent).status_code == 404


def test_a_worker_killed_in_the_midst_is_noticed_and_the_file_made_by_another(
    committed_world: World, media: Path
) -> None:
    export = ordered(committed_world.people["qn_leader"])
    environment = os.environ | {"DATABASE_URL": _test_database(), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", WORKER, str(export.pk), str(media)]
    with subprocess.Popen(command, cwd=BASE_DIR, env=environment) as worker:
        wait_until(lambda: percent_done(export.pk) is not None, seconds=60, what="the worker has begun")
        # While it works nobody takes the order from it, however long it takes.
        assert orders.mend(timezone.now() + orders.PATIENCE * 2) == 0
        worker.kill()
    wait_until(lambda: orders.mend(timezone.now() + orders.PATIENCE * 2), seconds=30, what="the loss is noticed")
    export.refresh_from_db()
    assert (export.state, export.attempt) == (ExportState.WAITING, 1)
    making.make(export.pk, 0, now=timezone.now())
    export.refresh_from_db()
    assert export.state == ExportState.WAITING
    making.make(export.pk, 1, now=timezone.now())
    export.refresh_from_db()
    assert export.state == ExportState.DONE


def test_a_real_worker_makes_what_is_ordered(committed_world: World, settings: Any, tmp_path: Path) -> None:  # noqa: ANN401 - pytest-django's settings
    settings.MEDIA_ROOT = tmp_path / "media"
    add_camera(committed_world.facilities["tam_ky_school"], "Camera cổng chính")
    with running_worker(tmp_path, queues="exports"):
        for format_ in ExportFormat:
            ordered(committed_world.people["qn_leader"], format_=format_)
        wait_until(lambda: not Export.objects.exclude(state=ExportState.DONE).exists(), seconds=90, what="all are made")
    for export in Export.objects.all():
        assert files.path_of(export.stored_as).read_bytes()[:2] in (b"PK", b"\xef\xbb", b"%P")
        assert export.total == 4

"""The pages of imports: from the upload to taken in and back, for the one who uploaded it and nobody else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from facilities.enums import ImportState
from facilities.intake import orders, steps
from facilities.intake.progress import Told
from facilities.models import Import, Zone
from tests.facilities.intake.spreadsheets import checked, taken_in, uploaded, xlsx
from tests.facilities.intake.test_steps import FACILITIES, ZONES
from tests.large_upload import MEGABYTE, send_large
from tests.portal.test_vietnamese import english, of
from tests.world import World

Login = Callable[[str], Client]


def upload(client: Client, kind: str = "zones", data: bytes | None = None) -> Any:  # noqa: ANN401 - as the test client
    file = SimpleUploadedFile("khu-vuc.xlsx", xlsx("zones", ZONES) if data is None else data)
    return client.post(reverse("import_new"), {"kind": kind, "file": file})


def work() -> None:
    """What a worker does with all that is ordered."""
    do = {ImportState.CHECKING: steps.check, ImportState.UNDOING: steps.take_back}
    for each in Import.objects.filter(state__in=[*do, ImportState.IMPORTING]):
        if each.state == ImportState.IMPORTING:
            steps.take_in(each.pk, each.attempt, "http://localhost/", now=timezone.now())
        else:
            do[ImportState(each.state)](each.pk, each.attempt, now=timezone.now())


def test_from_upload_to_taken_in_and_back(world: World, login: Login) -> None:
    client = login("qn_administrator")
    answer = upload(client)
    page = answer.headers["Location"]
    assert "Đang kiểm tra" in of(client.get(page))
    work()
    shown = of(client.get(page))
    assert "Sân sau" in shown
    assert "Nhập tất cả 2 dòng" in shown
    pk = Import.objects.get().pk
    client.post(reverse("import_confirm", args=[pk]), {"mode": "all"})
    work()
    assert "Đã nhập 2 dòng" in of(client.get(page))
    assert Zone.objects.filter(name__in=["Sân sau", "Sân trước"]).count() == 2
    assert "2 dòng" in of(client.get(reverse("import_undo", args=[pk])))
    client.post(reverse("import_undo", args=[pk]))
    work()
    assert "đã được rút lại" in of(client.get(page)) or "đều đã được rút lại" in of(client.get(page))
    assert Zone.objects.filter(name__in=["Sân sau", "Sân trước"]).count() == 0


def test_no_state_of_an_import_speaks_english(world: World, login: Login) -> None:
    client, person = login("qn_chief"), world.people["qn_chief"]
    good = checked("zones", ZONES, person)
    bad = checked("facilities", [FACILITIES[0] | {"sector": "?", "district": "999"}, FACILITIES[1]], person)
    failed = checked("zones", b"%PDF-1.7", person)
    waiting = uploaded("zones", ZONES, person)
    addresses = [reverse("import", args=[each.pk]) for each in (good, bad, failed, waiting)]
    addresses += [reverse("imports"), reverse("import_new"), reverse("import", args=[bad.pk]) + "?fate=unchanged"]
    assert [address for address in addresses if english(of(client.get(address)))] == []
    assert "Địa" in of(client.get(addresses[1])) or "huyện" in of(client.get(addresses[1]))
    taken_in(good)
    for address in (addresses[0], reverse("import_undo", args=[good.pk]), reverse("import_undo", args=[bad.pk])):
        assert english(of(client.get(address))) == set()
    assert english(of(upload(client, "zones", b""))) == set()
    assert english(of(client.post(reverse("import_new"), {"kind": "planets"}))) == set()


def test_what_one_uploads_is_there_for_nobody_else(world: World, login: Login) -> None:
    found = checked("zones", ZONES, world.people["qn_administrator"])
    for name in ("qn_chief", "national_leader", "nobody"):
        client = login(name)
        assert client.get(reverse("import", args=[found.pk])).status_code == 404
        assert client.get(reverse("import_errors", args=[found.pk])).status_code == 404
        for act in ("confirm", "cancel", "check", "undo"):
            assert client.post(reverse(f"import_{act}", args=[found.pk])).status_code == 404
        assert str(found) not in of(client.get(reverse("imports")))
    found.refresh_from_db()
    assert found.state == ImportState.CHECKED


def test_kinds_are_offered_to_those_who_may(world: World, login: Login) -> None:
    offered = {
        name: [value for value, _ in login(name).get(reverse("import_new")).context["form"].fields["kind"].choices]
        for name in ("qn_administrator", "tam_ky_officer", "qn_chief", "qn_leader")
    }
    assert offered == {
        "qn_administrator": ["organisations", "facilities", "zones", "people"],
        "tam_ky_officer": ["cameras"],
        "qn_chief": ["organisations", "facilities", "zones", "cameras", "people"],
        "qn_leader": [],
    }
    assert upload(login("tam_ky_officer"), "zones").status_code == 200
    assert Import.objects.count() == 0


def test_pressed_twice_it_happens_once(world: World, login: Login) -> None:
    found = checked("zones", ZONES, world.people["qn_administrator"])
    client, tab = login("qn_administrator"), login("qn_administrator")
    for window in (client, tab):
        window.post(reverse("import_confirm", args=[found.pk]))
    found.refresh_from_db()
    assert found.attempt == 2
    work()
    # A message about an order that is done, or about an earlier one, does nothing.
    for attempt in (1, 2):
        steps.take_in(found.pk, attempt, "", now=timezone.now())
        steps.check(found.pk, attempt, now=timezone.now())
    assert Zone.objects.filter(name="Sân sau").count() == 1
    assert "đã làm hoặc đang làm" in of(tab.post(reverse("import_confirm", args=[found.pk]), follow=True))
    assert "đã làm hoặc đang làm" in of(client.post(reverse("import_cancel", args=[found.pk]), follow=True))


def test_the_same_file_again_is_told_at_once(world: World, login: Login) -> None:
    data = xlsx("zones", ZONES)
    taken_in(checked("zones", data, world.people["qn_administrator"]))
    client = login("qn_administrator")
    page = upload(client, data=data).headers["Location"]
    assert "chính tệp này" in of(client.get(page))
    work()
    shown = of(client.get(page))
    assert "không có gì mới" in shown
    assert "import_confirm" not in shown
    assert "/confirm/" not in shown


def test_progress_is_shown_and_a_removed_upload_leaves_no_file(world: World, login: Login, media: Path) -> None:
    client, found = login("qn_administrator"), uploaded("zones", ZONES, world.people["qn_administrator"])
    Told(found.pk, 30_000)(1234)
    shown = of(client.get(reverse("import", args=[found.pk])))
    assert 'value="1234" max="30000"' in shown
    assert "1.234 trên 30.000 dòng" in shown
    work()
    assert len(list((media / "imports").iterdir())) == 1
    answer = client.post(reverse("import_cancel", args=[found.pk]), follow=True)
    assert "Đã gỡ bỏ danh-sach.xlsx" in of(answer)
    assert Import.objects.count() == 0


def test_the_file_goes_when_it_is_removed_or_taken_in(
    world: World, media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    person = world.people["qn_administrator"]
    with django_capture_on_commit_callbacks() as callbacks:
        assert orders.cancel(checked("zones", ZONES, person))
        taken_in(checked("zones", ZONES, person))
    assert len(list((media / "imports").iterdir())) == 2
    for callback in callbacks:
        # What was ordered goes to the queue, which nobody serves here.
        callback()
    assert list((media / "imports").iterdir()) == []


def test_200_megabytes_are_cut_off_and_told(world: World, login: Login, media: Path) -> None:
    client = login("qn_administrator")
    answer, body = send_large(client, reverse("import_new"), {"kind": "zones"}, "file", megabytes=200)
    assert "Tệp lớn hơn 20 MB" in of(answer)
    # Read to its end in pieces, and kept nowhere.
    assert (body.left, body.largest < MEGABYTE) == (0, True)
    assert Import.objects.count() == 0
    assert not (media / "imports").exists()


@pytest.mark.parametrize("form", ["", "csv"])
def test_templates_and_errors_come_as_files(world: World, login: Login, form: str) -> None:
    client = login("qn_administrator")
    found = checked("zones", [ZONES[0] | {"kind": "?"}], world.people["qn_administrator"])
    for address in (f"{reverse('import_template')}?kind=zones", f"{reverse('import_errors', args=[found.pk])}?"):
        answer = client.get(f"{address}&format={form}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.getvalue()[:2] == ("\ufeff".encode()[:2] if form else b"PK")

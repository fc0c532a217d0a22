"""A worker that dies in the midst of a file leaves nothing half done, and is noticed."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from facilities.enums import ImportMode, ImportState
from facilities.intake import orders, steps, tasks
from facilities.intake.progress import Told, progress_of
from facilities.models import Import, Zone
from portal.environment import BASE_DIR
from tests.browser.site import _test_database, wait_until
from tests.facilities.intake.spreadsheets import checked, taken_in, uploaded
from tests.facilities.intake.test_steps import ZONES
from tests.world import World

WORKER = """
import sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.utils import timezone
settings.MEDIA_ROOT = Path(sys.argv[3])
from facilities.intake import steps
steps.take_in(int(sys.argv[1]), int(sys.argv[2]), "", now=timezone.now())
"""


def test_killed_in_the_midst_nothing_is_half_done(committed_world: World, media: Path) -> None:
    rows = [{"facility": "tam_ky_school", "kind": "Sân", "name": f"Sân {number}"} for number in range(400)]
    found = checked("zones", rows, committed_world.people["qn_administrator"])
    assert orders.order(found, was=ImportState.CHECKED, to=ImportState.IMPORTING, now=timezone.now())
    found.refresh_from_db()
    before = Zone.objects.count()
    environment = os.environ | {"DATABASE_URL": _test_database(), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", WORKER, str(found.pk), str(found.attempt), str(media)]
    with subprocess.Popen(command, cwd=BASE_DIR, env=environment) as worker:
        wait_until(lambda: progress_of(found.pk), seconds=60, what="the worker has begun")
        # While it works nobody takes the file from it, however long it takes.
        assert orders.mend(timezone.now() + orders.PATIENCE * 2) == 0
        worker.kill()
    wait_until(lambda: orders.mend(timezone.now() + orders.PATIENCE * 2), seconds=30, what="the loss is noticed")
    found.refresh_from_db()
    assert (found.state, Zone.objects.count()) == (ImportState.CHECKED, before)
    assert "gián đoạn" in found.message
    # Its message, delivered again, does nothing; ordered anew, all of it comes.
    steps.take_in(found.pk, found.attempt - 1, "", now=timezone.now())
    assert Zone.objects.count() == before
    assert taken_in(found).state == ImportState.DONE
    assert Zone.objects.count() == before + len(rows)


def test_a_fault_of_ours_sets_the_import_back_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        Zone.objects.filter(cameras=None).delete()
        raise RuntimeError("a fault of ours")

    before = Zone.objects.count()
    found = uploaded("zones", ZONES, world.people["qn_administrator"])
    with monkeypatch.context() as patched:
        patched.setattr(steps, "store_rows", fails)
        with pytest.raises(RuntimeError):
            tasks.check(found.pk, found.attempt)
    found.refresh_from_db()
    assert (found.state, Zone.objects.count()) == (ImportState.FAILED, before)
    assert orders.order(found, was=ImportState.FAILED, to=ImportState.CHECKING, now=timezone.now())
    found.refresh_from_db()
    tasks.check(found.pk, found.attempt)
    found.refresh_from_db()
    assert (found.state, found.new) == (ImportState.CHECKED, 2)


def test_uploads_that_nobody_decides_about_are_forgotten(world: World) -> None:
    person = world.people["qn_administrator"]
    kept = taken_in(checked("zones", ZONES, person), ImportMode.ALL)
    checked("zones", ZONES, person)
    assert orders.forget_the_old(timezone.now()) == 0
    assert orders.forget_the_old(timezone.now() + orders.KEPT * 2) == 1
    assert Import.objects.get() == kept


def test_an_order_may_wait_its_turn_but_not_for_ever(world: World) -> None:
    found = uploaded("zones", ZONES, world.people["qn_administrator"])
    assert orders.mend(found.ordered_at + orders.PATIENCE * 2) == 0
    Told(found.pk, 2)(1)
    assert orders.mend(found.ordered_at + orders.PATIENCE / 2) == 0
    assert orders.mend(found.ordered_at + orders.PATIENCE * 2) == 1
    again = uploaded("zones", ZONES, world.people["qn_administrator"])
    assert orders.mend(again.ordered_at + orders.QUEUED * 2, again.pk) == 1
    again.refresh_from_db()
    assert again.state == ImportState.FAILED

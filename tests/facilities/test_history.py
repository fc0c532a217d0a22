"""Tables that only grow, and history of all that people edit."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import ProgrammingError

from facilities.domain.history import event_models, organisation_path, tracked
from facilities.domain.records import record
from facilities.domain.seals import seal_days
from facilities.enums import RecordedAction
from facilities.models import AdministrativeUnit, Contact, DaySeal, Record, ReminderRule, User
from facilities.models.scope import Scoped
from tests.portal.figures.happenings import deadline, rule
from tests.world import NOW, World

# What machines write, what only grows by itself, and what is bound to rows with a history.
WITHOUT_HISTORY = {
    "cameras.camerastate": "written by the prober; what changed is in its transitions",
    "cameras.transition": "written by the prober, and a history itself",
    "cameras.vantage": "made by whoever sets a worker up, before anybody edits",
    "facilities.record": "only grows",
    "facilities.dayseal": "only grows",
    "facilities.organisationgrant": "follows from the roles given, which have a history",
    "facilities.import": "each step of it is on record",
    "facilities.importrow": "what it makes has a history",
    "facilities.progressreport": "only grows: a later report withdraws an earlier one",
    "facilities.sinkreport": "only grows",
    "facilities.estimate": "only grows, with its report",
    "facilities.estimateline": "only grows, with its report",
    "facilities.actualcost": "only grows, with its report",
    "facilities.surveyedzone": "written with its report; nothing edits it but a zone that goes",
    "facilities.storedfile": "written once; nothing edits it",
    "facilities.recipient": "sent and read, each on record",
    "facilities.reminding": "written once, with each round on record",
    "facilities.reminder": "cannot be deleted; that it was seen is on record",
    "facilities.facilitychange": "news for whoever keeps figures, gone once they are made",
    "cameras.conformanceresult": "measured, and never changed",
    "cameras.acceptance": "never changed",
}


def ours() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model._meta.app_label in ("facilities", "cameras", "inspections") and model not in event_models():
            yield model


def test_all_that_people_edit_has_a_history() -> None:
    with_history = {tracked(model)._meta.label_lower for model in event_models()}
    every = {model._meta.label_lower for model in ours()}
    assert every - with_history - set(WITHOUT_HISTORY) == set()
    assert set(WITHOUT_HISTORY) <= every
    assert set(WITHOUT_HISTORY) & with_history == set()


def test_each_version_belongs_to_a_node_or_to_no_province() -> None:
    without = {tracked(model) for model in event_models() if not organisation_path(model)}
    assert without == {AdministrativeUnit, User}
    scoped = {model for model in ours() if issubclass(model, Scoped)}
    assert scoped & without == set()


def only_growing() -> list[Any]:
    return [Record, DaySeal, *event_models()]


@pytest.fixture
def grown(world: World) -> World:
    """A world in which each of the tables has a row."""
    record(RecordedAction.EXPORTED, actor=None, now=NOW)
    until = deadline(world.nodes["national"], NOW.date(), NOW)
    rule(world.nodes["national"], "R1", NOW)
    ReminderRule.objects.create(
        organisation=until.organisation, deadline=until, days=-1, text="Sắp đến hạn", set_at=NOW
    )
    Contact.objects.create(
        facility=world.facilities["tam_ky_school"], full_name="A", title="B", phone="0905123456", email="a@b.vn"
    )
    assert len(seal_days(now=NOW.replace(month=7), at_most=1)) == 1
    return world


def test_nobody_changes_or_removes_what_only_grows(grown: World) -> None:
    for model in only_growing():
        row = model.objects.order_by("-pk").first()
        assert row is not None, model
        key, table = model._meta.pk.column, model._meta.db_table
        column = next(field for field in model._meta.concrete_fields if not field.primary_key).name
        same = {column: getattr(row, column)}
        tries: list[Callable[[], Any]] = [
            row.save,
            row.delete,
            partial(model.objects.filter(pk=row.pk).update, **same),
            model.objects.all().delete,
            partial(_run, f'UPDATE "{table}" SET "{key}" = "{key}" + 1'),  # noqa: S608 - a model's own names
            partial(_run, f'DELETE FROM "{table}"'),  # noqa: S608 - as above
        ]
        before = model.objects.count()
        for attempt in tries:
            with pytest.raises(ProgrammingError, match=f"Cannot update or delete rows from {table}"):
                _apart(attempt)
        assert model.objects.count() == before


def _apart(attempt: Callable[[], Any]) -> None:
    with transaction.atomic():
        attempt()


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

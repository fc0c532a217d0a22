"""Published tables name their moment and can be made again."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cameras.enums import State
from facilities.enums import RecordedAction, Sector, Stage
from facilities.models import Record
from portal.figures.freezing import amend, freeze
from portal.figures.publishing import Reproduced, publish, reproduce
from portal.models import Publication, Snapshot
from tests.portal.figures.happenings import report, turn
from tests.portal.figures.test_freezing import DAY, FROZEN_AT, MIDNIGHT
from tests.world import World


def published(world: World, name: str, **options: object) -> Publication:
    actor = world.people[name]
    given = {"title": "Bảng ngày", "day": DAY, "unit": None, "sectors": (), **options}
    return publish(organisation=world.nodes["qn"], actor=actor, now=FROZEN_AT, **given)  # type: ignore[arg-type] # by name


def codes(publication: Publication) -> set[str]:
    return set(Snapshot.objects.filter(pk__in=publication.snapshots).values_list("code", flat=True))


@pytest.fixture
def frozen(world: World) -> World:
    turn(world.cameras["tam_ky_school"], State.OK, MIDNIGHT - timedelta(hours=3))
    freeze(DAY, now=FROZEN_AT)
    return world


def test_it_holds_what_its_publisher_reaches_and_nothing_else(frozen: World) -> None:
    assert codes(published(frozen, "qn_leader")) == {"tam_ky_school", "hoi_an_hotel", "qn_barracks"}
    assert codes(published(frozen, "qn_leader", sectors=[Sector.CIVIL])) == {"tam_ky_school"}
    assert codes(published(frozen, "national_leader", unit=frozen.nodes["dn"].area)) == {"da_nang_dormitory"}
    with pytest.raises(ValidationError) as refusal:
        published(frozen, "qn_leader", unit=frozen.nodes["dn"].area)
    assert list(refusal.value.message_dict) == ["day"]


def test_a_day_that_is_not_frozen_cannot_be_published(frozen: World) -> None:
    with pytest.raises(ValidationError) as refusal:
        published(frozen, "qn_leader", day=DAY + timedelta(days=1))
    assert list(refusal.value.message_dict) == ["day"]


def test_it_is_made_again_and_equal_and_says_what_was_amended_since(frozen: World) -> None:
    publication = published(frozen, "qn_leader")
    assert Record.objects.get(action=RecordedAction.FIGURES_PUBLISHED).detail["rows"] == 3
    assert reproduce(publication) == Reproduced(equal=True, amended=0)
    row = Snapshot.objects.get(facility=frozen.facilities["tam_ky_school"])
    report(frozen.facilities["tam_ky_school"], Stage.SURVEYED, DAY, FROZEN_AT + timedelta(hours=1))
    amend(row, reason="Báo cáo muộn", actor=frozen.people["qn_leader"], now=FROZEN_AT + timedelta(hours=2))
    assert reproduce(publication) == Reproduced(equal=True, amended=1)
    assert codes(published(frozen, "qn_leader")) == codes(publication)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE portal_snapshot SET verified = 7 WHERE id = %s", [row.pk])
    assert not reproduce(publication).equal

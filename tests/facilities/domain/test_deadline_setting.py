"""Deadlines are taken from documents, for what one directs, and revised without losing what they said before."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from facilities.domain.deadline_setting import revise_deadline, set_deadline
from facilities.domain.distribution import distribute
from facilities.enums import Bound, MandateFunction, RecordedAction, Role, Sector, Stage
from facilities.models import AdministrativeUnit, Deadline, Document, Mandate, Record
from tests.facilities.papers import fresh, incoming, issued
from tests.world import NOW, World, add_person

ALL = tuple(Sector)


def unit(name: str) -> AdministrativeUnit:
    return AdministrativeUnit.objects.get(name=name)


def set_by(world: World, person: str, document: Document, area: str | None, *sectors: Sector, **more: Any) -> Deadline:
    given: dict[str, Any] = {"milestone": Stage.CONNECTED, "day": date(2021, 6, 12), "bound": Bound.BEFORE}
    return set_deadline(
        document=document,
        area=unit(area) if area else None,
        sectors=sectors,
        actor=world.people[person],
        now=NOW,
        **given | more,
    )


def refused(error: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(error.value.message_dict)


@pytest.fixture
def order(world: World) -> Document:
    """The letter of the national body, sent to both provinces, the department and the command."""
    document = incoming(world, "national")
    to = [fresh(world, name) for name in ("qn", "dn", "qn_health", "qn_command", "tam_ky")]
    distribute(document=document, to=to, actor=world.people["national_leader"], now=NOW)
    return document


def test_before_the_twelfth_leaves_the_eleventh(world: World, order: Document) -> None:
    before = set_by(world, "national_leader", order, None, *ALL)
    by = set_by(world, "national_leader", order, None, *ALL, bound=Bound.BY)
    assert (before.last_day, by.last_day) == (date(2021, 6, 11), date(2021, 6, 12))
    assert (before.organisation, before.sectors) == (world.nodes["national"], [])
    entry = Record.objects.filter(action=RecordedAction.DEADLINE_SET).earliest("pk")
    assert entry.detail["deadline"] == before.pk
    assert entry.detail["last_day"] == "2021-06-11"


@pytest.mark.parametrize(
    ("person", "area", "sectors"),
    [
        ("national_leader", None, ALL),
        ("qn_leader", "Quảng Nam", ALL),
        ("qn_leader", "Hội An", (Sector.CIVIL,)),
        # Along its mandate: the civil facilities and hotels of its province, and of each district there.
        ("qn_health_inspector", "Quảng Nam", (Sector.CIVIL, Sector.PAID_HOTEL)),
        ("qn_health_inspector", "Tam Kỳ", (Sector.CIVIL,)),
    ],
)
def test_one_sets_deadlines_for_what_one_directs(
    world: World, order: Document, person: str, area: str | None, sectors: tuple[Sector, ...]
) -> None:
    assert set_by(world, person, order, area, *sectors).set_by == world.people[person]


@pytest.mark.parametrize(
    ("person", "area", "sectors"),
    [
        ("qn_leader", None, ALL),
        ("qn_leader", "Đà Nẵng", ALL),
        ("qn_health_inspector", "Quảng Nam", ALL),
        ("qn_health_inspector", "Quảng Nam", ()),
        ("qn_health_inspector", "Tam Kỳ", (Sector.ARMY,)),
        ("qn_health_inspector", "Đà Nẵng", (Sector.CIVIL,)),
        ("qn_health_inspector", None, (Sector.CIVIL,)),
        # There are barracks in the district that are the command's.
        ("qn_inspector", "Tam Kỳ", ALL),
        ("qn_army_leader", "Quảng Nam", ALL),
        # No such hotel there yet, but the command would not direct the next one.
        ("qn_army_leader", "Tam Kỳ", (Sector.PAID_HOTEL,)),
        ("qn_analyst", "Quảng Nam", ALL),
        ("tam_ky_officer", "Tam Kỳ", (Sector.CIVIL,)),
    ],
)
def test_nobody_sets_deadlines_for_facilities_beyond_their_reach(
    world: World, order: Document, person: str, area: str | None, sectors: tuple[Sector, ...]
) -> None:
    with pytest.raises(ValidationError) as error:
        set_by(world, person, order, area, *sectors)
    assert refused(error) == {"area"}
    assert not Deadline.objects.exists()


def test_a_lead_agency_sets_them_where_its_mandate_says_so(world: World, order: Document) -> None:
    """In Quảng Nam the military command leads."""
    mandate = Mandate.objects.create(
        organisation=world.nodes["qn_command"],
        function=MandateFunction.LEAD,
        area=unit("Quảng Nam"),
        sectors=list(ALL),
        valid_from=date(2021, 6, 1),
        valid_to=date(2021, 6, 11),
    )
    assert set_by(world, "qn_army_leader", order, "Quảng Nam", *ALL).organisation == world.nodes["qn_command"]
    Mandate.objects.filter(pk=mandate.pk).update(valid_to=date(2021, 6, 10))
    with pytest.raises(ValidationError):
        set_by(world, "qn_army_leader", order, "Quảng Nam", *ALL)


def test_it_rests_on_a_document_that_one_has(world: World) -> None:
    with pytest.raises(ValidationError) as error:
        set_by(world, "qn_leader", issued(world, "dn"), "Quảng Nam")
    assert refused(error) == {"document"}


def test_days_and_milestones_that_make_no_sense_are_refused(world: World, order: Document) -> None:
    # The letter is of 30/5: "before 30/5" would end on the day before it.
    same = set_by(world, "national_leader", order, None, day=order.issued_on, bound=Bound.BY)
    assert same.last_day == order.issued_on
    with pytest.raises(ValidationError) as error:
        set_by(world, "national_leader", order, None, day=order.issued_on)
    assert refused(error) == {"day"}
    with pytest.raises(ValidationError) as error:
        set_by(world, "national_leader", order, None, milestone=Stage.NOT_SURVEYED)
    assert refused(error) == {"milestone"}


def test_a_revision_supersedes_and_both_stay(world: World, order: Document) -> None:
    first = set_by(world, "qn_leader", order, "Quảng Nam", Sector.CIVIL)
    letter = issued(world, "qn")
    later = revise_deadline(
        deadline=first,
        document=letter,
        day=date(2021, 6, 20),
        bound=Bound.BY,
        actor=world.people["qn_leader"],
        now=NOW + timedelta(minutes=1),
    )
    assert (later.supersedes, later.milestone, later.area, later.sectors) == (
        first,
        Stage.CONNECTED,
        unit("Quảng Nam"),
        [Sector.CIVIL],
    )
    first.refresh_from_db()
    assert (first.last_day, first.supersedes) == (date(2021, 6, 11), None)
    with pytest.raises(ValidationError, match="20/06/2021") as error:
        revise(world, "qn_leader", first, letter)
    assert refused(error) == {"supersedes"}


def test_what_was_set_above_is_not_loosened_below(world: World, order: Document) -> None:
    national = set_by(world, "national_leader", order, "Quảng Nam", *ALL)
    with pytest.raises(ValidationError) as error:
        revise(world, "qn_leader", national, order)
    assert refused(error) == {"supersedes"}
    # Nor by whoever directs the body, and not all of the facilities.
    add_person(world, "health_only", Role.LEADER, "qn_health")
    provincial = set_by(world, "qn_health_inspector", order, "Quảng Nam", Sector.CIVIL)
    assert revise(world, "health_only", provincial, order).supersedes == provincial
    Mandate.objects.update(sectors=[Sector.PAID_HOTEL])
    with pytest.raises(ValidationError) as error:
        revise(world, "health_only", Deadline.objects.latest("pk"), order)
    assert refused(error) == {"area"}


def test_none_supersedes_itself_in_a_circle(world: World, order: Document) -> None:
    first = set_by(world, "national_leader", order, None)
    second = revise(world, "national_leader", first, order)
    # No act of the portal makes one; what was made otherwise is not built upon.
    Deadline.objects.filter(pk=first.pk).update(supersedes=second)
    for deadline in (first, second):
        with pytest.raises(ValidationError) as error:
            revise(world, "national_leader", deadline, order)
        assert refused(error) == {"supersedes"}
    assert Deadline.objects.count() == 2


def revise(world: World, person: str, deadline: Deadline, document: Document) -> Deadline:
    return revise_deadline(
        deadline=deadline,
        document=document,
        day=date(2021, 6, 30),
        bound=Bound.BY,
        actor=world.people[person],
        now=NOW,
    )

from datetime import date, datetime, timedelta

import pgtrigger
from django.apps import apps
from pytest_django import DjangoAssertNumQueries

from facilities.domain.closing import close_organisation
from facilities.domain.moving import move_organisation
from facilities.domain.past import called_on, children_on, line_on
from facilities.domain.tree import create_organisation
from facilities.enums import OrganisationKind
from facilities.models import Organisation
from tests.world import NOW, World

TODAY, YESTERDAY = date(2021, 6, 11), date(2021, 6, 10)


def renamed(world: World, name: str, to: str, at: datetime) -> None:
    """As if somebody had done so then: the first version of the body is a week older."""
    events = apps.get_model("facilities", "OrganisationEvent").objects.filter(pgh_obj_id=world.nodes[name].pk)
    with pgtrigger.ignore("facilities.OrganisationEvent:append_only"):
        events.update(pgh_created_at=at - timedelta(days=7))
        Organisation.objects.filter(pk=world.nodes[name].pk).update(name=to)
        events.filter(name=to).update(pgh_created_at=at)


def test_a_body_is_called_as_it_was_then(world: World) -> None:
    renamed(world, "qn_health", "Sở Y tế và Xã hội", NOW)

    def name_on(day: date) -> str:
        return called_on([Organisation.objects.get(pk=world.nodes["qn_health"].pk)], day)[0].name

    assert name_on(YESTERDAY) == "Sở Y tế Quảng Nam"
    assert name_on(TODAY) == "Sở Y tế và Xã hội"
    assert name_on(date(2020, 1, 1)) == "Sở Y tế Quảng Nam"


def test_children_and_the_line_above_are_those_of_the_day(world: World) -> None:
    command, school = world.nodes["qn_command"], world.nodes["tam_ky_school"]
    for node, to in ((command, "qn_health"), (school, "qn_health")):
        move_organisation(organisation=node, to=world.nodes[to], on=TODAY, actor=None, now=NOW)
    qn, health, tam_ky = (Organisation.objects.get(pk=world.nodes[name].pk) for name in ("qn", "qn_health", "tam_ky"))
    assert command in children_on(qn, YESTERDAY)
    assert command not in children_on(qn, TODAY)
    assert children_on(health, YESTERDAY) == []
    assert children_on(health, TODAY) == [command, school]
    assert children_on(tam_ky, YESTERDAY) == [school]
    assert children_on(tam_ky, TODAY) == []
    school = Organisation.objects.get(pk=school.pk)
    assert line_on(school, YESTERDAY) == [world.nodes["national"], qn, tam_ky]
    assert line_on(school, TODAY) == [world.nodes["national"], qn, health]
    # The army's school went along with its command.
    barracks = Organisation.objects.get(pk=world.nodes["qn_barracks"].pk)
    assert line_on(barracks, YESTERDAY) == [world.nodes["national"], qn, command]
    assert line_on(barracks, TODAY) == [world.nodes["national"], qn, health, command]


def test_a_body_that_moved_twice_is_found_at_each_of_its_places(world: World) -> None:
    days = [date(2021, 6, day) for day in (1, 5, 9)]
    for day, to in zip(days, ("qn_health", "qn", "qn_health"), strict=True):
        move_organisation(organisation=world.nodes["qn_command"], to=world.nodes[to], on=day, actor=None, now=NOW)
    command = Organisation.objects.get(pk=world.nodes["qn_command"].pk)
    places = [line_on(command, day)[-1] for day in (date(2021, 5, 31), *days, TODAY)]
    names = ("qn", "qn_health", "qn", "qn_health", "qn_health")
    assert places == [world.nodes[name] for name in names]


def test_what_is_closed_is_shown_up_to_its_last_day(world: World) -> None:
    close_organisation(organisation=world.nodes["qn_health"], on=YESTERDAY, actor=None, now=NOW)
    qn = Organisation.objects.get(pk=world.nodes["qn"].pk)
    assert world.nodes["qn_health"] in children_on(qn, YESTERDAY)
    assert world.nodes["qn_health"] not in children_on(qn, TODAY)


def test_the_number_of_queries_does_not_grow_with_the_children(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(2):
        qn = Organisation.objects.get(pk=world.nodes["qn"].pk)
        with django_assert_num_queries(6):
            children_on(qn, TODAY)
        for name in ("Sở một", "Sở hai"):
            create_organisation(parent=qn, kind=OrganisationKind.DEPARTMENT, name=name, area=None, actor=None)

"""Every route × persona × method × thing of theirs or of others, against what was written down by hand."""

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import Settings

from tests.access.browsing import Browser, session_of, written
from tests.access.derived import UNSAFE
from tests.access.kinds import LOGGED_IN, OPEN, OWN_ACCOUNT, OWN_IF_ANY
from tests.access.matrix import DONE, questions, routes_served, wrongs
from tests.access.oracle import PERSONAS, ROLES_OF
from tests.access.table import TABLE
from tests.world import World


@pytest.fixture(autouse=True)
def _second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def test_the_table_has_a_row_for_each_route_and_no_other() -> None:
    """What a new route takes must be written down before the matrix is whole."""
    assert sorted(path for path, _ in routes_served()) == sorted(TABLE)


def test_the_oracle_knows_everybody(standing_world: World) -> None:
    """A person of the world whom it does not know could be named to anybody, unseen."""
    assert set(standing_world.people) == set(ROLES_OF)
    # Nor would a name within another's tell one from the other.
    assert not [(one, other) for one in ROLES_OF for other in ROLES_OF if one != other and one in other]


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_may_do_what_is_theirs_and_reads_of_nothing_else(standing_world: World, persona: str) -> None:
    wrong = wrongs(standing_world, persona)
    assert not wrong, "\n".join(wrong)


def test_what_is_let_through_changes_something(standing_world: World) -> None:
    """Were the bodies that the matrix sends refused anyhow, it would prove nothing."""
    client, who, idle = Browser(session_of(standing_world, "qn_chief")), PERSONAS["qn_chief"], set()
    for question in questions(who=who):
        if question.row.derived or question.method not in UNSAFE:
            continue
        if question.takes in (None, OPEN, LOGGED_IN, OWN_ACCOUNT, OWN_IF_ANY):
            continue
        if question.expected(who) == DONE:
            with transaction.atomic():
                question.prepared(standing_world)
                before = written()
                question.asked(client, standing_world)
                if written() == before:
                    idle.add(question.route)
                transaction.set_rollback(True)
    # That one only says what it thinks of an address.
    assert idle == {"facilities/<int:pk>/cameras/address/"}


def test_nothing_is_changed_for_a_page_of_another_site(standing_world: World) -> None:
    """A request with the person's cookie and without the form's token, by each method of each route."""
    client, wrong = Browser(session_of(standing_world, "qn_chief"), enforce_csrf_checks=True), []
    for question in questions(who=PERSONAS["qn_chief"]):
        if question.method in UNSAFE and question.takes is not None:
            answer = question.asked(client, standing_world)
            # What stands open may find nothing to be about before it looks at anything else.
            if answer.status_code != 403 and (question.takes != OPEN or answer.status_code != 404):
                wrong.append(f"{question}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_the_second_factor_is_asked_for_in_this_matrix() -> None:
    assert settings.SECOND_FACTOR_REQUIRED
    assert [name for name, who in PERSONAS.items() if who.held_up] == ["without_second_factor"]

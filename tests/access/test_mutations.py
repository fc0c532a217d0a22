"""The matrix bites: with the rule of any one door or page removed, or any one of its conditions, it finds something."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.mixins import LoginRequiredMixin
from django.test import Client
from django.urls import path
from django.utils import timezone
from django.views.generic import DetailView
from pytest_django import Settings
from rest_framework.mixins import DestroyModelMixin, RetrieveModelMixin
from rest_framework.permissions import AllowAny

from facilities.access import rule
from facilities.access.doors import api, page
from facilities.access.doors.api import Resource
from facilities.access.doors.page import Page, PersonalPage
from facilities.enums import MandateFunction, Permission
from facilities.models import Facility
from facilities.serializers import FacilitySerializer
from portal.figures.refreshing import refresh
from tests.access.derived import WORDS
from tests.access.kinds import FACILITY, Row
from tests.access.matrix import findings, questions, routes_served
from tests.access.oracle import FIGURES, PERSONAS
from tests.access.table import TABLE
from tests.world import World

# Whom to ask: between them they lack each permission somewhere, and reach things in all the ways there are.
ASKED_BY = (
    "tam_ky_officer",
    "qn_administrator",
    "qn_analyst",
    "contractor",
    "patchwork",
    "dn_line_operator",
    "without_second_factor",
    "anonymous",
)
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def caught(world: World, table: dict[str, Row]) -> str | None:
    """The first thing that the matrix finds wrong with these routes, if any."""
    for persona in ASKED_BY:
        for wrong in findings(world, persona, list(questions(table, PERSONAS[persona]))):
            return wrong
    return None


def misjudged(world: World) -> str | None:
    """The first person and permission with which the rule reaches other facilities than the oracle, if any."""
    for name, who in PERSONAS.items():
        for permission, word in WORDS.items():
            if name != "anonymous":
                rows = Facility.objects.visible_to(world.people[name], permission)
                reached = set(rows.values_list("code", flat=True))
                if reached != {facility[:20] for facility in who.facilities(word)}:
                    return f"{name}, {permission}: {sorted(reached)}"
    return None


class TestConditionsOfTheRule:
    """Each condition of the rule's one query, taken away."""

    CONDITIONS = {
        "whose grant it is": ("granted.user_id = %s", "%s > 0"),
        "which permission": ("permission.codename = %s", "%s <> ''"),
        "that grants end": ("(granted.expires_at IS NULL OR granted.expires_at > %s)", "%s IS NOT NULL"),
        "that accounts are disabled": ("AND person.is_active", ""),
        "below the node only, from above": ("node.path >= granted.path AND", ""),
        "below the node only, to the end": ("AND node.path < granted.path || '~'", ""),
        "the mandate's area": ("place.area_id = overseen.area_id AND", ""),
        "the mandate's sectors": ("AND place.sector = overseen.sector", ""),
        "the mandate's function": ("function = ANY(%s)", "%s::text[] IS NOT NULL"),
        "that mandates begin": ("valid_from <= %s", "%s IS NOT NULL"),
        "that mandates end": ("(valid_to IS NULL OR valid_to >= %s)", "%s IS NOT NULL"),
        "whose mandate it is": ("AND organisation_id IN (SELECT id FROM below)", ""),
    }

    def test_whole_it_says_what_the_oracle_says(self, standing_world: World) -> None:
        assert misjudged(standing_world) is None

    @pytest.mark.parametrize("condition", CONDITIONS)
    def test_without(self, standing_world: World, monkeypatch: Patch, condition: str) -> None:
        text, instead = self.CONDITIONS[condition]
        assert text in rule._RULE, "the rule was written anew: so must this be"
        monkeypatch.setattr(rule, "_RULE", rule._RULE.replace(text, instead))
        assert misjudged(standing_world)

    def test_without_what_functions_carry(self, standing_world: World, monkeypatch: Patch) -> None:
        monkeypatch.setattr(rule, "CARRIED", dict.fromkeys(MandateFunction, frozenset(Permission)))
        assert misjudged(standing_world)


class Recommended(Page, DetailView[Facility]):
    """A generic view that gets its rows from the door, as the recipe says."""

    permissions = {"GET": Permission.VIEW_FIGURES}
    model = Facility
    template_name = "404.html"


class Removable(RetrieveModelMixin, DestroyModelMixin, Resource):
    """A resource that could delete, and names no permission for it."""

    permissions = {"retrieve": Permission.VIEW_FIGURES}
    queryset = Facility.objects.select_related("organisation", "district", "province").order_by("pk")
    serializer_class = FacilitySerializer


SPECIMENS = [
    path("new/<int:pk>/", Recommended.as_view()),
    path("api/new/<int:pk>/", Removable.as_view({"get": "retrieve", "delete": "destroy"})),
]


def _initial_of_django(self: Resource, request: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as patched
    super(Resource, self).initial(request, *args, **kwargs)


def _rows_of_django(self: Resource) -> Any:  # noqa: ANN401 - as patched
    return super(Resource, self).get_queryset()


def _any_method(self: PersonalPage, request: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as patched
    return LoginRequiredMixin.dispatch(self, request, *args, **kwargs)


def _not_logged_in(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as patched
    return super(LoginRequiredMixin, self).dispatch(request, *args, **kwargs)


class TestDoors:
    """What each door does for all that stands behind it, taken away."""

    DOORS: dict[str, Callable[[Patch], None]] = {
        "pages look at what is visible": lambda patch: patch.setattr(Page, "visible", lambda _self, rows: rows),
        "generic views look at what is visible": lambda patch: patch.setattr(
            Page, "get_queryset", lambda self: self.model.objects.all()
        ),
        "pages are for who is logged in": lambda patch: patch.setattr(LoginRequiredMixin, "dispatch", _not_logged_in),
        "pages answer the methods that they name": lambda patch: patch.setattr(PersonalPage, "dispatch", _any_method),
        "pages ask for the second factor": lambda patch: patch.setattr(page, "lacking", lambda *_: False),
        "resources look at what is visible": lambda patch: patch.setattr(Resource, "get_queryset", _rows_of_django),
        "resources answer the actions that they name": lambda patch: patch.setattr(
            Resource, "initial", _initial_of_django
        ),
        "resources ask for the second factor": lambda patch: patch.setattr(api, "lacking", lambda *_: False),
        "resources are for who is logged in": lambda patch: patch.setattr(Resource, "permission_classes", (AllowAny,)),
    }

    def test_whole_they_let_nothing_through(self, standing_world: World, serve: Callable[..., None]) -> None:
        serve(*SPECIMENS)
        assert caught(standing_world, PART) is None

    @pytest.mark.parametrize("door", DOORS)
    def test_without(self, standing_world: World, serve: Callable[..., None], monkeypatch: Patch, door: str) -> None:
        serve(*SPECIMENS)
        self.DOORS[door](monkeypatch)
        assert caught(standing_world, PART)


# A few routes of every sort, and the specimens.
PART = {
    **{route: TABLE[route] for route in ("facilities/<int:pk>/", "wall/", "api/cameras/<pk>/", "api/facilities/")},
    "new/<int:pk>/": Row({"GET": FIGURES}, FACILITY),
    "api/new/<int:pk>/": Row({"GET": FIGURES}, FACILITY, api=True),
}


# What a view names may be forgotten where the rule is asked for the same permission again: for the zone that is sent,
# for the people, roles and records of whom the person administers, for the deadlines, facilities and claims that they
# direct or answer. The rule itself may not.
ASKED_AGAIN = {
    "CameraResource", "People", "Invitation", "PersonPage", "PersonAccount", "RoleGiving", "RoleEnd", "RoleTaking",
    "MandateChoice", "Records", "RecordsExport", "Edits", "EditsExport",
    "ReminderNew", "ReminderRules", "DeadlineReminders", "Connections",
}  # fmt: skip
# Offer bodies or deadlines to choose from, which those who see figures see anyway.
OFFER = {"Invitation", "MandateChoice", "ReminderRules"}
# Takes nothing but what the portal has signed for the person, on what they administer.
SIGNED = {"RoleReturn"}
# Takes a role of the person's own at the very body, which no reach stands for.
OWN_ROLE = {"DocumentAcknowledge"}
# They count, and name no facility of this world: what a persona's page counts, by the view.
COUNT_ALONE: dict[str, Callable[[Any], int]] = {
    "ComplianceRules": lambda context: sum(tally.number for tally in context["rules"][0]["tally"]),
    "ProgressCurve": lambda context: context["progress"].target,
}
OPENED = """
    SELECT id FROM facilities_organisation
    WHERE (%s, %s, %s, %s::text[], %s, %s) IS NOT NULL
"""


@dataclass(frozen=True)
class Behind:
    """One view behind a door, at one route."""

    route: str
    view: type[Page | Resource]
    # Methods of pages, actions of resources.
    answers: frozenset[str]

    @property
    def asks_for_more(self) -> set[str]:
        """What of it takes more than to see figures."""
        return {each for each in self.answers if self.view.permissions.get(each) is not Permission.VIEW_FIGURES}

    @property
    def asks_again(self) -> bool:
        return self.view.__name__ in ASKED_AGAIN

    def __str__(self) -> str:
        return f"{self.view.__name__} at {self.route}"


def _behind_doors() -> Iterator[Behind]:
    for route, entry in routes_served():
        view: Any = getattr(entry.callback, "view_class", None) or getattr(entry.callback, "cls", None)
        if not isinstance(view, type) or view.__name__ in SIGNED | OWN_ROLE or route not in TABLE:
            continue
        if issubclass(view, Page | Resource):
            actions: dict[str, str] = getattr(entry.callback, "actions", {})
            yield Behind(route, view, frozenset(actions.values() or view.permissions))


VIEWS = list(_behind_doors())


class TestEachViewBehindADoor:
    """What the matrix finds at each page and resource: new ones enter without being named, once they have a row."""

    @pytest.mark.parametrize("behind", [behind for behind in VIEWS if behind.view.__name__ not in COUNT_ALONE], ids=str)
    def test_when_the_rule_lets_everybody_reach_everything(
        self, standing_world: World, monkeypatch: Patch, behind: Behind
    ) -> None:
        monkeypatch.setattr(rule, "_RULE", OPENED)
        assert caught(standing_world, {behind.route: TABLE[behind.route]})

    @pytest.mark.parametrize("behind", [behind for behind in VIEWS if behind.view.__name__ in COUNT_ALONE], ids=str)
    def test_what_counts_alone_counts_more_when_the_rule_lets_everybody_reach_everything(
        self, standing_world: World, monkeypatch: Patch, settings: Settings, behind: Behind
    ) -> None:
        settings.SECOND_FACTOR_REQUIRED = False
        while refresh(now=timezone.now()):
            pass

        def counted_by(name: str) -> int:
            client = Client()
            client.force_login(standing_world.people[name])
            return COUNT_ALONE[behind.view.__name__](client.get(f"/{behind.route}").context)

        everything = counted_by("national_leader")
        assert 0 < counted_by("qn_leader") < everything
        monkeypatch.setattr(rule, "_RULE", OPENED)
        assert counted_by("qn_leader") == everything

    @pytest.mark.parametrize(
        "behind", [behind for behind in VIEWS if behind.asks_for_more and behind.view.__name__ not in OFFER], ids=str
    )
    def test_when_the_rule_takes_figures_for_enough(
        self, standing_world: World, monkeypatch: Patch, behind: Behind
    ) -> None:
        more = rule._RULE.replace("permission.codename = %s", "permission.codename IN (%s, 'view_figures')")
        assert more != rule._RULE
        monkeypatch.setattr(rule, "_RULE", more)
        assert caught(standing_world, {behind.route: TABLE[behind.route]})

    @pytest.mark.parametrize(
        ("behind", "action"),
        [(behind, action) for behind in VIEWS for action in sorted(behind.asks_for_more) if not behind.asks_again],
        ids=str,
    )
    def test_when_figures_are_enough_for_it(
        self, standing_world: World, monkeypatch: Patch, behind: Behind, action: str
    ) -> None:
        permissions = behind.view.permissions | {action: Permission.VIEW_FIGURES}
        monkeypatch.setattr(behind.view, "permissions", permissions)
        assert caught(standing_world, {behind.route: TABLE[behind.route]})

"""The wall: is all well, and what must I look at? Frames of tiles; the pictures come over the socket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _

from cameras.enums import State
from cameras.live.census import FORBIDDEN, ORDER, STANDING, TROUBLE, Place, census, together
from cameras.models import Camera
from facilities.access.doors.page import Page
from facilities.domain.folding import matches
from facilities.enums import Permission
from facilities.models import Organisation
from facilities.models.scope import ScopedQuerySet

TILES_PER_PAGE = 60


@dataclass(frozen=True, slots=True)
class Branch:
    """A way down the tree, with what stands there."""

    organisation: Organisation
    cameras: int
    down: int


class WallChooser(Page):
    """The tops of what the person may watch; who has one top only goes there at once."""

    permissions = {"GET": Permission.VIEW_PICTURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        tops = _tops(self.visible(Organisation.objects.order_by("path")))
        if len(tops) == 1:
            return redirect("wall_of", tops[0].pk)
        places = census(self.visible(Camera.objects.all())) if tops else []
        return render(request, "cameras/wall_chooser.html", {"branches": _branches(tops, places)})


class Wall(Page):
    """The cameras at and below one node, trouble first. The counts above them are asked for anew each minute."""

    permissions = {"GET": Permission.VIEW_PICTURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        organisation = get_object_or_404(self.visible(Organisation.objects.select_related("facility")), pk=pk)
        cameras = self.visible(Camera.objects.below(organisation))
        places = census(cameras)
        query = request.GET.get("q", "").strip()
        found = [place for place in places if matches(query, place.name)] if query else places
        standing = request.GET.get("state", "")
        counted = {"standings": _standings(found, standing), "query": query}
        if "HX-Request" in request.headers:
            return render(request, "cameras/wall_news.html", counted)
        page = Paginator(_shown(cameras, standing, found if query else None), TILES_PER_PAGE).get_page(
            request.GET.get("page")
        )
        context = counted | {
            "organisation": organisation,
            "facility": getattr(organisation, "facility", None),
            "ancestors": self.visible(_above(organisation)),
            "branches": _branches(self.visible(_below(organisation)), places),
            "page": page,
            "searchable": len(places) > 1,
            "standing": standing,
            "words": wall_words(),
        }
        return render(request, "cameras/wall.html", context)


def wall_words() -> dict[str, str]:
    """What the wall's script says, in the reader's language."""
    return {
        "stale": _("Old picture"),
        "captured": _("Captured {time}"),
        "since": _("since {time}"),
        "changed": _("{camera}: {state}"),
        "lost": _("Connection to the server lost. Trying again …"),
        "closed": _("You may no longer see these pictures. Go back to the first page, or log in again."),
        "gone": _("A camera is no longer yours to see."),
        "secondFactor": _("Pictures are shown to those who logged in with a second factor."),
        "secondFactorLink": _("Set one up or give it"),
        "secondFactorAddress": resolve_url(settings.SECOND_FACTOR_URL),
    }


def _shown(cameras: QuerySet[Camera], standing: str, places: Sequence[Place] | None) -> QuerySet[Camera]:
    """The cameras of one standing (of all, if none is named) in these places, trouble first."""
    shown = cameras.annotate(standing=STANDING).annotate(trouble=TROUBLE).select_related("zone__facility__organisation")
    if standing in ORDER:
        shown = shown.filter(standing=standing)
    if places is not None:
        shown = shown.filter(zone__facility__in=[place.facility for place in places])
    return shown.select_related("state").order_by("trouble", "zone__facility", "zone", "name")


def _standings(places: Sequence[Place], chosen: str) -> list[dict[str, Any]]:
    """The filter's choices with their counts; those without a camera only while chosen."""
    counts = together(places)
    return [
        {"value": value, "forbidden": value == FORBIDDEN, "count": counts[value], "chosen": value == chosen}
        for value in ORDER
        if counts[value] or value == chosen
    ]


def _above(organisation: Organisation) -> ScopedQuerySet[Organisation]:
    """The nodes above, from the top; a path is made of steps of one length."""
    step = Organisation.steplen
    paths = [organisation.path[:end] for end in range(step, len(organisation.path), step)]
    above: ScopedQuerySet[Organisation] = Organisation.objects.filter(path__in=paths).order_by("path")
    return above


def _below(organisation: Organisation) -> ScopedQuerySet[Organisation]:
    """The nodes right below, by name."""
    below: ScopedQuerySet[Organisation] = Organisation.objects.filter(
        path__startswith=organisation.path, depth=organisation.depth + 1
    )
    return below.order_by("name")


def _tops(organisations: QuerySet[Organisation]) -> list[Organisation]:
    """Of organisations in the order of their paths, those with none above them."""
    tops: list[Organisation] = []
    for organisation in organisations:
        if not tops or not organisation.path.startswith(tops[-1].path):
            tops.append(organisation)
    return tops


def _branches(organisations: Sequence[Organisation] | QuerySet[Organisation], places: Sequence[Place]) -> list[Branch]:
    """The nodes that have cameras at or below them, those with the most trouble first."""
    branches = []
    for organisation in organisations:
        counts = together(place for place in places if place.path.startswith(organisation.path))
        if counts:
            branches.append(Branch(organisation, counts.total(), counts[State.DOWN.value]))
    return sorted(branches, key=lambda branch: -branch.down)

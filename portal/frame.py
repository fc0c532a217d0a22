"""What every page's frame needs: the time of its figures, the theme, and where the person may go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from facilities.domain.distribution import awaiting
from facilities.enums import Permission
from facilities.models import Organisation, User

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True, slots=True)
class Destination:
    """An entry of the main navigation, shown to those who reach something with `permission`."""

    route: str
    label: str | Promise
    icon: str
    permission: Permission
    # Where else one is still at this place.
    also: tuple[str, ...] = ()
    # How many things wait there for the person.
    waiting: Callable[[User], int] | None = None


def _unread(person: User) -> int:
    return awaiting(person, now=timezone.now()).count()


ON_PAPER = ("/deadlines/", "/reminders/")
ADMINISTRATION = ("/roles/", "/organisations/", "/mandates/", "/imports/", "/records/")
DESTINATIONS: tuple[Destination, ...] = (
    Destination("compliance", _("Compliance"), "clipboard-check", Permission.VIEW_FIGURES),
    Destination("wall", _("Live wall"), "layout-grid", Permission.VIEW_PICTURES),
    Destination(
        "documents", _("Documents"), "files", Permission.VIEW_FIGURES, ("/deadlines/", "/reminders/"), waiting=_unread
    ),
    Destination("connections", _("Connections"), "plug-connected", Permission.OPERATE),
    Destination("people", _("Administration"), "user-shield", Permission.ADMINISTER, ADMINISTRATION),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Variables of the base template. Nothing here is read from the database before the template asks for it."""
    theme = request.COOKIES.get(THEME_COOKIE)
    return {
        "as_of": timezone.now(),
        "theme": theme if theme in THEMES else None,
        "destinations": SimpleLazyObject(lambda: destinations(request)),
    }


def destinations(request: HttpRequest) -> list[dict[str, Any]]:
    """Where the person who is logged in may go from any page; one query for each permission, and for what waits."""
    person = getattr(request, "user", None)
    if not isinstance(person, User) or not person.is_active:
        return []
    asked = {place.permission for place in DESTINATIONS}
    held = {each for each in asked if Organisation.objects.visible_to(person, each).exists()}
    return [
        {
            "url": reverse(place.route),
            "label": place.label,
            "icon": place.icon,
            "waiting": place.waiting(person) if place.waiting else 0,
            "current": request.path.startswith((reverse(place.route), *place.also)),
        }
        for place in DESTINATIONS
        if place.permission in held
    ]

"""Choosing one of the bodies that the person administers, by typing a part of its name."""

from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone

from facilities.access.doors.page import Page
from facilities.domain.folding import matches
from facilities.domain.keys import key_of
from facilities.models import Organisation

SHOWN = 30


def chosen_organisation(page: Page, sent: QueryDict) -> Organisation | None:
    """The body that `organisation` names, or None where nothing is named; 404 for one out of the person's reach."""
    number = sent.get("organisation", "")
    if not number:
        return None
    key = key_of(number)
    found: Organisation | None = page.visible(Organisation.objects.filter(pk=key)).first() if key is not None else None
    if found is None:
        raise Http404
    return found


def organisation_chooser(page: Page, request: HttpRequest) -> dict[str, Any]:
    """What the template needs to offer bodies: those whose names fit what was typed, the highest first."""
    query = request.GET.get("q", "").strip()[:100]
    today = timezone.localdate()
    bodies = page.visible(Organisation.objects.select_related("facility").order_by("depth", "path"))
    names: dict[str, Organisation] = {}
    for body in bodies:
        if body.valid_to is None or body.valid_to >= today:
            names[body.path] = body
    fitting = [body for body in names.values() if matches(query, body.name, body.name_en, _code(body))]
    found = [(body, names.get(body.path[: -Organisation.steplen])) for body in fitting[:SHOWN]]
    return {"found": found, "more": len(fitting) > SHOWN, "query": query, "administers": bool(names)}


def _code(body: Organisation) -> str:
    facility = getattr(body, "facility", None)
    return f"{body.code} {facility.code}" if facility else body.code

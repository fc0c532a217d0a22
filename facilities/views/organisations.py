"""The tree: who stands below whom, now and on any day before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from facilities.access.doors.page import Page
from facilities.domain.folding import matches
from facilities.domain.past import called_on, children_on, line_on
from facilities.domain.surroundings import counted_below, tops
from facilities.enums import OrganisationKind, Permission
from facilities.forms.acts import AsOfForm
from facilities.models import Facility, Mandate, Organisation, Placement

FOUND = 100


@dataclass(frozen=True)
class Branch:
    """A node, how many facilities at and below it the person reaches, and what stands above it."""

    node: Organisation
    facilities: int
    above: Organisation | None = None
    children: tuple["Branch", ...] = ()

    @property
    def opens(self) -> bool:
        """Whether there may be something to show below it."""
        return self.node.kind != OrganisationKind.FACILITY and self.node.numchild > 0


class Organisations(Page):
    """The top of what the person reaches, opened branch by branch; or what fits the words typed."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest) -> HttpResponse:
        closed, query = "closed" in request.GET, request.GET.get("q", "").strip()[:100]
        rows = self.visible(Organisation.objects.select_related("facility", "area"))
        paths = _facilities(self)
        if query:
            names = {node.path: node for node in rows}
            fitting = [
                node
                for node in names.values()
                if (closed or node.valid_to is None) and matches(query, node.name, node.name_en, _code(node))
            ]
            found = _branches(fitting[:FOUND], paths, names)
        else:
            fitting = []
            found = tuple(
                Branch(top, counted_below(top, paths), children=_branches(_below(self, top, closed=closed), paths))
                for top in tops(rows)
                if closed or top.valid_to is None
            )
        context = {
            "branches": found,
            "query": query,
            "closed": closed,
            "more": len(fitting) > FOUND,
            "administers": Organisation.objects.visible_to(self.person, Permission.ADMINISTER).exists(),
            "kept": "?closed=on" if closed else "",
        }
        return render(request, "facilities/organisations.html", context)


class OrganisationPage(Page):
    """One body or facility: its facts, what stands below it, who oversees what; today or as of a day."""

    permissions = {"GET": Permission.VIEW_FIGURES}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Organisation.objects.select_related("area", "successor", "facility__district", "facility__province")
        node = get_object_or_404(self.visible(rows), pk=pk)
        closed, paths = "closed" in request.GET, _facilities(self)
        if request.GET.get("part") == "children":
            branches = _branches(_below(self, node, closed=closed), paths)
            kept = "?closed=on" if closed else ""
            return render(request, "facilities/organisation_branches.html", {"branches": branches, "kept": kept})
        form = AsOfForm(request.GET or None)
        day = form.day
        below = self._then(children_on(node, day)) if day else _below(self, node, closed=closed)
        context = {
            "organisation": node,
            "facility": getattr(node, "facility", None),
            "line": self._then(line_on(node, day)) if day else self.visible(Organisation.objects.get_ancestors(node)),
            "branches": _branches(below, paths),
            "facilities": counted_below(node, paths),
            "closed": closed,
            "some_closed": not day and not closed and self._some_closed(node),
            "as_of_form": form,
            "day": day,
            "placements": self._placements(node),
            "names": _names(node),
            "predecessors": self.visible(Organisation.objects.filter(successor=node)),
            "successor": self.visible(Organisation.objects.filter(pk=node.successor_id)).first(),
            "may": self._may(node),
            **self._mandates(node, day or timezone.localdate()),
        }
        if day:
            called_on([node], day)
        return render(request, "facilities/organisation.html", context)

    def _then(self, nodes: Sequence[Organisation]) -> list[Organisation]:
        """Those of the nodes that the person reaches today, with their names of then."""
        reached = set(
            self.visible(Organisation.objects.filter(pk__in=[node.pk for node in nodes])).values_list("pk", flat=True)
        )
        return [node for node in nodes if node.pk in reached]

    def _some_closed(self, node: Organisation) -> bool:
        children = Organisation.objects.get_children(node).exclude(valid_to=None)
        return bool(self.visible(children).exists())

    def _placements(self, node: Organisation) -> list[Placement]:
        """Where a facility stood, the present place first, as far as the bodies of then are in reach."""
        placements = Placement.objects.filter(facility__organisation=node).select_related(
            "parent", "province", "district"
        )
        found = list(placements.order_by("-valid_from", "-pk"))
        reached = {body.pk for body in self._then([placement.parent for placement in found])}
        return [placement for placement in found if placement.parent_id in reached]

    def _mandates(self, node: Organisation, day: date) -> dict[str, Any]:
        """The mandates that the body holds, and those over the facility, as far as their holders are in reach."""
        mandates = self.visible(Mandate.objects.valid_on(day).select_related("organisation", "area"))
        facility = getattr(node, "facility", None)
        if facility is None:
            return {"held": mandates.filter(organisation=node)}
        in_area = Q(area=None) | Q(area__in=[facility.province_id, facility.district_id])
        return {"over": mandates.filter(in_area, sectors__contains=[facility.sector])}

    def _may(self, node: Organisation) -> dict[str, bool]:
        """What the person may do about the node, and about the one above it."""
        administered = Organisation.objects.visible_to(self.person, Permission.ADMINISTER)
        above = node.path[: -Organisation.steplen]
        paths = set(administered.filter(path__in=[node.path, above]).values_list("path", flat=True))
        return {"administer": node.path in paths, "reshape": {node.path, above} <= paths}


def _below(page: Page, node: Organisation, *, closed: bool) -> list[Organisation]:
    children = page.visible(Organisation.objects.get_children(node).select_related("facility", "area"))
    return list(children if closed else children.filter(valid_to=None))


def _facilities(page: Page) -> list[str]:
    """Paths of the facilities that the person reaches, in order."""
    rows = page.visible(Facility.objects.filter(organisation__valid_to=None)).order_by("organisation__path")
    return list(rows.values_list("organisation__path", flat=True))


def _branches(
    nodes: Sequence[Organisation], paths: list[str], names: dict[str, Organisation] | None = None
) -> tuple[Branch, ...]:
    step = Organisation.steplen
    return tuple(Branch(node, counted_below(node, paths), (names or {}).get(node.path[:-step])) for node in nodes)


def _names(node: Organisation) -> list[dict[str, Any]]:
    """What the body was called before, the last name first, each with the moment from which it counted."""
    events = apps.get_model("facilities", "OrganisationEvent").objects.filter(pgh_obj_id=node.pk).order_by("pgh_id")
    names: list[dict[str, Any]] = []
    for name, at in events.values_list("name", "pgh_created_at"):
        if not names or names[-1]["name"] != name:
            names.append({"name": name, "at": at})
    return names[::-1] if len(names) > 1 else []


def _code(node: Organisation) -> str:
    facility = getattr(node, "facility", None)
    return f"{node.code} {facility.code}" if facility else node.code

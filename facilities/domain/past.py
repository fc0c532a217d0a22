"""The tree as it was on a day: what bodies were called, where they stood, what stood below them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from facilities.enums import OrganisationKind, RecordedAction
from facilities.models import Organisation, Placement, Record

_STEP: int = Organisation.steplen


def called_on(nodes: Iterable[Organisation], on: date) -> list[Organisation]:
    """The nodes under the names that they had at the end of that day; not to be saved. Two queries.

    From before the portal knew of a body, the first name that it knew is shown.
    """
    found = list(nodes)
    names = _names([node.pk for node in found], on)
    for node in found:
        node.name, node.name_en = names.get(node.pk, (node.name, node.name_en))
    return found


def children_on(node: Organisation, on: date) -> list[Organisation]:
    """What stood directly below the node on that day, bodies first, under the names of then."""
    facilities = Placement.objects.on(on).filter(parent=node).values("facility__organisation")
    moved_away = Record.objects.filter(
        action=RecordedAction.ORGANISATION_MOVED, detail__from=node.pk, detail__on__gt=on.isoformat()
    )
    bodies = Q(pk__in=Organisation.objects.get_children(node).values("pk")) | Q(
        pk__in=moved_away.values("organisation")
    )
    existed = Organisation.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    )
    candidates = list(existed.filter(bodies).exclude(kind=OrganisationKind.FACILITY))
    above = _parents(candidates, on)
    below = [body for body in candidates if above[body.pk] == node.pk]
    return called_on([*below, *Organisation.objects.filter(pk__in=facilities)], on)


def line_on(node: Organisation, on: date) -> list[Organisation]:
    """What stood above the node on that day, the top first, under the names of then."""
    line: list[Organisation] = []
    step = _parent(node, on)
    while step is not None and step not in line:
        line.insert(0, step)
        step = _parent(step, on)
    return called_on(line, on)


def _parent(node: Organisation, on: date) -> Organisation | None:
    if node.kind == OrganisationKind.FACILITY:
        placement = Placement.objects.on(on).filter(facility__organisation=node).select_related("parent").first()
        if placement is not None:
            return placement.parent
    pk = _parents([node], on)[node.pk]
    return Organisation.objects.filter(pk=pk).first() if pk is not None else None


def _parents(nodes: list[Organisation], on: date) -> dict[int, int | None]:
    """Which body each of the nodes stood below: where its first move after that day came from, or where it is now."""
    now = dict(Organisation.objects.filter(path__in={node.path[:-_STEP] for node in nodes}).values_list("path", "pk"))
    found: dict[int, int | None] = {node.pk: now.get(node.path[:-_STEP]) for node in nodes}
    moves = Record.objects.filter(
        action=RecordedAction.ORGANISATION_MOVED, organisation__in=found, detail__on__gt=on.isoformat()
    )
    # The latest first: the earliest has the last word.
    for pk, detail in moves.order_by("-detail__on", "-pk").values_list("organisation_id", "detail"):
        found[pk] = detail["from"]
    return found


def _names(pks: list[int], on: date) -> dict[int, tuple[str, str]]:
    versions = apps.get_model("facilities", "OrganisationEvent").objects.filter(pgh_obj_id__in=pks)
    midnight = timezone.make_aware(datetime.combine(on + timedelta(days=1), time()))
    first = versions.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    last = versions.filter(pgh_created_at__lt=midnight).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    columns = ("pgh_obj_id", "name", "name_en")
    return {pk: (name, name_en) for rows in (first, last) for pk, name, name_en in rows.values_list(*columns)}

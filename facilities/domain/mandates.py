"""Mandates are given and ended: who oversees whose facilities, in what function, from when to when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from facilities.access.grants import announce_tree_change
from facilities.domain.placing import area_around, closed, covers, shown
from facilities.domain.records import record
from facilities.domain.tree_change import locked
from facilities.enums import MandateFunction, RecordedAction, Sector
from facilities.models import AdministrativeUnit, Mandate, Organisation, User


@transaction.atomic
def give_mandate(
    *,
    organisation: Organisation,
    function: MandateFunction,
    area: AdministrativeUnit | None,
    sectors: Iterable[Sector],
    valid_from: date,
    valid_to: date | None,
    basis: str,
    actor: User | None,
    now: datetime,
) -> Mandate:
    """Let the body oversee the facilities of these sectors in the area (None: the whole country) for that time.

    Raises ValidationError by field: an area outside of the body's own or not there at that time, an end before the
    start, a closed body, a mandate that it has already. Nothing here asks whether `actor` may: mandate_authority does.
    """
    (holder,) = locked(organisation)
    chosen = set(sectors)
    mandate = Mandate(
        organisation=holder,
        function=function,
        area=area,
        sectors=[sector for sector in Sector if sector in chosen],
        valid_from=valid_from,
        valid_to=valid_to,
        basis=basis,
        decided_by=actor,
    )
    mandate.clean_fields(exclude=["decided_by"])
    _check_time(mandate)
    _check_area(mandate)
    _check_single(mandate)
    mandate.save()
    record(
        RecordedAction.MANDATE_GIVEN,
        actor=actor,
        now=now,
        organisation=holder,
        subject=f"{holder.name}: {mandate.get_function_display()}",
        detail=_facts(mandate),
    )
    announce_tree_change()
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, on: date, actor: User | None, now: datetime) -> Mandate:
    """Let the mandate end; `on` is its last day, today or in time to come or gone.

    Raises ValidationError at `on`: before it began, after it ended.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if on < mandate.valid_from:
        text = _("The mandate begins only on %(day)s; withdraw it instead.") % {"day": shown(mandate.valid_from)}
        raise ValidationError({"on": text})
    if mandate.valid_to is not None and mandate.valid_to <= on:
        raise ValidationError({"on": _("The mandate ends on %(day)s already.") % {"day": shown(mandate.valid_to)}})
    stop_mandate(mandate, last_day=on, actor=actor, now=now)
    announce_tree_change()
    return mandate


@transaction.atomic
def withdraw_mandate(*, mandate: Mandate, actor: User | None, now: datetime) -> None:
    """Take back, at once, a mandate that has begun today or has not begun: it was a mistake. Its history stays.

    Raises ValidationError for one that was in force yesterday, which is ended instead.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.valid_from < timezone.localdate(now):
        raise ValidationError({"on": _("The mandate has been in force before today; end it instead.")})
    stop_mandate(mandate, last_day=mandate.valid_from - timedelta(days=1), actor=actor, now=now)
    announce_tree_change()


def stop_mandate(mandate: Mandate, *, last_day: date, actor: User | None, now: datetime) -> None:
    """End a mandate within a transaction of others; one that would end before it begins is removed."""
    facts = _facts(mandate) | {"last_day": last_day.isoformat()}
    holder, subject = mandate.organisation, f"{mandate.organisation.name}: {mandate.get_function_display()}"
    if last_day < mandate.valid_from:
        mandate.delete()
    else:
        mandate.valid_to = last_day
        mandate.save(update_fields=["valid_to"])
    record(RecordedAction.MANDATE_ENDED, actor=actor, now=now, organisation=holder, subject=subject, detail=facts)


def _check_time(mandate: Mandate) -> None:
    holder = mandate.organisation
    if mandate.valid_to is not None and mandate.valid_to < mandate.valid_from:
        raise ValidationError({"valid_to": _("The mandate would end before it begins.")})
    if holder.valid_to is not None:
        raise ValidationError({"organisation": closed(holder)})
    if holder.valid_from is not None and mandate.valid_from < holder.valid_from:
        text = _("%(parent)s itself begins on %(day)s.") % {"parent": holder, "day": shown(holder.valid_from)}
        raise ValidationError({"valid_from": text})


def _check_area(mandate: Mandate) -> None:
    """An open end means as long as the unit lasts, which nobody knew in 2021; a named day must lie within its time."""
    area, around = mandate.area, area_around(mandate.organisation)
    if around is not None and (area is None or not covers(around, area)):
        name = area.full_name if area is not None else _("The whole country")
        text = _("%(area)s is not in %(around)s.") % {"area": name, "around": around.full_name}
        raise ValidationError({"area": text})
    if area is None:
        return
    last = mandate.valid_to or mandate.valid_from
    if mandate.valid_from < area.valid_from or (area.valid_to is not None and area.valid_to < last):
        period = {"area": area.full_name, "start": shown(area.valid_from), "end": _end(area)}
        text = _("%(area)s exists from %(start)s to %(end)s, and not all of that time.") % period
        raise ValidationError({"area": text})


def _check_single(mandate: Mandate) -> None:
    same = Mandate.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=mandate.valid_from),
        organisation=mandate.organisation,
        function=mandate.function,
        area=mandate.area,
        sectors__overlap=mandate.sectors,
    )
    if mandate.valid_to is not None:
        same = same.filter(valid_from__lte=mandate.valid_to)
    other = same.first()
    if other is not None:
        end = shown(other.valid_to) if other.valid_to else _("further notice")
        period = {"start": shown(other.valid_from), "end": end}
        text = _("The body has this mandate for some of these sectors already, from %(start)s to %(end)s.") % period
        raise ValidationError({"sectors": text})


def _end(area: AdministrativeUnit) -> str:
    return shown(area.valid_to) if area.valid_to is not None else str(_("further notice"))


def _facts(mandate: Mandate) -> dict[str, object]:
    return {
        "mandate": mandate.pk,
        "function": mandate.function,
        "area": mandate.area_id,
        "sectors": mandate.sectors,
        "valid_from": mandate.valid_from.isoformat(),
        "valid_to": mandate.valid_to.isoformat() if mandate.valid_to else None,
    }

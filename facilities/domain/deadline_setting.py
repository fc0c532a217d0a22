"""Deadlines are set from documents, and revised by others that supersede them; none is ever edited."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from facilities.domain.deadlines import last_good_day
from facilities.domain.distribution import senders
from facilities.domain.mandate_authority import holds_over
from facilities.domain.placing import shown
from facilities.domain.records import record
from facilities.enums import Bound, Permission, RecordedAction, Sector, Stage
from facilities.models import AdministrativeUnit, Deadline, Document, Facility, User


@transaction.atomic
def set_deadline(
    *,
    document: Document,
    milestone: Stage,
    area: AdministrativeUnit | None,
    sectors: Iterable[Sector],
    day: date,
    bound: Bound,
    note: str = "",
    actor: User,
    now: datetime,
) -> Deadline:
    """Take a deadline from a document, for the facilities of these sectors (none: all) in the area (None: the country).

    `bound` is how the document words it; the last good day follows from it, here alone. Raises ValidationError by
    field: an area beyond what `actor` directs, a milestone that needs no report, a day before the document's.
    """
    chosen = set(sectors)
    # All of them and none named are the same, and written in one way.
    named = [sector for sector in Sector if sector in chosen] if chosen != set(Sector) else []
    check_reach(actor, area=area, sectors=named, now=now)
    deadline = Deadline(milestone=milestone, area=area, sectors=named)
    return _kept(deadline, document=document, day=day, bound=bound, note=note, actor=actor, now=now)


@transaction.atomic
def revise_deadline(
    *, deadline: Deadline, document: Document, day: date, bound: Bound, note: str = "", actor: User, now: datetime
) -> Deadline:
    """Let a new deadline for the same milestone, area and sectors take the place of this one. Both stay.

    Raises ValidationError by field: one that was superseded already, what `set_deadline` refuses.
    """
    earlier = Deadline.objects.select_for_update(of=("self",)).select_related("area").get(pk=deadline.pk)
    _check_chain(earlier)
    if not Deadline.objects.visible_to(actor, Permission.DIRECT, now).filter(pk=earlier.pk).exists():
        # What was set above is not loosened below, be it for one's own province alone.
        raise ValidationError({"supersedes": _("Only who directs the body that set this deadline may revise it.")})
    check_reach(actor, area=earlier.area, sectors=[Sector(sector) for sector in earlier.sectors], now=now)
    later = Deadline(
        milestone=earlier.milestone, area=earlier.area, sectors=list(earlier.sectors), supersedes_id=earlier.pk
    )
    return _kept(later, document=document, day=day, bound=bound, note=note, actor=actor, now=now)


def check_reach(person: User, *, area: AdministrativeUnit | None, sectors: Iterable[Sector], now: datetime) -> None:
    """Raises ValidationError at `area` unless `person` directs all facilities of these sectors (none: all) there."""
    if not holds_over(person, Permission.DIRECT, area=area, sectors=list(sectors) or list(Sector), now=now):
        text = _("You do not direct all facilities of these sectors in %(area)s. Choose an area or sectors of yours.")
        raise ValidationError({"area": text % {"area": area or _("the whole country")}})


def deadlines_known(person: User, *, now: datetime) -> list[Deadline]:
    """The deadlines that concern `person`: of bodies that they reach, and those that bind a facility that they reach.

    A facility is bound by what was set above it, by bodies out of its officer's reach.
    """
    own = set(Deadline.objects.visible_to(person, Permission.VIEW_FIGURES, now).values_list("pk", flat=True))
    facilities = Facility.objects.visible_to(person, Permission.VIEW_FIGURES, now)
    places = set(facilities.order_by().values_list("province", "district", "sector").distinct())
    return [
        deadline
        for deadline in Deadline.objects.select_related("area", "document")
        if deadline.pk in own
        or any(
            deadline.area_id in (None, province, district) and (not deadline.sectors or sector in deadline.sectors)
            for province, district, sector in places
        )
    ]


def _check_chain(earlier: Deadline) -> None:
    """Whether a new deadline may follow this one: it is the last of its line, and the line has a beginning."""
    seen, step = {earlier.pk}, earlier.supersedes
    while step is not None:
        if step.pk in seen:
            raise ValidationError({"supersedes": _("These deadlines supersede each other in a circle.")})
        seen.add(step.pk)
        step = step.supersedes
    by = Deadline.objects.filter(supersedes=earlier).first()
    if by is not None:
        text = _("It was superseded already, by the deadline of %(day)s. Revise that one.")
        raise ValidationError({"supersedes": text % {"day": shown(by.last_day)}})


def _kept(
    deadline: Deadline, *, document: Document, day: date, bound: Bound, note: str, actor: User, now: datetime
) -> Deadline:
    having = senders(document, actor, now=now)
    if not having:
        text = _("You direct no body that has this document. Choose another document.")
        raise ValidationError({"document": text})
    deadline.document, deadline.organisation = document, having[0]
    deadline.day, deadline.bound, deadline.note = day, bound, note
    deadline.last_day = last_good_day(day, bound)
    deadline.set_by, deadline.set_at = actor, now
    deadline.clean_fields(exclude=["set_by", "supersedes"])
    if deadline.milestone == Stage.NOT_SURVEYED:
        raise ValidationError({"milestone": _("Every facility is there already. Choose what is to be reached.")})
    if deadline.last_day < document.issued_on:
        text = _("The last good day, %(last)s, would lie before the document's date, %(day)s.")
        raise ValidationError({"day": text % {"last": shown(deadline.last_day), "day": shown(document.issued_on)}})
    deadline.save()
    record(
        RecordedAction.DEADLINE_SET,
        actor=actor,
        now=now,
        organisation=deadline.organisation,
        subject=f"{document.written}: {deadline}",
        detail={
            "deadline": deadline.pk,
            "document": document.pk,
            "milestone": deadline.milestone,
            "area": deadline.area_id,
            "sectors": deadline.sectors,
            "last_day": deadline.last_day.isoformat(),
            "supersedes": deadline.supersedes_id,
        },
    )
    return deadline

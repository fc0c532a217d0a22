"""63 provinces become 34 and districts are no more: what each successor takes over, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from facilities.domain.closing import day_before, end
from facilities.domain.merging import absorb
from facilities.domain.moving import relocate, settle
from facilities.domain.provinces import COMMAND, COMMITTEE, ProvinceBodies, bodies_of, create_province
from facilities.domain.tree_change import check_day, locked, reshaping
from facilities.enums import OrganisationKind, Sector
from facilities.models import AdministrativeUnit, Facility, Mandate, Organisation, User
from facilities.models.scope import ScopedQuerySet


@dataclass(frozen=True)
class Succession:
    """What went over to one of the new provinces: committees of the old ones, and what stood below them."""

    province: AdministrativeUnit
    committees: tuple[str, ...]
    made: int
    merged: int
    districts: int
    facilities: int
    mandates_left: int


def merge_provinces(*, on: date, carry_roles: bool, apply: bool, actor: User | None, now: datetime) -> list[Succession]:
    """Let the provinces that end before `on` go over into their successors; what happened, by successor.

    Each successor gets new bodies from the template; departments and commands go over into those of their kind,
    facilities stand below the new committee, army-run ones below the new command, and lie in no district any more.
    Old bodies are closed and keep their history. With `carry_roles` people keep their roles: on the body that theirs
    went over into, and for a district on each facility that it had; without, they lose them. Without `apply` nothing
    is kept. Repeated, it finds nothing to do. Raises ValidationError; then nothing is changed at all.
    """
    check_day(on, now)
    with transaction.atomic():
        with reshaping():
            done = [
                _succeed(unit, committees, on=on, carry_roles=carry_roles, actor=actor, now=now)
                for unit, committees in _successions(on)
            ]
        transaction.set_rollback(not apply)
    return done


def _successions(on: date) -> list[tuple[AdministrativeUnit, list[Organisation]]]:
    """The new provinces, each with the open committees of those that it follows."""
    committees = (
        Organisation.objects.filter(kind=OrganisationKind.PROVINCE, valid_to=None, area__successor__isnull=False)
        .filter(area__valid_to__lt=on, area__successor__valid_from__lte=on)
        .select_related("area__successor")
        .order_by("area__successor__code", "area__code")
    )
    found: dict[AdministrativeUnit, list[Organisation]] = {}
    for committee in committees:
        found.setdefault(committee.area.successor, []).append(committee)
    return list(found.items())


def _succeed(
    unit: AdministrativeUnit,
    committees: list[Organisation],
    *,
    on: date,
    carry_roles: bool,
    actor: User | None,
    now: datetime,
) -> Succession:
    """What one successor takes over."""
    lying_there = Facility.objects.filter(province__successor=unit, organisation__valid_to=None)
    facilities, districts = lying_there.count(), 0
    old = [bodies_of(committee.area) for committee in committees if committee.area is not None]
    # The new bodies have codes of old ones, which end the day before; so the old ones end first.
    for body in [body for bodies in old for body in bodies.values()]:
        end(*locked(body), last_day=day_before(on), actor=actor, now=now)
    new = create_province(unit, actor=actor, now=now, valid_from=on)
    for bodies in old:
        children = Organisation.objects.get_children(*locked(bodies[COMMITTEE])).filter(valid_to=None)
        for district in children.filter(kind=OrganisationKind.DISTRICT):
            _dissolve(district, new, on=on, carry_roles=carry_roles, actor=actor, now=now)
            districts += 1
        # The committee last: with it goes what the template does not know.
        for key, body in reversed(bodies.items()):
            absorbed, target = locked(body, new[key])
            heirs = [target] if carry_roles else []
            absorb(absorbed, target, on=on, heirs=heirs, actor=actor, now=now)
    _settle_elsewhere(lying_there, unit, on)
    names = tuple(committee.name for committee in committees)
    return Succession(unit, names, new.made, sum(map(len, old)), districts, facilities, _mandates_left(unit))


def _dissolve(
    district: Organisation, new: ProvinceBodies, *, on: date, carry_roles: bool, actor: User | None, now: datetime
) -> None:
    """A district's committee ends: its facilities go to the province, and its people keep theirs, no more."""
    (node,) = locked(district)
    had = Organisation.objects.get_children(node).filter(valid_to=None, kind=OrganisationKind.FACILITY)
    heirs = list(had) if carry_roles else []
    for facility in list(had.filter(facility__sector=Sector.ARMY)):
        child, command = locked(facility, new[COMMAND])
        relocate(child, command, on=on, actor=actor, now=now)
    node, committee = locked(district, new[COMMITTEE])
    absorb(node, committee, on=on, heirs=heirs, actor=actor, now=now)


def _settle_elsewhere(facilities: ScopedQuerySet[Facility], unit: AdministrativeUnit, on: date) -> None:
    """Facilities that stand outside the province's bodies, below a ministry: they too lie in the new province."""
    for facility in facilities.select_related("organisation"):
        settle(facility.organisation, Organisation.objects.get_parent(facility.organisation), unit, on)


def _mandates_left(unit: AdministrativeUnit) -> int:
    """Mandates over the old units of bodies elsewhere: they oversee nothing any more, and somebody must decide."""
    old = Q(area__successor=unit) | Q(area__province__successor=unit)
    return Mandate.objects.filter(old, organisation__valid_to=None, valid_to=None).count()

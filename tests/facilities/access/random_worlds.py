"""Random countries, as plain lists, and the same laid out in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.contrib.auth.models import Permission as PermissionRow
from django.db import transaction
from hypothesis import strategies as st

from cameras.models import Camera
from facilities.access.roles import BUNDLES
from facilities.enums import MandateFunction, OrganisationKind, Permission, Premises, Role, Sector, UnitLevel, ZoneKind
from facilities.models import (
    AdministrativeUnit,
    Facility,
    Mandate,
    Organisation,
    OrganisationGrant,
    RoleGrant,
    User,
    Zone,
)
from tests.facilities.access.plain import PlainFacility, PlainGrant, PlainMandate, PlainWorld

TODAY = date(2021, 6, 12)
# The first and the last second of that day in Viet Nam, and noon.
MOMENTS = [
    datetime(2021, 6, 11, 17, 0, 0, tzinfo=UTC),
    datetime(2021, 6, 12, 5, 0, 0, tzinfo=UTC),
    datetime(2021, 6, 12, 16, 59, 59, tzinfo=UTC),
]
PROVINCES = (1, 2)
# By number, with the province of each.
DISTRICTS = {3: 1, 4: 1, 5: 2}
PEOPLE = (1, 2)
STEPS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class RandomWorld:
    plain: PlainWorld
    now: datetime


@st.composite
def mandates(draw: st.DrawFn, holders: st.SearchStrategy[int]) -> PlainMandate:
    """Dates lie around today: yesterday, today, tomorrow, each of them inclusive."""
    valid_from = draw(st.sampled_from([TODAY, TODAY, TODAY - timedelta(1), TODAY + timedelta(1)]))
    lasts = draw(st.sampled_from([None, 0, 1]))
    return PlainMandate(
        holder=draw(holders),
        function=draw(st.sampled_from(MandateFunction)),
        # The whole country as often as all units together: otherwise few mandates meet a facility.
        area=draw(st.none() | st.sampled_from([*PROVINCES, *DISTRICTS])),
        sectors=draw(st.frozensets(st.sampled_from(Sector), min_size=1)),
        valid_from=valid_from,
        valid_to=None if lasts is None else valid_from + timedelta(lasts),
    )


@st.composite
def facilities(draw: st.DrawFn, node: int) -> PlainFacility:
    """In a district, or in a province alone, as all are since districts were abolished."""
    district = draw(st.sampled_from([None, *DISTRICTS]))
    province = draw(st.sampled_from(PROVINCES)) if district is None else DISTRICTS[district]
    return PlainFacility(node, draw(st.sampled_from(Sector)), province, district)


@st.composite
def random_worlds(draw: st.DrawFn) -> RandomWorld:
    """Up to a dozen nodes, any of them a facility; two people with roles that have ended, end now, or go on."""
    now = draw(st.sampled_from(MOMENTS))
    plain = PlainWorld(people={person: draw(st.integers(0, 9)) > 0 for person in PEOPLE})
    for node in range(1, draw(st.integers(1, 12)) + 1):
        plain.parents[node] = draw(st.sampled_from([None, *range(1, node)])) if node > 1 else None
    nodes = list(plain.parents)
    sites = draw(st.lists(st.sampled_from(nodes), unique=True, min_size=min(2, len(nodes))))
    plain.facilities = [draw(facilities(node)) for node in sites]
    ends = [None, now - timedelta(seconds=1), now, now + timedelta(microseconds=1), now + timedelta(days=1)]
    roles = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Role), st.sampled_from(nodes))
    given = draw(st.dictionaries(roles, st.sampled_from(ends), min_size=1, max_size=5))
    plain.grants = [PlainGrant(*where, end) for where, end in given.items()]
    # Half of them held at or below where somebody was given a role.
    within = [node for node in nodes if any(plain.is_below(node, grant.node) for grant in plain.grants)]
    holders = st.sampled_from(nodes) | st.sampled_from(within)
    plain.mandates = draw(st.lists(mandates(holders), max_size=5))
    return RandomWorld(plain, now)


@contextmanager
def laid_out(random: RandomWorld) -> Iterator[None]:
    """The world in the database, by the same numbers, each facility with a zone and a camera; gone afterwards."""
    with transaction.atomic():
        lay_out_units()
        User.objects.bulk_create(
            User(pk=person, username=str(person), full_name=str(person), is_active=active)
            for person, active in random.plain.people.items()
        )
        Organisation.objects.bulk_create(_nodes(random.plain))
        _lay_out_facilities(random.plain)
        _lay_out_grants(random)
        Mandate.objects.bulk_create(
            Mandate(
                organisation_id=each.holder,
                function=each.function,
                area_id=each.area,
                sectors=sorted(each.sectors),
                valid_from=each.valid_from,
                valid_to=each.valid_to,
            )
            for each in random.plain.mandates
        )
        yield
        transaction.set_rollback(True)


def lay_out_units() -> None:
    """Two provinces, one of two districts and one of one."""
    for level, units in (
        (UnitLevel.PROVINCE, dict.fromkeys(PROVINCES)),
        (UnitLevel.DISTRICT, DISTRICTS),
    ):
        AdministrativeUnit.objects.bulk_create(
            AdministrativeUnit(pk=unit, level=level, code=str(unit), valid_from=date(2021, 1, 1), province_id=province)
            for unit, province in units.items()
        )


def _nodes(plain: PlainWorld) -> Iterator[Organisation]:
    """Neighbours get the first and the last steps there are in turn: ranges of paths have their ends there."""
    paths: dict[int | None, str] = {None: ""}
    for node, parent in plain.parents.items():
        number = count() if node % 2 else count(len(STEPS) ** 4 - 1, -1)
        taken = set(paths.values())
        paths[node] = next(path for each in number if (path := paths[parent] + _step(each)) not in taken)
        children = sum(each == node for each in plain.parents.values())
        yield Organisation(
            pk=node, path=paths[node], depth=len(paths[node]) // 4, numchild=children, kind=OrganisationKind.DEPARTMENT
        )


def _step(number: int) -> str:
    return "".join(STEPS[number // len(STEPS) ** place % len(STEPS)] for place in (3, 2, 1, 0))


def _lay_out_facilities(plain: PlainWorld) -> None:
    """Each facility, its zone and its camera bear the number of the node."""
    Facility.objects.bulk_create(
        Facility(
            pk=each.node,
            organisation_id=each.node,
            code=str(each.node),
            sector=each.sector,
            premises=Premises.SCHOOL,
            province_id=each.province,
            district_id=each.district,
        )
        for each in plain.facilities
    )
    sites = [each.node for each in plain.facilities]
    Zone.objects.bulk_create(Zone(pk=site, facility_id=site, kind=ZoneKind.GATE, name="Gate") for site in sites)
    Camera.objects.bulk_create(Camera(pk=site, zone_id=site, name="Camera") for site in sites)


def _lay_out_grants(random: RandomWorld) -> None:
    """The roles, and the rows that follow from them as facilities.access.grants makes them follow."""
    latest: dict[tuple[int, int, Permission], datetime | None] = {}
    for grant in random.plain.grants:
        for permission in BUNDLES[grant.role]:
            key = (grant.person, grant.node, permission)
            before = latest.get(key, grant.expires_at)
            latest[key] = None if before is None or grant.expires_at is None else max(before, grant.expires_at)
    RoleGrant.objects.bulk_create(
        RoleGrant(
            user_id=grant.person,
            organisation_id=grant.node,
            role=grant.role,
            granted_at=random.now - timedelta(days=9),
            expires_at=grant.expires_at,
        )
        for grant in random.plain.grants
    )
    rows = dict(PermissionRow.objects.filter(content_type__model="organisation").values_list("codename", "pk"))
    OrganisationGrant.objects.bulk_create(
        OrganisationGrant(
            user_id=person, content_object_id=node, permission_id=rows[permission.value], expires_at=expires_at
        )
        for (person, node, permission), expires_at in latest.items()
    )

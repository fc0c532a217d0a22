"""The rule of access once more, so plain that reading it is proof enough: loops over lists, no database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from facilities.access.roles import BUNDLES, CARRIED
from facilities.enums import MandateFunction, Permission, Role, Sector


@dataclass(frozen=True)
class PlainFacility:
    node: int
    sector: Sector
    province: int
    district: int | None


@dataclass(frozen=True)
class PlainGrant:
    person: int
    role: Role
    node: int
    expires_at: datetime | None

    def counts(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True)
class PlainMandate:
    holder: int
    function: MandateFunction
    area: int | None
    sectors: frozenset[Sector]
    valid_from: date
    valid_to: date | None

    def counts(self, now: datetime) -> bool:
        today = (now + timedelta(hours=7)).date()  # `now` is in UTC, and days are those of Viet Nam
        return self.valid_from <= today and (self.valid_to is None or today <= self.valid_to)

    def oversees(self, facility: PlainFacility) -> bool:
        if facility.sector not in self.sectors:
            return False
        return self.area is None or self.area in (facility.province, facility.district)


@dataclass
class PlainWorld:
    """Nodes, units and people by number; each node with the one that it stands below."""

    parents: dict[int, int | None] = field(default_factory=dict)
    facilities: list[PlainFacility] = field(default_factory=list)
    grants: list[PlainGrant] = field(default_factory=list)
    mandates: list[PlainMandate] = field(default_factory=list)
    # Whether the account is in use.
    people: dict[int, bool] = field(default_factory=dict)

    def is_below(self, node: int | None, top: int) -> bool:
        """At or below."""
        while node is not None:
            if node == top:
                return True
            node = self.parents[node]
        return False

    def reached(self, person: int, permission: Permission, now: datetime) -> set[int]:
        """The definition: down the tree, and along mandates of bodies that are reached down the tree."""
        if not self.people[person]:
            return set()
        found = set()
        for grant in self.grants:
            if grant.person != person or not grant.counts(now) or permission not in BUNDLES[grant.role]:
                continue
            found |= {node for node in self.parents if self.is_below(node, grant.node)}
            for mandate in self.mandates:
                if self.is_below(mandate.holder, grant.node) and permission in CARRIED[mandate.function]:
                    found |= set(self.overseen(mandate, now))
        return found

    def overseen(self, mandate: PlainMandate, now: datetime) -> Iterator[int]:
        """The nodes of the facilities that a mandate leads to."""
        if mandate.counts(now):
            for facility in self.facilities:
                if mandate.oversees(facility):
                    yield facility.node

"""Bodies, facilities and units as spreadsheets name them, read once for a whole file.

What the importer does not reach is not among them: a row that names it gets the answer for what does not exist.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Generic, TypeVar

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.domain.folding import fold
from facilities.enums import OrganisationKind, Permission, UnitLevel
from facilities.intake.cells import RowRefused
from facilities.models import AdministrativeUnit, Facility, Organisation, User

T = TypeVar("T")


class Named(Generic[T]):
    """Things by their code, or by a name that is theirs alone."""

    def __init__(self, unknown: str | Promise, ambiguous: str | Promise) -> None:
        self._unknown, self._ambiguous = unknown, ambiguous
        self._by_code: dict[str, T] = {}
        self._by_name: dict[str, list[T]] = {}

    def add(self, thing: T, code: str, names: Iterable[str] = ()) -> None:
        """From now on it is found by these."""
        if code:
            self._by_code[code] = thing
        for name in {fold(each) for each in names} - {""}:
            self._by_name.setdefault(name, []).append(thing)

    def find(self, text: str, column: str) -> T:
        """What the text means. Raises RowRefused at that column."""
        if text in self._by_code:
            return self._by_code[text]
        found = self._by_name.get(fold(text), [])
        if len(found) != 1:
            raise RowRefused([(column, (self._ambiguous if found else self._unknown) % {"text": text})])
        return found[0]

    def with_code(self, code: str) -> T | None:
        """What has that code."""
        return self._by_code.get(code)

    def with_name(self, name: str) -> list[T]:
        """All that have that name."""
        return self._by_name.get(fold(name), [])


def bodies(person: User, now: datetime) -> Named[Organisation]:
    """The bodies that the person administers, but for the facilities."""
    found: Named[Organisation] = Named(
        _("There is no body “%(text)s” among those that you administer. Give its code, or its whole name."),
        _("You administer more than one body of the name “%(text)s”. Give its code."),
    )
    rows = Organisation.objects.visible_to(person, Permission.ADMINISTER, now).select_related("area__province")
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate(now)))
    for node in rows.exclude(kind=OrganisationKind.FACILITY):
        found.add(node, node.code, (node.name, node.name_en))
    return found


def nodes(person: User, now: datetime) -> Named[Organisation]:
    """The bodies that the person administers, facilities among them by their own codes."""
    found = bodies(person, now)
    reached = Facility.objects.visible_to(person, Permission.ADMINISTER, now)
    for facility in reached.select_related("organisation"):
        node = facility.organisation
        found.add(node, facility.code, (node.name, node.name_en))
    return found


def facilities(person: User, permission: Permission, now: datetime) -> Named[Facility]:
    """The facilities that the person reaches with the permission."""
    found: Named[Facility] = Named(
        _("There is no facility “%(text)s” among those that you may do this for. Give its code, or its whole name."),
        _("There is more than one facility of the name “%(text)s”. Give its code."),
    )
    rows = Facility.objects.visible_to(person, permission, now)
    for facility in rows.select_related("organisation", "district", "province"):
        found.add(facility, facility.code, (facility.organisation.name, facility.organisation.name_en))
    return found


class Units:
    """The provinces and districts, by code or name."""

    def __init__(self, now: datetime) -> None:
        self._today = timezone.localdate(now)
        self._by_word: dict[str, list[AdministrativeUnit]] = {}
        for unit in AdministrativeUnit.objects.select_related("province"):
            for word in {unit.code, fold(unit.name), fold(unit.full_name), fold(unit.name_en)} - {""}:
                self._by_word.setdefault(word, []).append(unit)

    def find(self, text: str, column: str, around: AdministrativeUnit | None, *levels: UnitLevel) -> AdministrativeUnit:
        """The unit of these levels within `around`, the newest where one came after another. Raises RowRefused."""
        matching = [unit for unit in self._by_word.get(fold(text), []) if unit.level in levels]
        within = [unit for unit in matching if around is None or around.pk in (unit.pk, unit.province_id)]
        in_force = [unit for unit in within if unit.valid_to is None or unit.valid_to >= self._today]
        for found in (in_force, within):
            if len(found) == 1:
                return found[0]
        message = _("There is no unit “%(text)s” here. Give its code, or its whole name with Tỉnh, Huyện, Thị xã…")
        raise RowRefused([(column, message % {"text": text})])

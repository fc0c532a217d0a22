"""A province's bodies in one step, from a template that an administrator may edit: facilities/data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Q

from facilities.domain.mandates import give_mandate
from facilities.domain.tree import create_organisation
from facilities.domain.tree_change import growing
from facilities.domain.units import DATA
from facilities.enums import MandateFunction, OrganisationKind, Sector
from facilities.models import AdministrativeUnit, Mandate, Organisation, User

TEMPLATE = DATA / "province-template.json"
COMMITTEE = "committee"
COMMAND = "command"


@dataclass(frozen=True)
class ProvinceBodies:
    """The bodies of a province by their keys in the template, its districts' by their codes; how many are new."""

    by_key: Mapping[str, Organisation]
    made: int

    def __getitem__(self, key: str) -> Organisation:
        return self.by_key[key]


def create_province(
    unit: AdministrativeUnit, *, actor: User | None, now: datetime, valid_from: date | None = None
) -> ProvinceBodies:
    """The committee, departments, command and districts of the province, with their mandates: what lacks is created.

    Repeated, it changes nothing. A body is known by its area and code, or name; it exists since `valid_from`, without
    one since before anything was recorded. Raises ValidationError by field, and Organisation.DoesNotExist where
    create_national_bodies was not called before.
    """
    found: dict[str, Organisation] = {}
    with growing():
        before = _count()
        # Others who create the same province wait here, and then find it.
        national = _national()
        committee = _body(national, template()[COMMITTEE], unit, actor=actor, now=now, start=valid_from)
        found[COMMITTEE] = committee
        for entry in template()["bodies"]:
            found[entry["key"]] = _body(committee, entry, unit, actor=actor, now=now, start=valid_from)
        known = Organisation.objects.filter(kind=OrganisationKind.DISTRICT, area__province=unit, valid_to=None)
        districts = {body.area_id: body for body in known}
        for district in unit.districts.all():
            found[district.code] = districts.get(district.pk) or _body(
                committee, template()["district"], district, actor=actor, now=now, start=valid_from
            )
        return ProvinceBodies(found, _count() - before)


def create_national_bodies(*, actor: User | None) -> Organisation:
    """The body at the top of the tree and its ministries; what is there already stays as it is."""
    with growing():
        known = Organisation.objects.filter(kind=OrganisationKind.NATIONAL, valid_to=None)
        top: Organisation | None = known.first()
        if top is None:
            top = create_organisation(
                parent=None, kind=OrganisationKind.NATIONAL, area=None, actor=actor, **template()["national"]
            )
        kind = OrganisationKind.MINISTRY
        for entry in template()["ministries"]:
            if not Organisation.objects.filter(kind=kind, name=entry["name"], valid_to=None).exists():
                create_organisation(parent=top, kind=kind, area=None, actor=actor, **entry)
        return top


def bodies_of(unit: AdministrativeUnit) -> dict[str, Organisation]:
    """The open bodies of a province that are in the template, its districts' apart, by their keys."""
    entries = [template()[COMMITTEE], *template()["bodies"]]
    known = {entry["key"]: _known(entry, unit) for entry in entries}
    return {key: body for key, body in known.items() if body is not None}


@cache
def template() -> dict[str, Any]:
    """The template as it is written."""
    content: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    return content


def _national() -> Organisation:
    rows = Organisation.objects.select_for_update().filter(kind=OrganisationKind.NATIONAL, valid_to=None)
    first: Organisation | None = rows.order_by("path").first()
    if first is None:
        raise Organisation.DoesNotExist("There is no national body yet")
    return first


def _body(
    parent: Organisation,
    entry: Mapping[str, Any],
    area: AdministrativeUnit,
    *,
    actor: User | None,
    now: datetime,
    start: date | None,
) -> Organisation:
    """The body of this entry for the area, with its mandates, as it is or made."""
    body = _known(entry, area)
    if body is None:
        body = create_organisation(
            parent=parent,
            kind=OrganisationKind(entry["kind"]),
            name=_name(entry, area),
            name_en=entry.get("name_en", "").format(**_words(area)),
            code=entry["code"].format(**_words(area)),
            area=area,
            valid_from=start,
            actor=actor,
        )
    for function, sectors in _mandates(entry):
        if not Mandate.objects.filter(organisation=body, function=function, area=area).exists():
            give_mandate(
                organisation=body,
                function=function,
                area=area,
                sectors=sectors,
                valid_from=max(date.fromisoformat(template()["basis"]["dated"]), start or area.valid_from),
                valid_to=None,
                basis=template()["basis"]["document"],
                actor=actor,
                now=now,
            )
    return body


def _known(entry: Mapping[str, Any], area: AdministrativeUnit) -> Organisation | None:
    """The open body of this entry for the area. There is one committee a unit; others are known by code or name."""
    kind = OrganisationKind(entry["kind"])
    rows = Organisation.objects.filter(kind=kind, area=area, valid_to=None)
    if kind in (OrganisationKind.DEPARTMENT, OrganisationKind.COMMAND):
        rows = rows.filter(Q(code=entry["code"].format(**_words(area))) | Q(name=_name(entry, area)))
    found: Organisation | None = rows.first()
    return found


def _name(entry: Mapping[str, Any], area: AdministrativeUnit) -> str:
    return str(entry.get("names", {}).get(area.name) or entry["name"].format(**_words(area)))


def _mandates(entry: Mapping[str, Any]) -> Iterator[tuple[MandateFunction, list[Sector]]]:
    for mandate in entry.get("mandates", ()):
        yield MandateFunction(mandate["function"]), [Sector(sector) for sector in mandate["sectors"]]


def _words(area: AdministrativeUnit) -> dict[str, str]:
    city = area.full_name.startswith("Thành phố")
    return {
        "name": area.name,
        "name_en": area.name_en or area.name,
        "full_name": area.full_name,
        "level": "thành phố" if city else "tỉnh",
        "level_en": "City" if city else "Province",
        "code": area.code,
        "province": area.province.code if area.province else area.code,
    }


def _count() -> int:
    return int(Organisation.objects.count())

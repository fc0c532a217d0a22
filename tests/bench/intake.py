"""How long the country takes to come in by spreadsheets: 5,000 facilities, 15,000 zones, 30,000 cameras.

Each file goes the whole way: written as XLSX, checked (a transaction that is rolled back), taken in. Beside it what a
loop over the same rows takes that creates them one by one and asks nothing: no rule, no duplicate, no way back.
"""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from cameras.models import Camera, CameraState, Stream
from facilities.access.grants import grant_role
from facilities.domain.tree import create_organisation
from facilities.domain.units import load_units
from facilities.enums import ImportMode, ImportState, OrganisationKind, Premises, Role, Sector, UnitLevel, ZoneKind
from facilities.intake import orders, steps
from facilities.intake.registry import KINDS
from facilities.models import (
    AdministrativeUnit,
    AllowedNetwork,
    Facility,
    Import,
    Organisation,
    Placement,
    User,
    Zone,
)
from portal.environment import VAR
from tests.facilities.intake.spreadsheets import xlsx

FACILITIES, ZONES_EACH, CAMERAS_EACH = 5_000, 3, 6
NAIVE_ROWS = 1_000

Rows = list[dict[str, Any]]


def main() -> None:
    """Measure in a database of its own, print the table and, on the last line, JSON."""
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with override_settings(MEDIA_ROOT=VAR / "bench" / "media"):
            figures = _measure()
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0)
    print(f"{'':12}{'rows':>8}{'check':>9}{'take in':>9}{'rows/s':>9}{'naive rows/s':>14}")
    for kind, each in figures.items():
        row = f"{each['check_s']:9.1f}{each['take_in_s']:9.1f}{each['rows_per_s']:9.0f}{each['naive_rows_per_s']:14.0f}"
        print(f"{kind:12}{each['rows']:8}{row}")
    total = sum(each["check_s"] + each["take_in_s"] for each in figures.values())
    print(json.dumps({"kinds": figures, "seconds": round(total, 1)}))


def _measure() -> dict[str, dict[str, float]]:
    person, parents = _country()
    codes = [f"CS{number:05}" for number in range(FACILITIES)]
    files: dict[str, Rows] = {
        "facilities": [_facility(code, *parents[number % len(parents)]) for number, code in enumerate(codes)],
        "zones": [_zone(code, number) for code in codes for number in range(ZONES_EACH)],
        "cameras": [_camera(code, number, place) for place, code in enumerate(codes) for number in range(CAMERAS_EACH)],
    }
    naive = _naive(parents[0])
    figures = {}
    for kind, rows in files.items():
        figures[kind] = _taken_in(kind, rows, person) | {"naive_rows_per_s": round(naive[kind])}
        print(f"{kind}: {figures[kind]}", flush=True)
    return figures


def _taken_in(kind: str, rows: Rows, person: User) -> dict[str, float]:
    file = SimpleUploadedFile(f"{kind}.xlsx", xlsx(kind, rows))
    found = orders.upload(kind=KINDS[kind], file=file, person=person, now=timezone.now())
    check = _seconds(lambda: steps.check(found.pk, found.attempt, now=timezone.now()))
    orders.order(found, was=ImportState.CHECKED, to=ImportState.IMPORTING, mode=ImportMode.ALL, now=timezone.now())
    found = Import.objects.get(pk=found.pk)
    take_in = _seconds(lambda: steps.take_in(found.pk, found.attempt, "", now=timezone.now()))
    found.refresh_from_db()
    if (found.state, found.new) != (ImportState.DONE, len(rows)):
        raise RuntimeError(f"{kind}: {found.state}, {found.new} of {len(rows)} taken in: {found.message}")
    speed = round(len(rows) / take_in)
    return {"rows": len(rows), "check_s": round(check, 1), "take_in_s": round(take_in, 1), "rows_per_s": speed}


def _country() -> tuple[User, list[tuple[str, str]]]:
    """Who takes it all in; and bodies that answer for facilities, with the code of the district of each."""
    load_units()
    national = create_organisation(
        parent=None, kind=OrganisationKind.NATIONAL, name="Ban Chỉ đạo Quốc gia", area=None, actor=None
    )
    AllowedNetwork.objects.create(organisation=national, cidr="10.0.0.0/8")
    parents = []
    for unit in AdministrativeUnit.objects.filter(level=UnitLevel.PROVINCE, valid_to__isnull=False):
        province = create_organisation(
            parent=national, kind=OrganisationKind.PROVINCE, name=f"UBND {unit.full_name}", area=unit, actor=None
        )
        for district in unit.districts.all()[:3]:
            body = create_organisation(
                parent=province,
                kind=OrganisationKind.DISTRICT,
                name=f"UBND {district.full_name}",
                area=district,
                actor=None,
                code=f"H{district.code}",
            )
            parents.append((body.code, district.code))
    person = User.objects.create_user(username="nhap", full_name="Người nhập")
    grant_role(user=person, role=Role.CHIEF_ADMINISTRATOR, organisation=national, actor=None, now=timezone.now())
    return person, parents


def _facility(code: str, parent: str, district: str) -> dict[str, Any]:
    row = {"code": code, "name": f"Cơ sở cách ly số {code}", "sector": "Dân sự", "premises": "Trường học"}
    return row | {"parent": parent, "district": district, "address": "12 Trần Phú"}


def _zone(code: str, number: int) -> dict[str, Any]:
    kind = (ZoneKind.CORRIDOR, ZoneKind.GATE, ZoneKind.YARD)[number % ZONES_EACH]
    return {"facility": code, "kind": str(kind.label), "name": f"{kind.label} {number}"}


def _camera(code: str, number: int, place: int) -> dict[str, Any]:
    address = f"rtsp://10.{place // 250}.{place % 250}.{number + 1}:554/main"
    zone = _zone(code, number % ZONES_EACH)["name"]
    row = {"facility": code, "zone": zone, "name": f"Camera {number}", "address": address}
    return row | {"username": "admin", "password": "Mat-khau-4711"}


def _naive(parent: tuple[str, str]) -> dict[str, float]:
    """Rows per second of a loop that creates each row and asks nothing."""
    node = Organisation.objects.get(code=parent[0])
    district = AdministrativeUnit.objects.select_related("province").get(code=parent[1], level=UnitLevel.DISTRICT)
    zones: list[Zone] = []

    def facility(number: int) -> None:
        own = Organisation.objects.add_child(node, {"kind": OrganisationKind.FACILITY, "name": f"N{number}"})
        place = {"province": district.province, "district": district}
        made = Facility.objects.create(
            organisation=own, code=f"N{number}", sector=Sector.CIVIL, premises=Premises.SCHOOL, **place
        )
        Placement.objects.create(facility=made, parent=node, **place)
        zones.append(Zone(facility=made, kind=ZoneKind.GATE, name="Cổng"))

    def camera(number: int) -> None:
        made = Camera.objects.create(zone=zones[number], name="Camera")
        Stream.objects.create(camera=made, url=f"rtsp://10.250.{number // 250}.{number % 250}/main")
        CameraState.objects.create(camera=made, since=timezone.now())

    loops: dict[str, Callable[[int], None]] = {
        "facilities": facility,
        "zones": lambda number: zones[number].save(),
        "cameras": camera,
    }
    return {kind: NAIVE_ROWS / _seconds(partial(_repeat, loop)) for kind, loop in loops.items()}


def _repeat(loop: Callable[[int], None]) -> None:
    for number in range(NAIVE_ROWS):
        loop(number)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began

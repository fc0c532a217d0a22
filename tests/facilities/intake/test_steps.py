"""Checking, taking in and taking back: what is announced is what happens, and nothing is ever half done."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cameras.models import Camera, CameraState, Stream
from facilities.enums import ImportState, RowFate
from facilities.models import Facility, Organisation, Placement, RoleGrant, User, Zone
from tests.facilities.intake.spreadsheets import checked, errors, taken_back, taken_in
from tests.world import World

ORGANISATIONS: list[dict[str, Any]] = [
    {"parent": "UBND Tỉnh Quảng Nam", "kind": "Sở", "name": "Sở TT&TT Quảng Nam", "code": "STT-49"},
    {"parent": "STT-49", "kind": "Sở", "name": "Trung tâm IOC", "area": "49"},
]
FACILITIES: list[dict[str, Any]] = [
    {
        "parent": "UBND Huyện Tam Kỳ",
        "code": "007",
        "name": "Trường THPT số bảy",
        "sector": "Dân sự",
        "premises": "Trường học",
        "district": "502",
        "address": "12 Trần Phú",
    },
    {
        "parent": "ubnd huyen hoi an",
        "code": "QNM-008",
        "name": "Khách sạn Biển",
        "sector": "khach san co thu phi",
        "premises": "hotel",
        "district": "Hội An",
    },
]
ZONES: list[dict[str, Any]] = [
    {"facility": "tam_ky_school", "kind": "Sân", "name": "Sân sau"},
    {"facility": "hoi_an_hotel", "kind": "yard", "name": "Sân trước"},
]
CAMERAS: list[dict[str, Any]] = [
    {
        "facility": "tam_ky_school",
        "zone": "Cổng ra vào tam_ky_school",
        "name": "Cổng chính",
        "address": "rtsp://10.1.7.1:554/main",
        "username": "admin",
        "password": "Chim-hoang-yen-4711",
    },
    {
        "facility": "hoi_an_hotel",
        "zone": "Cổng ra vào hoi_an_hotel",
        "name": "Cổng chính",
        "address": "rtsp://admin:Chim-hoang-yen-4711@10.1.7.2:554/main",
        "sub_address": "rtsp://10.1.7.2:554/sub",
        "interval": 30,
    },
]
PEOPLE: list[dict[str, Any]] = [
    {
        "full_name": "Nguyễn Văn Mới",
        "email": "moi@quangnam.example",
        "phone": "0905123456",
        "role": "Cán bộ kiểm tra",
        "organisation": "Sở Y tế Quảng Nam",
        "expires_on": (timezone.localdate() + timedelta(days=30)).strftime("%d/%m/%Y"),
    },
    {
        "full_name": "Trần Thị Hai",
        "email": "hai@quangnam.example",
        "role": "Lãnh đạo",
        "organisation": "tam_ky_school",
    },
]
KINDS = {
    "organisations": (ORGANISATIONS, "qn_chief"),
    "facilities": (FACILITIES, "qn_administrator"),
    "zones": (ZONES, "qn_administrator"),
    "cameras": (CAMERAS, "qn_operator"),
    "people": (PEOPLE, "qn_chief"),
}
COUNTED = (Organisation, Facility, Placement, Zone, Camera, Stream, CameraState, User, RoleGrant)


def stored() -> dict[str, list[Any]]:
    """All that an import could change."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in COUNTED}


@pytest.mark.parametrize("kind", KINDS)
def test_a_check_changes_nothing_and_says_what_will_come(world: World, kind: str) -> None:
    rows, person = KINDS[kind]
    before = stored()
    found = checked(kind, rows, world.people[person])
    assert (errors(found), found.state, found.message) == ({}, ImportState.CHECKED, "")
    assert (found.total, found.new, found.unchanged, found.wrong) == (2, 2, 0, 0)
    assert stored() == before
    assert {row.created for row in found.rows.all() if row.created} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_taken_in_and_taken_back_all_is_as_before(world: World, kind: str) -> None:
    rows, person = KINDS[kind]
    before = stored()
    found = taken_in(checked(kind, rows, world.people[person]))
    assert (found.state, found.new, found.wrong) == (ImportState.DONE, 2, 0)
    assert stored() != before
    again = checked(kind, rows, world.people[person])
    assert {row.fate for row in again.rows.all()} == {RowFate.UNCHANGED}
    taken_back(found)
    assert (found.state, found.message) == (ImportState.UNDONE, "")
    after = stored()
    # What treebeard counts, guardian follows and the database numbers is as before too.
    assert after == before

"""Checking, taking in and taking back: what is announced is what happens, and nothing is ever half done."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cameras.models import Camera, CameraState, Stream
from facilities.access.grants import revoke_role
from facilities.enums import ImportMode, ImportState, RecordedAction, Role, RowFate, ZoneKind
from facilities.intake import steps
from facilities.intake.working import work_through
from facilities.models import Facility, Organisation, Placement, Record, RoleGrant, User, Zone
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


def test_rows_may_refer_to_rows_before_them(world: World) -> None:
    found = taken_in(checked("organisations", ORGANISATIONS, world.people["qn_chief"]))
    below = Organisation.objects.get(name="Trung tâm IOC")
    assert Organisation.objects.get_parent(below).code == "STT-49"
    assert found.state == ImportState.DONE


def test_all_or_nothing_and_only_the_good_rows(world: World) -> None:
    rows = [*ZONES, {"facility": "tam_ky_school", "kind": "Vườn", "name": "Vườn"}]
    before = stored()
    found = taken_in(checked("zones", rows, world.people["qn_administrator"]), ImportMode.ALL)
    assert (found.state, found.new, found.wrong, stored()) == (ImportState.CHECKED, 2, 1, before)
    assert "Chưa nhập gì" in found.message
    taken_in(found, ImportMode.GOOD)
    assert (found.state, found.new, found.wrong) == (ImportState.DONE, 2, 1)
    assert Zone.objects.count() == len(before["Zone"]) + 2


def test_what_is_out_of_reach_is_answered_like_what_does_not_exist(world: World) -> None:
    """Codes, names of facilities, of bodies: those of Đà Nẵng, of which an administrator of Quảng Nam knows nothing."""
    person = world.people["qn_administrator"]
    dormitory = world.nodes["da_nang_dormitory"].name
    asked: dict[str, list[tuple[dict[str, Any], str, list[str]]]] = {
        "zones": [(ZONES[0], "facility", ["da_nang_dormitory", dormitory])],
        "facilities": [(FACILITIES[0], "parent", [world.nodes["hai_chau"].name, world.nodes["national"].name])],
        "organisations": [(ORGANISATIONS[0], "parent", [world.nodes["dn"].name])],
        "people": [(PEOPLE[0], "organisation", ["da_nang_dormitory", world.nodes["dn_health"].name])],
    }
    for kind, questions in asked.items():
        for row, column, theirs in questions:
            for name in theirs:
                nowhere = "Không đâu cả"
                found = errors(checked(kind, [row | {column: name}, row | {column: nowhere}], person))
                assert [(where, said.replace(name, nowhere)) for where, said in found[2]] == found[3], (kind, name)
                assert found[3], kind


def test_cameras_come_in_where_one_registers_them_and_nowhere_else(world: World) -> None:
    found = checked("cameras", CAMERAS, world.people["tam_ky_officer"])
    assert {number: [column for column, _ in wrong] for number, wrong in errors(found).items()} == {3: ["facility"]}
    assert checked("cameras", CAMERAS, world.people["qn_administrator"]).wrong == 2
    network = checked("cameras", [CAMERAS[0] | {"address": "rtsp://192.168.1.1/"}], world.people["qn_operator"])
    assert [column for column, _ in errors(network)[2]] == ["address"]


def test_nobody_imports_roles_beyond_their_own(world: World) -> None:
    found = checked("people", PEOPLE, world.people["qn_administrator"])
    assert {number: [column for column, _ in wrong] for number, wrong in errors(found).items()} == {
        2: ["role"],
        3: ["role"],
    }
    past = checked("people", [PEOPLE[0] | {"expires_on": "01/01/2021"}], world.people["qn_chief"])
    assert [column for column, _ in errors(past)[2]] == ["expires_on"]


def test_what_is_there_with_something_else_is_no_business_of_an_import(world: World) -> None:
    rows = [{"facility": "tam_ky_school", "kind": "Sân", "name": "Cổng ra vào tam_ky_school"}]
    assert [column for column, _ in errors(checked("zones", rows, world.people["qn_chief"]))[2]] == ["kind"]


def test_nothing_is_taken_back_while_something_depends_on_it(world: World) -> None:
    found = taken_in(checked("facilities", FACILITIES, world.people["qn_administrator"]))
    facility = Facility.objects.get(code="007")
    Zone.objects.create(facility=facility, kind=ZoneKind.GATE, name="Cổng")
    before = stored()
    taken_back(found)
    assert (found.state, stored()) == (ImportState.DONE, before)
    assert found.message == "Trường THPT số bảy đang có mục phụ thuộc: 1 khu vực."
    facility.zones.all().delete()
    assert taken_back(found).state == ImportState.UNDONE


def test_zones_stay_for_their_cameras_and_cameras_for_their_pictures(world: World) -> None:
    zones = taken_in(checked("zones", ZONES, world.people["qn_administrator"]))
    row = CAMERAS[0] | {"zone": "Sân sau"}
    cameras = taken_in(checked("cameras", [row], world.people["qn_operator"]))
    assert "camera" in taken_back(zones).message
    CameraState.objects.filter(camera__name=row["name"], camera__zone__name="Sân sau").update(
        pictured_at=timezone.now()
    )
    assert "Cổng chính" in taken_back(cameras).message
    assert Camera.objects.filter(zone__name="Sân sau").count() == 1


def test_people_stay_who_have_come_in(world: World) -> None:
    found = taken_in(checked("people", PEOPLE, world.people["qn_chief"]))
    person = User.objects.get(email="moi@quangnam.example")
    person.last_login = timezone.now()
    person.save()
    assert "Nguyễn Văn Mới" in taken_back(found).message
    assert person.role_grants.count() == 1


def test_bodies_stay_for_what_stands_below_them(world: World) -> None:
    found = taken_in(checked("organisations", ORGANISATIONS[:1], world.people["qn_chief"]))
    taken_in(checked("organisations", ORGANISATIONS, world.people["qn_chief"]))
    assert "Sở TT&TT Quảng Nam" in taken_back(found).message
    assert found.state == ImportState.DONE


def test_invitations_go_out_once_all_is_stored(world: World, mailoutbox: list[Any]) -> None:
    found = checked("people", PEOPLE, world.people["qn_chief"])
    assert mailoutbox == []
    taken_in(found)
    assert sorted(mail.to[0] for mail in mailoutbox) == ["hai@quangnam.example", "moi@quangnam.example"]


def test_an_import_is_on_record_where_it_belongs(world: World) -> None:
    found = taken_back(taken_in(checked("zones", ZONES[:1], world.people["qn_administrator"])))
    records = Record.objects.filter(detail__import=found.pk).order_by("pk")
    school = world.nodes["tam_ky_school"].pk
    assert [(each.action, each.organisation_id, each.detail["new"]) for each in records] == [
        (RecordedAction.IMPORTED, school, 1),
        (RecordedAction.IMPORT_UNDONE, school, 1),
    ]


def test_whoever_lost_the_role_takes_nothing_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lost before it begins, and lost while it goes on."""
    person = world.people["qn_administrator"]
    found = checked("zones", ZONES, person)
    before = stored()["Zone"]
    through = work_through

    def lost_meanwhile(*arguments: Any) -> Any:  # noqa: ANN401 - handed through
        outcomes = through(*arguments)
        revoke_role(user=person, role=Role.ADMINISTRATOR, organisation=world.nodes["qn"])
        return outcomes

    with monkeypatch.context() as patched:
        patched.setattr(steps, "work_through", lost_meanwhile)
        taken_in(found, ImportMode.GOOD)
    assert (found.state, stored()["Zone"]) == (ImportState.CHECKED, before)
    assert "vai trò" in found.message
    # What was lost inside came back with the rest; now it is lost for good.
    revoke_role(user=person, role=Role.ADMINISTRATOR, organisation=world.nodes["qn"])
    taken_in(found)
    assert (found.state, found.wrong, stored()["Zone"]) == (ImportState.CHECKED, 2, before)


def test_no_password_is_stored_in_clear(world: World, media: Path) -> None:
    found = checked("cameras", CAMERAS, world.people["qn_operator"])
    assert [path.stat().st_mode & 0o777 for path in (media / "imports").iterdir()] == [0o600]
    with_errors = checked("cameras", [CAMERAS[1] | {"zone": "Không có"}], world.people["qn_operator"])
    assert with_errors.wrong == 1
    taken_in(found)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', ["%Chim-hoang-yen%"])  # noqa: S608 - our own tables' names
            assert cursor.fetchone() == (0,), table


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_the_check_says_is_what_comes(world: World, data: st.DataObject) -> None:
    facilities = st.sampled_from(["tam_ky_school", "hoi_an_hotel", "da_nang_dormitory", "qn_barracks", "", "x"])
    names = st.sampled_from(["Sân A", "Sân B", "Cổng ra vào tam_ky_school", "", "a\u202eb"])
    row = st.fixed_dictionaries({"facility": facilities, "kind": st.sampled_from(["gate", "Sân", "?"]), "name": names})
    rows = data.draw(st.lists(row.filter(lambda cells: any(cells.values())), min_size=1, max_size=8))
    with transaction.atomic():
        found = checked("zones", rows, world.people["qn_administrator"])
        said = list(found.rows.values_list("number", "fate", "errors"))
        before = Zone.objects.count()
        taken_in(found, ImportMode.GOOD)
        assert list(found.rows.values_list("number", "fate", "errors")) == said
        assert Zone.objects.count() - before == found.new
        transaction.set_rollback(True)

"""The pages of what is on record: who may read what, how it is found, and what is taken away."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cameras.models import Camera, Stream
from facilities.access.grants import grant_role, revoke_role
from facilities.domain.acts import acts_readable
from facilities.domain.history import labels
from facilities.domain.records import Whence, done_by, record, requested_from
from facilities.domain.sought import Place
from facilities.enums import Permission, RecordedAction, Role
from facilities.models import Facility, Organisation, Record, User
from facilities.views import records as views
from tests.portal.test_vietnamese import english
from tests.world import World, build_world

Login = Callable[[str], Client]
ACTS, EDITS = "/records/", "/records/edits/"


def put(
    world: World,
    who: str | None,
    where: str | None,
    subject: str,
    action: RecordedAction = RecordedAction.EXPORTED,
    **more: Any,
) -> Record:
    """One act of a person at a node, now unless `at` says when."""
    at = more.pop("at", None) or timezone.now()
    return record(
        action,
        actor=world.people[who] if who else None,
        now=at,
        organisation=world.nodes[where] if where else None,
        subject=subject,
        detail=more,
    )


def rows(client: Client, address: str = ACTS, **query: Any) -> list[Any]:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return list(answer.context["rows"])


def subjects(client: Client, **query: Any) -> list[str]:
    return [row.subject for row in rows(client, **query)]


@pytest.fixture
def mixed(world: World) -> World:
    """Acts at nodes of both provinces, and about accounts alone."""
    Record.objects.count()
    for where in ("national", "qn", "tam_ky_school", "dn", "da_nang_dormitory"):
        put(world, "national_leader", where, f"at {where}")
    for who in ("tam_ky_officer", "dn_officer", "national_leader", "expired", "nobody"):
        put(world, who, None, f"about {who}")
    put(world, None, None, "about a name that nobody has")
    return world


def test_an_administrator_reads_of_the_own_part_and_of_the_people_in_it(mixed: World, login: Login) -> None:
    here = {"at qn", "at tam_ky_school", "about tam_ky_officer", "about expired"}
    for who in ("qn_administrator", "qn_chief"):
        assert {subject for subject in subjects(login(who)) if " " in subject} == here


def test_whoever_administers_the_whole_tree_reads_all(mixed: World, login: Login) -> None:
    person = mixed.people["national_leader"]
    role = Role.ADMINISTRATOR
    grant_role(user=person, role=role, organisation=mixed.nodes["national"], actor=None, now=timezone.now())
    told = subjects(login("national_leader"))
    assert "about a name that nobody has" in told
    assert "about dn_officer" in told
    assert "at dn" in told
    # That others have accounts is not theirs to know either.
    assert "about nobody" not in told
    page = login("national_leader").get(EDITS, {"kind": "facilities.user"}).content.decode()
    assert "Người dn_officer" in page
    assert "Người nobody" not in page


def test_what_somebody_did_before_the_role_was_taken_stays_readable(mixed: World, login: Login) -> None:
    officer = mixed.people["tam_ky_officer"]
    revoke_role(user=officer, role=Role.FACILITY_OFFICER, organisation=mixed.nodes["tam_ky_school"])
    assert "about tam_ky_officer" in subjects(login("qn_administrator"))
    assert "about dn_officer" not in subjects(login("qn_administrator"))


def test_a_further_role_opens_nobodys_account_to_another_province(mixed: World, login: Login) -> None:
    officer, administrator = mixed.people["dn_officer"], mixed.people["nobody"]
    now = timezone.now()
    grant_role(user=administrator, role=Role.ADMINISTRATOR, organisation=mixed.nodes["dn"], actor=None, now=now)
    chief = mixed.people["qn_chief"]
    grant_role(user=officer, role=Role.ANALYST, organisation=mixed.nodes["tam_ky"], actor=chief, now=now)
    assert "about dn_officer" not in subjects(login("qn_chief"))
    assert not rows(login("qn_chief"), EDITS, kind="facilities.user", q="dn_officer")
    assert "about dn_officer" in subjects(login("nobody"))
    assert rows(login("nobody"), EDITS, kind="facilities.user", q="dn_officer")
    # Gone over, the account is the other province's.
    revoke_role(user=officer, role=Role.FACILITY_OFFICER, organisation=mixed.nodes["da_nang_dormitory"])
    assert "about dn_officer" in subjects(login("qn_chief"))
    assert "about dn_officer" not in subjects(login("nobody"))


@pytest.mark.parametrize("address", [ACTS, EDITS])
def test_others_find_nothing_and_are_told_why(mixed: World, login: Login, address: str) -> None:
    for who in ("nobody", "national_leader", "qn_operator", "expired", "qn_health_inspector"):
        answer = login(who).get(address)
        assert answer.context["rows"] == [], who
        assert "Không vai trò nào của bạn" in answer.content.decode()
    exported = login("expired").get(f"{address}export/")
    assert len(list(csv.reader(StringIO(b"".join(exported.streaming_content).decode())))) == 1  # type: ignore[attr-defined] # a stream


def test_nobody_reads_nothing(mixed: World) -> None:
    assert Client().get(ACTS).status_code == 302
    assert not Record.objects.visible_to(AnonymousUser(), Permission.ADMINISTER).exists()


def test_found_by_person_or_subject_without_accents_by_act_and_by_day(mixed: World, login: Login) -> None:
    client = login("qn_administrator")
    put(mixed, "qn_chief", "qn", "Trường Nguyễn Huệ, Điện Bàn", RecordedAction.IMPORTED)
    put(mixed, "qn_chief", "qn", "Lâu rồi", at=datetime(2021, 6, 11, 7, tzinfo=UTC))
    name = "Trường Nguyễn Huệ, Điện Bàn"
    for words in ("nguyen hue", "NGUYEN", "dien ban", "Nguyễn", "người truong"):
        assert subjects(client, q=words) == [name], words
    assert subjects(client, q="nguyển") == []
    assert subjects(client, q="100%_") == []
    assert name in subjects(client, kind="imported")
    assert "at qn" not in subjects(client, kind="imported")
    assert "Lâu rồi" not in subjects(client)
    assert subjects(client, first="11/06/2021", last="11/06/2021") == ["Lâu rồi"]
    assert subjects(client, first="12/06/2021", last="12/06/2021") == []
    assert "Lâu rồi" in subjects(client, last="01/07/2021")


ODD = (
    {"first": "31/02/2021"},
    {"last": "9999-12-31"},
    {"kind": "none"},
    {"camera": "x"},
    {"camera": str(2**70)},
    {"older": "1-2"},
    {"older": f"{10**30}-0-1"},
    {"older": f"1-0-{2**70}"},
    {"q": "a\x00b"},
    {"q": "x" * 500},
)


@pytest.mark.parametrize("address", [ACTS, EDITS, f"{ACTS}export/", f"{EDITS}export/"])
def test_what_is_not_understood_is_no_fault(mixed: World, login: Login, address: str) -> None:
    client = login("qn_administrator")
    assert {str(query): client.get(address, query).status_code for query in ODD} == {str(query): 200 for query in ODD}


def test_who_looked_at_a_camera(mixed: World, login: Login) -> None:
    school, opened = mixed.cameras["tam_ky_school"].pk, RecordedAction.PICTURES_OPENED
    put(mixed, "qn_leader", "tam_ky_school", "this one", opened, cameras=[school, school + 9], socket="1")
    put(mixed, "qn_leader", "tam_ky_school", "another", opened, cameras=[school + 9], socket="1")
    (found,) = rows(login("qn_administrator"), camera=school)
    assert (found.subject, found.detail) == ("this one", "2 camera")
    assert subjects(login("qn_administrator"), camera=mixed.cameras["da_nang_dormitory"].pk) == []


def test_pages_follow_each_other_without_gap_or_repeat(
    mixed: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now()
    client = login("qn_administrator")
    # Several of one moment, as an import writes them.
    for number in range(5):
        put(mixed, "qn_chief", "qn", f"number {number}", at=at)
    for address, size in ((ACTS, 3), (EDITS, 20)):
        monkeypatch.setattr(views, "ROWS", size)
        pages: list[list[Any]] = []
        place: dict[str, str] = {}
        while True:
            answer = client.get(address, place)
            pages.append(answer.context["rows"])
            if not answer.context["older"]:
                break
            place = {"older": answer.context["older"].removeprefix("older=")}
        assert len(pages) > 2
        assert all(len(page) == size for page in pages[:-1])
        monkeypatch.setattr(views, "ROWS", 500)
        assert [row for page in pages for row in page] == client.get(address).context["rows"]


@pytest.mark.parametrize("address", [ACTS, EDITS])
def test_the_number_of_queries_does_not_grow(mixed: World, login: Login, address: str) -> None:
    client = login("qn_administrator")
    camera = mixed.cameras["tam_ky_school"]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"kind": "cameras.camera"} if address == EDITS else {})
        return len(queries)

    Camera.objects.filter(pk=camera.pk).update(name="edited once")
    few = asked()
    for number in range(5):
        put(mixed, "qn_chief", "qn", f"number {number}")
        Camera.objects.filter(pk=camera.pk).update(name=f"number {number}")
    assert asked() == few


def newest(client: Client, kind: str) -> Any:  # noqa: ANN401 - an edit
    return rows(client, EDITS, kind=kind)[0]


def test_an_edit_says_what_changed_from_what_to_what_by_whom_and_from_where(world: World, login: Login) -> None:
    facility = world.facilities["tam_ky_school"]
    with done_by("import", actor=world.people["qn_chief"]):
        Facility.objects.filter(pk=facility.pk).update(premises="hotel", address="1 Hùng Vương")
    edit = newest(login("qn_administrator"), "facilities.facility")
    assert [(each.field, each.before, each.after) for each in edit.changes] == [
        ("Loại công trình", "Trường học", "Khách sạn"),
        ("Địa chỉ", "–", "1 Hùng Vương"),
    ]
    assert (edit.act, edit.person, edit.request) == ("Đã sửa", "Người qn_chief", "import")
    assert (edit.organisation, edit.link) == ("Cơ sở tam_ky_school", reverse("facility", args=[facility.pk]))


def test_a_new_account_is_told_without_the_boxes_that_nobody_ticked(world: World, login: Login) -> None:
    (edit,) = rows(login("qn_administrator"), EDITS, kind="facilities.user", q="tam_ky_officer")
    assert edit.act == "Đã tạo"
    assert "không" not in {each.after for each in edit.changes}
    assert ("Đang hoạt động", "có") in {(each.field, each.after) for each in edit.changes}


def test_edits_of_other_provinces_and_names_out_of_reach_are_not_told(world: World, login: Login) -> None:
    answer = login("qn_administrator").get(EDITS, {"first": "01/01/2021"})
    page = answer.content.decode()
    assert "Cơ sở tam_ky_school" in page
    for foreign in ("da_nang_dormitory", "UBND Tỉnh Đà Nẵng", "Người dn_officer", "Người nobody", "Ban Chỉ đạo"):
        assert foreign not in page


def test_an_address_of_a_camera_is_not_told_nor_a_password(world: World, login: Login) -> None:
    camera = world.cameras["tam_ky_school"]
    Stream.objects.filter(camera=camera).update(url="rtsp://10.1.2.99/secret", username="quan-tri", sealed_password="x")
    page = login("qn_administrator").get(EDITS, {"kind": "cameras.stream"}).content.decode()
    assert "10.1.2.99" not in page
    assert "quan-tri" not in page
    assert "không hiển thị ở đây" in page


def test_what_is_removed_stays_readable(world: World, login: Login) -> None:
    camera = world.cameras["tam_ky_school"]
    with done_by("page", actor=world.people["tam_ky_officer"]):
        camera.delete()
    edit = newest(login("qn_administrator"), "cameras.camera")
    assert (edit.act, edit.name, edit.link, edit.person) == (
        "Đã xóa",
        "Camera tam_ky_school",
        "",
        "Người tam_ky_officer",
    )


def test_edits_are_found_by_name_by_person_and_by_kind(world: World, login: Login) -> None:
    client = login("qn_administrator")
    with done_by("page", actor=world.people["qn_chief"]):
        Camera.objects.filter(pk=world.cameras["tam_ky_school"].pk).update(name="Cổng Điện Bàn")
    assert [row.name for row in rows(client, EDITS, q="cong dien ban")] == ["Cổng Điện Bàn"]
    assert [row.name for row in rows(client, EDITS, q="nguoi qn_chief", kind="cameras.camera")] == ["Cổng Điện Bàn"]
    assert {row.kind for row in rows(client, EDITS, kind="facilities.zone")} == {"Khu vực"}


def read(answer: Any) -> list[list[str]]:  # noqa: ANN401 - a streaming answer
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_an_export_holds_what_is_looked_for_and_is_on_record_itself(
    mixed: World, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PIECE", 2)
    client = login("qn_administrator")
    answer = client.get(f"{ACTS}export/", {"q": "at"}, REMOTE_ADDR="10.9.8.7")
    assert answer["Content-Disposition"].startswith('attachment; filename="records-')
    lines = read(answer)
    assert lines[0][:3] == ["Thời điểm", "Hành động", "Người"]
    assert {line[3] for line in lines[1:]} >= {"at qn", "at tam_ky_school"}
    assert not any("dn" in line[3] for line in lines)
    exported = Record.objects.get(action="exported", subject="records.csv")
    assert (exported.person_id, exported.address) == (mixed.people["qn_administrator"].pk, "10.9.8.7")
    assert exported.detail == {"what": "records", "query": "q=at"}


def test_no_cell_of_an_export_runs_as_a_formula(world: World, login: Login) -> None:
    begins = ("=", "+", "-", "@", "\t", "\r")
    for begin in begins:
        put(world, "qn_chief", "qn", f"{begin}HYPERLINK(1)")
        Facility.objects.filter(pk=world.facilities["tam_ky_school"].pk).update(code=f"{begin}1")
    client = login("qn_administrator")
    for address in (ACTS, EDITS):
        cells = [cell for line in read(client.get(f"{address}export/")) for cell in line]
        assert not any(cell.startswith(begins) for cell in cells)
        assert {cell[1] for cell in cells if cell.startswith("'")} == set(begins)


def test_edits_are_exported_too(world: World, login: Login) -> None:
    Facility.objects.filter(pk=world.facilities["tam_ky_school"].pk).update(address="1 Hùng Vương")
    lines = read(login("qn_administrator").get(f"{EDITS}export/"))
    assert any("Địa chỉ: – → 1 Hùng Vương" in line[6] for line in lines)


def test_all_that_is_told_is_told_in_vietnamese(mixed: World, login: Login) -> None:
    put(mixed, "qn_leader", "qn", "x", RecordedAction.LOGIN_FAILED, what="code", more=True, by="link", role="leader")
    Stream.objects.update(url="rtsp://10.1.2.99/", basic_allowed=True)
    client = login("qn_administrator")
    for address in (ACTS, f"{ACTS}?camera=1", f"{EDITS}?first=x", *(f"{EDITS}?kind={kind}" for kind, _ in labels())):
        assert english(client.get(address).content.decode()) == set(), address


async def test_an_export_streams_under_asgi(transactional_db: None) -> None:
    world = await sync_to_async(build_world)()
    client = AsyncClient()
    await client.aforce_login(world.people["qn_administrator"])
    answer: Any = await client.get(f"{EDITS}export/")
    text = b"".join([piece async for piece in answer.streaming_content]).decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(text)))) > 10
    await sync_to_async(connections.close_all)()


def test_a_place_reads_as_it_was_written() -> None:
    place = Place(datetime(2021, 6, 11, 7, 5, 20, 123456, tzinfo=UTC), 7, 3)
    assert Place.read(str(place)) == place
    for text in ("", "a", "1-2", "--", "1-2-3-4", f"{10**30}-1-1", f"1-1-{2**63}"):
        assert Place.read(text) is None


def test_a_record_about_a_node_that_is_gone_is_for_those_above_all(world: World) -> None:
    put(world, None, "tam_ky_school", "gone")
    Record.objects.count()
    now = timezone.now() + timedelta(seconds=1)
    with requested_from(Whence()):
        lost = record(RecordedAction.EXPORTED, actor=None, now=now, organisation=999, subject="lost")
    chief = world.people["qn_chief"]
    assert lost not in acts_readable(chief, now)
    leader = world.people["national_leader"]
    grant_role(user=leader, role=Role.ADMINISTRATOR, organisation=world.nodes["national"], actor=None, now=now)
    assert lost in acts_readable(User.objects.get(pk=leader.pk), now)
    assert Organisation.objects.filter(pk=999).count() == 0

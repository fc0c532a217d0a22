"""What stands in the files: of what, typed how, and nothing that a spreadsheet would run."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from cameras.enums import Reason, State
from cameras.models import Camera, CameraState, Transition
from facilities.models import AdministrativeUnit, Organisation, Zone
from portal.exports.pdf import OwnFontsOnly, write_pdf
from portal.exports.registry import TABLES
from portal.exports.sheet import share
from portal.models import FacilityStanding
from tests.portal.exports.taking import as_csv, as_xlsx, sheet_of, standings
from tests.portal.tables.made import freeze_as
from tests.world import NOW, World, add_camera

PAYLOADS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


@pytest.fixture
def poisoned(world: World) -> World:
    """Facility, zones and cameras in Tam Kỳ that are called as formulas are."""
    school = world.facilities["tam_ky_school"]
    Organisation.objects.filter(pk=school.organisation_id).update(name=PAYLOADS[0])
    for number, payload in enumerate(PAYLOADS):
        zone = Zone.objects.create(facility=school, kind="yard", name=payload)
        camera = Camera.objects.create(zone=zone, name=payload)
        CameraState.objects.create(camera=camera, state=State.DOWN, reason=Reason.TIMEOUT, since=NOW)
        Transition.objects.create(camera=camera, before="ok", state="down", at=timezone.now(), noticed_at=NOW)
        if number % 2:
            AdministrativeUnit.objects.filter(facilities=school).update(full_name=payload)
    school.code = PAYLOADS[-1]
    school.save()
    standings(world, tam_ky_school={"name": PAYLOADS[0], "contradictions": [PAYLOADS[3]]})
    return world


@pytest.mark.parametrize("table", TABLES)
def test_no_cell_is_a_formula_and_none_is_lost(poisoned: World, table: str, tmp_path: Path) -> None:
    leader = poisoned.people["qn_leader"]
    book = as_xlsx(sheet_of(table, leader), tmp_path)
    cells = [cell for page in book for row in page for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    texts = {cell.value for cell in cells if cell.data_type == "s"}
    rows = as_csv(sheet_of(table, leader), tmp_path)
    lines = [cell for row in rows for cell in row]
    assert [cell for cell in lines if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert [cell for cell in lines if cell.startswith("-") and not cell[1:].isdigit()] == []
    if table in ("cameras", "transitions"):
        # XML has its own way with what is blank around a text.
        assert {payload.strip() for payload in PAYLOADS} <= {text.removeprefix("_x000D_").strip() for text in texts}
        assert {f"'{payload}" for payload in PAYLOADS} <= set(lines)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("persona", ["qn_leader", "dn_leader", "tam_ky_officer", "nobody", "disabled"])
def test_each_table_is_of_what_the_reader_reaches(world: World, table: str, persona: str, tmp_path: Path) -> None:
    standings(world, **{name: {"contradictions": ["sink_denied"]} for name in world.facilities})
    for camera in world.cameras.values():
        Transition.objects.create(camera=camera, before="ok", state="down", at=timezone.now(), noticed_at=NOW)
    theirs = {
        "qn_leader": {"tam_ky_school", "hoi_an_hotel", "qn_barracks"},
        "dn_leader": {"da_nang_dormitory"},
        "tam_ky_officer": {"tam_ky_school"},
    }.get(persona, set())
    sheet = sheet_of(table, world.people[persona])
    count = sheet.count
    rows = list(as_xlsx(sheet, tmp_path).worksheets[0].iter_rows(min_row=2, values_only=True))
    text = repr(rows)
    if table == "units":
        assert sum(row[1] or 0 for row in rows if row[0] != "Tổng cộng" and row is not rows[-1]) == len(theirs)
    else:
        assert {name for name in world.facilities if name in text} == theirs
        assert count == len(theirs)
    assert set(sheet.facilities) == {world.facilities[name].pk for name in theirs}


def test_the_filters_are_those_of_the_page(world: World, tmp_path: Path) -> None:
    add_camera(world.facilities["hoi_an_hotel"], "hỏng")
    CameraState.objects.filter(camera__name="hỏng").update(state=State.DOWN, reason=Reason.TIMEOUT)
    standings(world, hoi_an_hotel={"down": 1})
    leader = world.people["national_leader"]
    unit = world.facilities["tam_ky_school"].district_id

    def names(table: str, query: str) -> set[str]:
        text = repr(as_csv(sheet_of(table, leader, query), tmp_path)[1:])
        return {name for name in world.facilities if name in text}

    assert names("facilities", "sector=army") == {"qn_barracks"}
    assert names("facilities", f"unit={unit}") == {"tam_ky_school", "qn_barracks"}
    assert names("cameras", "q=co+so+hoi") == {"hoi_an_hotel"}
    assert names("cameras", "having=down") == {"hoi_an_hotel"}
    assert names("cameras", f"having=down&unit={unit}") == set()
    sheet = sheet_of("facilities", leader, "sector=army&q=qn&page=3")
    assert [value for _label, value in sheet.filters] == ["qn", "Quân đội quản lý"]


@pytest.mark.parametrize("table", ["facilities", "units"])
def test_a_past_day_is_of_what_was_frozen_then(world: World, table: str, tmp_path: Path) -> None:
    standings(world, tam_ky_school={"claimed": 7, "verified": 6})
    freeze_as(date(2021, 6, 11), FacilityStanding.objects.all())
    FacilityStanding.objects.all().delete()
    standings(world, tam_ky_school={"claimed": 1})
    leader = world.people["qn_leader"]
    for query, claimed in (("as_of=2021-06-11", 9), ("", 3), ("as_of=2021-06-10", 0)):
        sheet = sheet_of(table, leader, query)
        rows = [*as_csv(sheet, tmp_path)]
        place = rows[0].index("Khai báo")
        assert int(rows[-1][place]) == claimed
        assert (sheet.as_of == "11/06/2021 24:00") == (claimed == 9)


def test_the_order_is_the_pages(world: World, tmp_path: Path) -> None:
    standings(world, tam_ky_school={"claimed": 2}, qn_barracks={"claimed": 3}, hoi_an_hotel={"claimed": 1})
    leader = world.people["qn_leader"]

    def claimed(query: str) -> list[str]:
        return [row[13] for row in as_csv(sheet_of("facilities", leader, query), tmp_path)[1:4]]

    assert claimed("sort=-claimed") == ["3", "2", "1"]
    assert claimed("sort=claimed") == ["1", "2", "3"]
    assert claimed("sort=password") == claimed("")


def test_a_unit_out_of_reach_leaves_nothing_and_is_not_named(world: World) -> None:
    hidden = world.facilities["da_nang_dormitory"].district
    assert hidden is not None
    sheet = sheet_of("cameras", world.people["qn_leader"], f"unit={hidden.pk}")
    assert (sheet.count, sheet.facilities) == (0, [])
    assert hidden.full_name not in sheet.scope


def test_cells_have_types_and_totals_equal_the_rows(world: World, tmp_path: Path) -> None:
    figures = {"claimed": 7, "verified": 2, "due_on": date(2021, 6, 11), "ok_seconds": 2, "down_seconds": 1}
    standings(world, tam_ky_school={**figures, "failed": ["R10", "R2"], "code": "0049"})
    book = as_xlsx(sheet_of("facilities", world.people["qn_leader"]), tmp_path)
    page = book.worksheets[0]
    head = [cell.value for cell in page[1]]
    rows = {row[3].value: row for row in page.iter_rows(min_row=2, max_row=4)}
    school = rows["0049"]
    assert school[3].data_type == "s"
    assert (school[12].value, school[12].number_format) == (datetime(2021, 6, 11), "dd/mm/yyyy")  # noqa: DTZ001 - as above
    assert (school[13].value, school[14].value) == (7, 2)
    assert (school[15].value, school[15].number_format) == (0.285, "0.0%")
    assert school[26].value == 0.666
    assert school[-2].value == "R2, R10"
    total = [cell.value for cell in page[5]]
    assert total[13] == sum(row[13].value for row in rows.values())
    assert total[15] == share(2, total[13])
    assert page.freeze_panes == "B2"
    assert str(page.auto_filter.ref).endswith("4")
    about = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    assert str(world.people["qn_leader"]) in [row[1] for row in about]
    assert len(head) == len(total)


def test_times_are_those_of_the_readers_clock(world: World, tmp_path: Path) -> None:
    CameraState.objects.update(since=NOW)
    row = next(as_xlsx(sheet_of("cameras", world.people["dn_leader"]), tmp_path).worksheets[0].iter_rows(min_row=2))
    assert row[10].value == datetime(2021, 6, 11, 14, 5, 20)  # noqa: DTZ001 - Excel knows no time zones
    assert as_csv(sheet_of("cameras", world.people["dn_leader"]), tmp_path)[1][10] == "2021-06-11 14:05:20"


def test_late_days_count_from_the_last_good_day_and_connected_ones_are_left_out(world: World, tmp_path: Path) -> None:
    yesterday = timezone.localdate() - timedelta(days=3)
    standings(world, tam_ky_school={"due_on": yesterday, "blocked": ["no_line"]}, hoi_an_hotel={"stage": "watching"})
    rows = as_csv(sheet_of("not_connected", world.people["qn_leader"]), tmp_path)[1:-1]
    assert [(row[3], row[9]) for row in rows] == [("qn_barracks", ""), ("tam_ky_school", "3")]


def test_a_share_is_cut_and_only_all_is_all() -> None:
    assert (share(9999, 10000), share(3, 3), share(0, 0)) == (0.999, 1.0, None)


def test_pdf_has_vietnamese_letters_the_moment_and_numbered_pages(world: World, tmp_path: Path) -> None:
    school = world.facilities["tam_ky_school"]
    for number in range(70):
        add_camera(school, f"Camera hành lang số {number} – Ủy ban Điện Bàn ưỡn ẹo")
    path = tmp_path / "table.pdf"
    write_pdf(sheet_of("cameras", world.people["qn_leader"]), path)
    pages = PdfReader(path).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) > 1
    assert all(f"{number}/{len(texts)}" in text for number, text in enumerate(texts, start=1))
    assert "Ủy ban Điện Bàn ưỡn ẹo" in " ".join("".join(texts).split())
    listed: Any = pages[0]["/Resources"]
    fonts = {str(font.get_object()["/BaseFont"]) for font in listed["/Font"].values()}
    assert fonts
    assert all("Be-Vietnam" in font or "Be-" in font or "BeVietnam" in font for font in fonts), fonts


def test_pdf_opens_nothing_but_its_typeface(tmp_path: Path) -> None:
    fetcher = OwnFontsOnly()
    for address in ("file:///etc/passwd", "http://10.0.0.1/", "portal-font:../../settings.py", "data:text/plain,x"):
        with pytest.raises(ValueError, match="fonts"):
            fetcher.fetch(address)
    assert fetcher.fetch("portal-font:latin-400").read(4) == b"wOF2"


def test_markup_in_a_name_is_text_in_the_pdf(world: World, tmp_path: Path) -> None:
    Camera.objects.filter(pk=world.cameras["tam_ky_school"].pk).update(name='<img src="file:///etc/passwd">')
    path = tmp_path / "table.pdf"
    write_pdf(sheet_of("cameras", world.people["qn_leader"]), path)
    assert "<img" in PdfReader(path).pages[0].extract_text()

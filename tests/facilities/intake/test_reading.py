"""Files as people and programs really write them; and files that nobody should open."""

import io
import random
import unicodedata
import zipfile
from contextlib import suppress
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from facilities.intake.cells import FileRefused
from facilities.intake.registry import KINDS
from facilities.intake.table import MOST_ROWS, Table, read_table
from tests.facilities.intake.spreadsheets import content, headings, workbook, xlsx

ZONE = {"facility": "049", "kind": "Sân", "name": "Sân sau"}


@pytest.fixture(autouse=True)
def _vietnamese() -> Any:  # noqa: ANN401 - a generator fixture
    with translation.override("vi"):
        yield


def read(data: bytes, kind: str = "zones", *, folder: Path) -> Table:
    path = folder / "upload"
    path.write_bytes(data)
    return read_table(path, KINDS[kind].columns)


def values(table: Table, kind: str = "zones") -> list[dict[str, Any]]:
    return [{column.key: column.value(row[column.key]) for column in KINDS[kind].columns} for row in table.rows]


def refusal(data: bytes, folder: Path, kind: str = "zones") -> str:
    with pytest.raises(FileRefused) as refused:
        read(data, kind, folder=folder)
    return str(refused.value.message)


def problem(cell: object, folder: Path, key: str = "facility", kind: str = "zones") -> str:
    """What is said of that cell in that column."""
    (row,) = read(xlsx(kind, [ZONE | {key: cell}]), kind, folder=folder).rows
    column = KINDS[kind].column(key)
    assert column is not None
    with pytest.raises(Exception) as refused:  # noqa: PT011 - of our own, checked by its words
        column.value(row[key])
    return str(refused.value)


def understood(cell: object, folder: Path, key: str, kind: str) -> object:
    (row,) = read(xlsx(kind, [{"code": "X", "name": "Y", key: cell}]), kind, folder=folder).rows
    column = KINDS[kind].column(key)
    assert column is not None
    return column.value(row[key])


def test_leading_zeros_stay(tmp_path: Path) -> None:
    book = workbook(headings("zones"), ["049", "Sân", "A"], [49, "Sân", "B"])
    book.worksheets[0].cell(3, 1).number_format = "000"
    assert [row["facility"] for row in values(read(content(book), folder=tmp_path))] == ["049", "049"]
    assert "số 0 ở đầu" in problem(49, tmp_path)
    # Codes of units have one length, so what was lost is known.
    assert understood(1, tmp_path, "district", "facilities") == "001"


def test_numbers_days_and_ticks_are_read_as_they_are_meant(tmp_path: Path) -> None:
    assert understood(12, tmp_path, "name", "zones") == "12"
    assert understood(1.5, tmp_path, "name", "zones") == "1.5"
    assert understood(date(2021, 4, 3), tmp_path, "name", "zones") == "03/04/2021"
    for last in (date(2026, 12, 31), "31/12/2026", "2026-12-31"):
        assert understood(last, tmp_path, "expires_on", "people") == date(2026, 12, 31)
    assert [understood(tick, tmp_path, "basic_allowed", "cameras") for tick in (True, "x", "Có", "no", 0)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert understood(60, tmp_path, "interval", "cameras") == 60


@pytest.mark.parametrize("text", [unicodedata.normalize("NFD", "Sân sau"), "Sân\xa0sau", " Sân\nsau\t", "Sân  sau"])
def test_what_nobody_sees_makes_no_difference(tmp_path: Path, text: str) -> None:
    assert understood(text, tmp_path, "name", "zones") == "Sân sau"


def test_what_a_password_holds_stays_as_it_is(tmp_path: Path) -> None:
    assert understood(" a  b ", tmp_path, "password", "cameras") == " a  b "


@pytest.mark.parametrize("text", ["Sân\u202esau", "Sân\u2066sau"])
def test_characters_that_deceive_are_refused(tmp_path: Path, text: str) -> None:
    assert "ký tự điều khiển" in problem(text, tmp_path, "name")
    # XLSX itself has no control characters; CSV has.
    (row,) = read(f"{';'.join(headings('zones'))}\n1;Sân;a\x07b\n".encode(), folder=tmp_path).rows
    assert row["name"].text == "a\x07b"


def test_cells_that_hold_no_value_are_named(tmp_path: Path) -> None:
    assert "công thức" in problem('=HYPERLINK("http://evil.example")', tmp_path, "name")
    assert "giờ" in problem(time(8, 30), tmp_path, "name")
    assert "2000 ký tự" in problem("a" * 2001, tmp_path, "name")
    assert "100 ký tự" in problem("a" * 101, tmp_path, "name")
    assert "Phải điền" in problem(None, tmp_path, "name")
    assert "một trong các từ" in problem("Vườn", tmp_path, "kind")


def test_the_right_sheet_is_found_wherever_its_header_stands(tmp_path: Path) -> None:
    book = workbook(["Ghi chú"], ["gì đó"], title="Bìa")
    sheet = book.create_sheet("Dữ liệu")
    for row in (
        ["DANH SÁCH KHU VỰC"],
        [],
        ["Ngày 05/06/2021"],
        ["Kind of zone *", "name", "ma co so"],
        ["gate", "A", "1"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    hidden = book.create_sheet("Ẩn")
    hidden.sheet_state = "hidden"
    table = read(content(book), folder=tmp_path)
    assert [(row.number, row["name"].text) for row in table.rows] == [(5, "A")]


def test_a_wrong_sheet_is_answered_with_the_sheets_there_are(tmp_path: Path) -> None:
    book = workbook(["Mã cơ sở", "Gì đó"], ["1", "2"], title="Trang A")
    book.create_sheet("Trang B")
    said = refusal(content(book), tmp_path)
    assert "Trang A, Trang B" in said
    assert "Loại khu vực, Tên khu vực" in said
    assert "Loại khu vực" in refusal(b"a;b\n1;2\n", tmp_path)


def test_merged_cells_are_named(tmp_path: Path) -> None:
    book = workbook(headings("zones"), ["1", "Sân", "A"], ["1", "Sân", "B"])
    book.worksheets[0].merge_cells("A2:A3")
    assert "A2:A3" in refusal(content(book), tmp_path)


def test_columns_that_mean_nothing_are_told_and_those_twice_refused(tmp_path: Path) -> None:
    book = workbook([*headings("zones"), "Ghi chú"], ["1", "Sân", "A", "x"])
    assert read(content(book), folder=tmp_path).ignored == ["Ghi chú"]
    assert "hai lần" in refusal(content(workbook([*headings("zones"), "name"], ["1", "Sân", "A"])), tmp_path)


def test_bombs_are_not_unpacked(tmp_path: Path) -> None:
    for size in (210 * 1024 * 1024, 40 * 1024 * 1024):
        file = io.BytesIO(content(workbook(headings("zones"))))
        with (
            zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive,
            archive.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as member,
        ):
            for _ in range(size // 1_048_576):
                member.write(b" " * 1_048_576)
        assert len(file.getvalue()) < 3 * 1024 * 1024
        assert "quá lớn" in refusal(file.getvalue(), tmp_path)


@pytest.mark.parametrize("begins", ['<!DOCTYPE a [<!ENTITY b "c">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">'])
def test_entities_are_refused(tmp_path: Path, begins: str) -> None:
    file = io.BytesIO(content(workbook(headings("zones"), ["1", "Sân", "A"])))
    sheet = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")
    assert "không đọc được" in refusal(with_sheet(begins.encode() + sheet), tmp_path).lower()


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose first sheet is this."""
    source = zipfile.ZipFile(io.BytesIO(content(workbook(headings("zones")))))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return file.getvalue()


def sheet_of(rows: str) -> bytes:
    head = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in headings("zones"))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData><row r="1">{head}</row>{rows}</sheetData></worksheet>'.encode()


def test_rows_without_number_or_end_are_bounded(tmp_path: Path) -> None:
    assert "200000 dòng" in refusal(with_sheet(sheet_of("<row/>" * 200_001)), tmp_path)
    assert "60 cột" in refusal(with_sheet(sheet_of('<row r="2"><c r="XFD2"><v>1</v></c></row>')), tmp_path)
    cell = '<c t="inlineStr"><is><t>x</t></is></c>'
    assert "thứ tự" in refusal(with_sheet(sheet_of(f'<row r="3">{cell}</row><row r="2">{cell}</row>')), tmp_path)


def test_a_million_rows_are_refused(tmp_path: Path) -> None:
    head = ";".join(headings("zones"))
    said = refusal(f"{head}\n{'1;Sân;A' * 1}\n".encode() + b"1;2;3\n" * 1_000_000, tmp_path)
    assert f"{MOST_ROWS} dòng" in said


def test_200_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(FileRefused, match="20 MB"):
        read_table(path, KINDS["zones"].columns)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_as_programs_write_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [delimiter.join(headings("zones")), delimiter.join(["049", "Sân", '"Sân ""sau"""'])]
    text = "\r\n".join([*(["sep=;"] if delimiter == ";" else []), *lines])
    (row,) = values(read(text.encode(encoding), folder=tmp_path))
    assert row == {"facility": "049", "kind": "yard", "name": 'Sân "sau"'}


def test_what_is_no_list_is_refused_in_words(tmp_path: Path) -> None:
    head = ";".join(headings("zones"))
    said = {
        "utf-8": refusal(f"{head}\n1;Sân;Đường".encode().replace("Đ".encode(), b"\xd0"), tmp_path),
        "text": refusal(b"%PDF-1.7\0\0", tmp_path),
        "XLS": refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", tmp_path),
        "CSV": refusal(f'{head}\n1;Sân;"A'.encode(), tmp_path),
        "rows": refusal(f"{head}\n;;\n".encode(), tmp_path),
        "workbook": refusal(b"PK\x03\x04 and no more", tmp_path),
        "empty": refusal(content(Workbook()), tmp_path),
    }
    words = ["UTF-8", "văn bản", "XLS cũ", "CSV", "Không có dòng", "Không đọc được", "trang tính"]
    assert [text for text, word in zip(said.values(), words, strict=True) if word not in text] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), cuts=st.integers(0, 20))
def test_broken_workbooks_are_refused_and_nothing_else(tmp_path: Path, seed: int, cuts: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    source = zipfile.ZipFile(io.BytesIO(xlsx("zones", [ZONE] * 3)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in source.namelist():
            data = bytearray(source.read(name))
            for _ in range(cuts):
                place = chance.randrange(len(data))
                data[place : place + chance.randrange(1, 9)] = bytes(chance.randrange(256) for _ in range(3))
            archive.writestr(name, bytes(data))
    # Whatever else it raises would be a fault of ours.
    with suppress(FileRefused):
        assert len(read(file.getvalue(), folder=tmp_path).rows) <= 3

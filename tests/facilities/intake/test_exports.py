"""What people take away: templates that can be read again, errors that say what to do, and never a live formula."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from facilities.enums import ImportState
from facilities.intake.cells import FileRefused
from facilities.intake.exports import errors_csv, errors_xlsx, template_csv, template_xlsx
from facilities.intake.registry import KINDS
from facilities.intake.table import read_table
from facilities.models import Zone
from tests.facilities.intake.spreadsheets import checked, errors, taken_in
from tests.world import World

PAYLOADS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "=cmd|' /C calc'!A0", "-2+3+cmd"]


@pytest.fixture(autouse=True)
def _vietnamese() -> Any:  # noqa: ANN401 - a generator fixture
    with translation.override("vi"):
        yield


@pytest.mark.parametrize("key", ["organisations", "facilities", "zones", "cameras", "people"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_template_is_read_as_it_was_given_and_its_example_is_no_row(tmp_path: Path, key: str, form: str) -> None:
    kind = KINDS[key]
    file = tmp_path / "template"
    file.write_bytes(template_xlsx(kind) if form == "xlsx" else template_csv(kind).encode())
    # All headings are found: what is missing is rows.
    with pytest.raises(FileRefused, match="Không có dòng nào dưới dòng tiêu đề"):
        read_table(file, kind.columns)


def test_a_template_offers_the_words_and_keeps_codes_as_text(tmp_path: Path) -> None:
    sheet = load_workbook(io.BytesIO(template_xlsx(KINDS["facilities"]))).worksheets[0]
    assert sheet.title == "Cơ sở"
    assert {str(each.sqref).split(":")[0] for each in sheet.data_validations.dataValidation} == {"E2", "F2"}
    assert sheet.column_dimensions["A"].number_format == "@"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_that_goes_out_is_a_formula(world: World, payload: str) -> None:
    row = [{"facility": "nowhere", "kind": payload.replace(";", ","), "name": payload}]
    text = "Mã cơ sở;Loại khu vực;Tên khu vực\n"
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerow(row[0].values())
    found = checked("zones", (text + written.getvalue()).encode(), world.people["qn_administrator"])
    assert found.wrong == 1
    kind = KINDS["zones"]
    sheet = load_workbook(io.BytesIO(errors_xlsx(found, kind))).worksheets[0]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
    assert [cell.value for cell in sheet[2]][2] == payload
    lines = list(csv.reader("".join(errors_csv(found, kind)).removeprefix("\ufeff").splitlines(), delimiter=";"))
    assert lines[1][2] == f"'{payload}"
    assert [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))] == []


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_rows_with_errors_are_corrected_and_come_in(world: World, form: str) -> None:
    person = world.people["qn_administrator"]
    rows = [
        {"facility": "tam_ky_school", "kind": "Sân", "name": "-1 tầng hầm"},
        {"facility": "tam_ky_school", "kind": "Vườn", "name": "=Sân"},
    ]
    text = "Mã cơ sở;Loại khu vực;Tên khu vực\n" + "\n".join(";".join(row.values()) for row in rows)
    found = checked("zones", text.encode(), person)
    assert list(errors(found)) == [3]
    if form == "csv":
        again = "".join(errors_csv(found, KINDS["zones"])).replace("Vườn", "Sân", 1).encode()
    else:
        book = load_workbook(io.BytesIO(errors_xlsx(found, KINDS["zones"])))
        book.worksheets[0]["B2"] = "Sân"
        corrected = io.BytesIO()
        book.save(corrected)
        again = corrected.getvalue()
    found = checked("zones", again, person)
    assert (found.new, found.wrong, found.message) == (1, 0, "")
    assert taken_in(found).state == ImportState.DONE
    assert Zone.objects.filter(name="=Sân", facility=world.facilities["tam_ky_school"]).count() == 1


def test_no_password_goes_out(world: World) -> None:
    row = {"facility": "nowhere", "zone": "Z", "name": "C", "password": "Chim-hoang-yen-4711", "username": "admin"}
    rows = [row | {"address": "rtsp://admin:Chim-hoang-yen-4711@10.1.2.9/x"}, row | {"address": "Chim-hoang-yen-4711"}]
    found = checked("cameras", rows, world.people["qn_operator"])
    assert found.wrong == 2
    out = "".join(errors_csv(found, KINDS["cameras"]))
    assert "rtsp://10.1.2.9" in out
    assert "Chim-hoang-yen" not in out

"""The words of a letter, as NĐ 30/2020 has them."""

from datetime import date

import pytest

from facilities.domain.letter_words import about, addressees, paragraphs, place_and_day, signer_titles
from facilities.enums import OrganisationKind


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2021, 6, 7), "Quảng Nam, ngày 07 tháng 6 năm 2021"),
        (date(2021, 2, 9), "Quảng Nam, ngày 09 tháng 02 năm 2021"),
        (date(2021, 1, 10), "Quảng Nam, ngày 10 tháng 01 năm 2021"),
        (date(2021, 12, 31), "Quảng Nam, ngày 31 tháng 12 năm 2021"),
    ],
)
def test_days_under_ten_and_the_first_two_months_are_padded(day: date, text: str) -> None:
    assert place_and_day("Quảng Nam", day) == text


def test_the_subject_goes_on_in_lower_case() -> None:
    assert about("Lắp đặt camera.") == "V/v lắp đặt camera"
    assert about("Đôn đốc kết nối") == "V/v đôn đốc kết nối"
    assert about("UBND tỉnh báo cáo") == "V/v UBND tỉnh báo cáo"


def test_the_text_closes_once() -> None:
    assert paragraphs("Một.\n\n  Hai   ba.\n") == ["Một.", "Hai ba./."]
    assert paragraphs("Đã đóng./.") == ["Đã đóng./."]
    assert paragraphs(" \n") == []


def test_several_of_a_kind_are_greeted_as_all_of_it() -> None:
    kind = OrganisationKind
    sent = [(kind.FACILITY, "Trường A"), (kind.FACILITY, "Trường B"), (kind.DISTRICT, "UBND huyện C")]
    assert addressees(sent) == ["UBND huyện C", "Các cơ sở cách ly tập trung"]
    assert addressees([]) == []


def test_who_is_signed_for_stands_above_who_signs() -> None:
    assert signer_titles("KT. Chủ tịch / Phó Chủ tịch") == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    assert signer_titles("") == []

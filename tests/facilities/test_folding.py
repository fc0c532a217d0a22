import unicodedata

import pytest

from facilities.domain.folding import fold, matches


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Điện  Bàn", "dien ban"), ("HUYỆN NÚI THÀNH", "huyen nui thanh"), ("Đắk Lắk", "dak lak"), ("Phước", "phuoc")],
)
def test_accents_case_and_spaces_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("hoi an", True),
        ("HỘI", True),
        ("an hội", True),
        ("hôi", False),
        ("tam ky", False),
        ("", True),
        (unicodedata.normalize("NFD", "hội an"), True),
    ],
)
def test_typed_without_accents_it_is_found_and_typed_with_them_they_count(query: str, found: bool) -> None:  # noqa: FBT001 - a row of the table above
    assert matches(query, "Thành phố Hội An") is found

"""Numbers of documents: strict on what the portal issues, tolerant on what it takes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilities.domain.numbers import (
    NUMBER_LENGTH,
    SYMBOL_LENGTH,
    DocumentNumber,
    read,
    read_strictly,
    same_agency,
    write,
)

LETTERS = "ABCDEGHIKLMNOPQRSTUVXYĐƯƠÂÊÔăđgr0123456789"
groups = st.text(LETTERS, min_size=1, max_size=6)
symbols = st.builds(
    lambda year, parts: year + "-".join(parts),
    st.sampled_from(["", "2021/", "1999/"]),
    st.lists(groups, min_size=1, max_size=3),
)


@given(st.integers(1, 10**NUMBER_LENGTH - 1), symbols)
def test_what_is_written_strictly_parses_back(number: int, symbol: str) -> None:
    written = write(number, symbol)
    found = read_strictly(written)
    assert (int(found.number), found.symbol) == (number, symbol)
    assert found.number == (f"0{number}" if number < 10 else str(number))
    # Whoever takes it in reads the same.
    assert read(written) == found
    assert read(f"Số: {written}") == found


@given(st.text())
def test_nothing_is_refused_for_its_form(text: str) -> None:
    found = read(text)
    assert len(found.number) <= NUMBER_LENGTH
    assert len(found.symbol) <= SYMBOL_LENGTH


@pytest.mark.parametrize(
    ("written", "number", "symbol"),
    [
        ("4403/CV-BCĐ", "4403", "CV-BCĐ"),
        ("1445-KGVX", "1445", "KGVX"),
        ("07/2021/QĐ-UBND", "07", "2021/QĐ-UBND"),
        ("Số: 1407/BTTTT-CVT", "1407", "BTTTT-CVT"),
        ("số 597 / CĐ-BCĐ ", "597", "CĐ-BCĐ"),
        ("3385", "3385", ""),
        ("12a/TB", "12a", "TB"),
        ("88KH", "88", "KH"),
        ("Công điện khẩn", "", "Công điện khẩn"),
        ("", "", ""),
    ],
)
def test_real_ones_are_taken_apart(written: str, number: str, symbol: str) -> None:
    assert read(written) == DocumentNumber(number, symbol)


@pytest.mark.parametrize(
    "written",
    ["1445-KGVX", "7/QĐ-UBND", "007/QĐ-UBND", "00/CV", "12/", "12/CV--A", "12/CV-", "12 /CV", "12/C V", "Số: 12/CV"],
)
def test_what_breaks_the_rule_is_never_issued(written: str) -> None:
    with pytest.raises(ValueError, match="NĐ 30/2020"):
        read_strictly(written)


@pytest.mark.parametrize(
    ("number", "symbol"), [(0, "CV"), (-1, "CV"), (10**11, "CV"), (1, ""), (1, "C" * 31), (1, "A_B")]
)
def test_what_cannot_be_written_says_so(number: int, symbol: str) -> None:
    with pytest.raises(ValueError, match="of a document"):
        write(number, symbol)


def test_what_people_take_for_the_same_has_one_key() -> None:
    assert read("07/QĐ-UBND").key == read("Số: 7 – qđ/ubnd").key
    assert read("07/QĐ-UBND").key != read("70/QĐ-UBND").key
    assert read("07/QĐ-UBND").key != read("07/QĐ-HĐND").key
    assert same_agency("UBND  tỉnh Quảng Nam", "ubnd tinh quang nam")
    assert not same_agency("UBND tỉnh Quảng Nam", "UBND tỉnh Quảng Ngãi")

"""The words of an official letter as NĐ 30/2020 sets them: Vietnamese, whatever the reader's language. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from facilities.enums import OrganisationKind, Urgency

COUNTRY = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# Where bodies of the whole country sit.
CAPITAL = "Hà Nội"
CLOSE = "./."
STAMPS = {Urgency.URGENT: "KHẨN", Urgency.VERY_URGENT: "THƯỢNG KHẨN", Urgency.EXPRESS: "HỎA TỐC"}
# A kind of which more than one is addressed is named as a whole; so one recipient does not read of another.
_ALL_OF_A_KIND = {
    OrganisationKind.NATIONAL: "Các cơ quan trung ương",
    OrganisationKind.MINISTRY: "Các bộ, cơ quan ngang bộ",
    OrganisationKind.PROVINCE: "Ủy ban nhân dân các tỉnh, thành phố",
    OrganisationKind.DEPARTMENT: "Các sở, ban, ngành",
    OrganisationKind.COMMAND: "Bộ Chỉ huy Quân sự các tỉnh, thành phố",
    OrganisationKind.DISTRICT: "Ủy ban nhân dân các huyện, thị xã, thành phố",
    OrganisationKind.FACILITY: "Các cơ sở cách ly tập trung",
}


@dataclass(frozen=True, slots=True)
class LetterWords:
    """What stands where. `above` is the body over the one that writes, or ""."""

    above: str
    agency: str
    number: str
    place_and_day: str
    about: str
    stamp: str
    to: Sequence[str]
    paragraphs: Sequence[str]
    signer_titles: Sequence[str]
    signer_name: str
    caption_to: str = "Kính gửi:"
    caption_copies: str = "Nơi nhận:"
    copies: Sequence[str] = ("- Như trên;", "- Lưu: VT.")
    country: str = COUNTRY
    motto: str = MOTTO


def place_and_day(place: str, day: date) -> str:
    """As "Quảng Nam, ngày 07 tháng 6 năm 2021": days under 10 and the months 1 and 2 are padded."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)  # noqa: PLR2004 - the decree's rule
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def about(subject: str) -> str:
    """As "V/v lắp đặt camera": the subject goes on in lower case, unless it begins with an abbreviation."""
    text = subject.strip().rstrip(".")
    goes_on = text[:1].isupper() and not text[1:2].isupper()
    return f"V/v {text[:1].lower()}{text[1:]}" if goes_on else f"V/v {text}"


def paragraphs(body: str) -> list[str]:
    """The text by its lines; the last one closes "./."."""
    lines = [" ".join(line.split()) for line in body.splitlines() if line.strip()]
    if lines and not lines[-1].endswith(CLOSE):
        lines[-1] = lines[-1].rstrip(".") + CLOSE
    return lines


def addressees(recipients: Iterable[tuple[OrganisationKind, str]]) -> list[str]:
    """Whom the letter greets: the one of its kind by name, several as all of that kind, the highest kind first."""
    by_kind: dict[OrganisationKind, list[str]] = {}
    for kind, name in recipients:
        by_kind.setdefault(kind, []).append(name)
    kinds = [kind for kind in OrganisationKind if kind in by_kind]
    return [by_kind[kind][0] if len(by_kind[kind]) == 1 else _ALL_OF_A_KIND[kind] for kind in kinds]


def signer_titles(title: str) -> list[str]:
    """In capitals, one a line: "KT. Chủ tịch/Phó Chủ tịch" is who is signed for, and who signs."""
    return [part.strip().upper() for part in title.split("/") if part.strip()]

"""Letters as PDF: what stands on them, and that making one opens nothing else."""

import io
import logging
from datetime import date

import pytest
from pypdf import PdfReader

from facilities.domain.distribution import distribute
from facilities.enums import Urgency
from facilities.letters import OwnFilesOnly, letter
from tests.facilities.papers import fresh, head, issued
from tests.world import NOW, World


def text(pdf: bytes) -> str:
    """The words of all pages, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_it_is_laid_out_with_all_that_the_decree_asks_for(world: World) -> None:
    document = issued(
        world,
        "qn_health",
        7,
        symbol="SYT-NVY",
        body="Sở Y tế đôn đốc các cơ sở.\nĐề nghị kết nối trước ngày 12/6/2021.",
        head=head(
            subject="Đôn đốc kết nối camera",
            issued_on=date(2021, 6, 7),
            urgency=Urgency.EXPRESS,
            signer_title="KT. Giám đốc/Phó Giám đốc",
            signer_name="Mai Văn Mười",
        ),
    )
    to = [fresh(world, name) for name in ("tam_ky_school", "hoi_an_hotel")]
    distribute(document=document, to=to, actor=world.people["qn_health_inspector"], now=NOW)
    pdf = letter(document)
    words = text(pdf)
    for line in (
        "UBND TỈNH QUẢNG NAM",
        "SỞ Y TẾ QUẢNG NAM",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 07/SYT-NVY",
        "V/v đôn đốc kết nối camera",
        "Quảng Nam, ngày 07 tháng 6 năm 2021",
        "HỎA TỐC",
        "Kính gửi: Các cơ sở cách ly tập trung.",
        "Sở Y tế đôn đốc các cơ sở.",
        "Đề nghị kết nối trước ngày 12/6/2021./.",
        "Nơi nhận: - Như trên; - Lưu: VT.",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        "Mai Văn Mười",
    ):
        assert line in words, words
    # Each recipient reads it: none is told of the others.
    assert "tam_ky_school" not in words


def test_what_people_write_is_text_and_opens_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    body = '<img src="file:///etc/passwd"><link rel=attachment href="http://10.0.0.1/"> 1 < 2'
    with caplog.at_level(logging.WARNING, "weasyprint"):
        words = text(letter(issued(world, "qn", body=body)))
    assert 'src="file:///etc/passwd"' in words
    assert caplog.records == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "https://example.org/", "own:../../secret", "own:", "data:text/plain,a", "be.woff2"]
)
def test_nothing_but_the_portals_own_type_is_fetched(url: str) -> None:
    with pytest.raises(ValueError, match="none of the portal's own files"):
        OwnFilesOnly().fetch(url)

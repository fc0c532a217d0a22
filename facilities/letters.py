"""Letters that bodies issue, as PDF. WeasyPrint fetches nothing for them but the portal's own typeface.

It is loaded with the first letter: it takes a second and much memory, which most processes never need.
"""
# ruff: noqa: PLC0415

import logging
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from facilities.domain import letter_words
from facilities.domain.letter_words import LetterWords
from facilities.domain.placing import area_around
from facilities.enums import OrganisationKind, Urgency
from facilities.models import Document, Organisation

# Each of its steps would be a line of the log.
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)

# Of People's Committees and national bodies nothing stands above on a letter.
_STAND_ALONE = (
    OrganisationKind.NATIONAL,
    OrganisationKind.MINISTRY,
    OrganisationKind.PROVINCE,
    OrganisationKind.DISTRICT,
)
_OWN = "own:"
_TYPE = frozenset(
    f"be-vietnam-pro-{part}-{weight}-{style}.woff2"
    for part in ("latin", "vietnamese")
    for weight, style in ((400, "normal"), (400, "italic"), (700, "normal"), (700, "italic"))
)


class OwnFilesOnly:
    """Answers for the portal's own typeface; no other address is ever opened, on this machine or elsewhere."""

    def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ANN401 - weasyprint is untyped
        """The file that the address names. Raises ValueError for every other."""
        from weasyprint.urls import URLFetcherResponse

        del headers
        name = url.removeprefix(_OWN)
        path = finders.find(f"font/{name}") if name in _TYPE else None
        if path is None:
            raise ValueError(f"{url[:100]} is none of the portal's own files")
        return URLFetcherResponse(url, Path(str(path)).read_bytes(), {"Content-Type": "font/woff2"})

    def __call__(self, url: str) -> Any:  # noqa: ANN401 - weasyprint is untyped
        return self.fetch(url)


def letter(document: Document) -> bytes:
    """The letter of an issued document that was written here, ready to be printed and signed."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), OwnFilesOnly()
    page = render_to_string("facilities/letter.html", {"letter": words(document)})
    sheet = finders.find("css/letter.css")
    if not isinstance(sheet, str):
        raise FileNotFoundError("css/letter.css")
    style = CSS(string=Path(sheet).read_text(encoding="utf-8"), font_config=fonts, url_fetcher=fetcher)
    written: Any = HTML(string=page, url_fetcher=fetcher).write_pdf(stylesheets=[style], font_config=fonts)
    return bytes(written)


def words(document: Document) -> LetterWords:
    """What stands on the letter; the recipients are those to whom the body that issued it sent it itself."""
    body = document.organisation
    around = area_around(body)
    sent = document.recipients.filter(sent_from=body).select_related("organisation").order_by("organisation__path")
    return LetterWords(
        above=_above(body).upper(),
        agency=document.agency.upper(),
        number=f"Số: {document.written}",
        place_and_day=letter_words.place_and_day(around.name if around else letter_words.CAPITAL, document.issued_on),
        about=letter_words.about(document.subject),
        stamp=letter_words.STAMPS.get(Urgency(document.urgency), ""),
        to=letter_words.addressees((OrganisationKind(row.organisation.kind), row.organisation.name) for row in sent),
        paragraphs=letter_words.paragraphs(document.body),
        signer_titles=letter_words.signer_titles(document.signer_title),
        signer_name=document.signer_name,
    )


def _above(body: Organisation) -> str:
    if body.kind in _STAND_ALONE:
        return ""
    above = Organisation.objects.filter(path=body.path[: -Organisation.steplen]).first()
    return above.name if above is not None else ""

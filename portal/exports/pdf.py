"""PDF for paper: A4 across, the head on each page, in the portal's own typeface."""

from collections.abc import Sequence
from math import sqrt
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import get_language
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.environment import BASE_DIR
from portal.exports.sheet import Column, Kind, Progress, Row, Sheet, written

# Who reads more than this on paper?
MOST_ROWS = 2000

_SCHEME = "portal-font:"
_FONTS = BASE_DIR / "node_modules" / "@fontsource" / "be-vietnam-pro" / "files"
# The typeface comes in a file for each set of letters and each weight.
_LETTERS = ("latin", "vietnamese", "latin-ext")
_WEIGHTS = (400, 600)
_FILES = {
    f"{_SCHEME}{letters}-{weight}": _FONTS / f"be-vietnam-pro-{letters}-{weight}-normal.woff2"
    for letters in _LETTERS
    for weight in _WEIGHTS
}


class OwnFontsOnly(URLFetcher):  # type: ignore[misc] # WeasyPrint is untyped
    """Opens the typeface's files by names of our own, and nothing else: no file, no network."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """What stands at `url`. Raises ValueError where it is no file of the typeface."""
        del headers
        if url not in _FILES:
            raise ValueError("only the portal's own fonts are opened")
        return URLFetcherResponse(url, _FILES[url].read_bytes(), {"Content-Type": "font/woff2"})


_CSS = {Kind.INTEGER: "number", Kind.PERCENT: "number", Kind.DONG: "number", Kind.DATE: "day"}


def _widths(columns: Sequence[Column]) -> list[str]:
    # The root brings long texts and short figures nearer to each other: long ones wrap.
    weights = [sqrt(column.width) for column in columns]
    return [f"{100 * weight / sum(weights):.2f}" for weight in weights]


def write_pdf(sheet: Sheet, path: Path, progress: Progress = lambda _done: None) -> None:
    """Write the sheet's printed columns to `path`. The caller has seen to it that it has at most MOST_ROWS."""
    columns = [(place, column) for place, column in enumerate(sheet.columns) if column.printed]

    def cells(row: Row) -> list[tuple[str, str]]:
        return [(written(row[place], column.kind), _CSS.get(column.kind, "")) for place, column in columns]

    rows = []
    for number, row in enumerate(sheet.body(), start=1):
        rows.append(cells(row))
        progress(number)
    totals = sheet.totals
    context = {
        "sheet": sheet,
        "as_of": sheet.as_of,
        "language": get_language(),
        "columns": [column for _place, column in columns],
        # In percent of the page. Widths that are known beforehand spare measuring every cell.
        "widths": _widths([column for _place, column in columns]),
        "rows": rows,
        "totals": None if totals is None else cells([*totals]),
        "fonts": [
            (f"Be {letters}", f"{_SCHEME}{letters}-{weight}", weight) for letters in _LETTERS for weight in _WEIGHTS
        ],
        "families": [f"Be {letters}" for letters in _LETTERS],
    }
    page = render_to_string("portal/exports/pdf.html", context)
    HTML(string=page, base_url=None, url_fetcher=OwnFontsOnly()).write_pdf(str(path))

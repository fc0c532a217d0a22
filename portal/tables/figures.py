"""How single figures are written: in the reader's digits, as links to what they count."""

from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.domain.standing import Standing

Cell = SafeString | str


def percent(share: float | None) -> str:
    """A share as the reader writes it, cut and not rounded: only all is 100 %."""
    return "–" if share is None else f"{number_format(int(share * 1000) / 10, 1)}%"


def number(value: int) -> str:
    """A count with the reader's thousands separators."""
    return str(number_format(value, force_grouping=True))


def linked(text: Cell, url: str, css: str = "") -> Cell:
    """The text as a link, where there is anywhere to go."""
    if url:
        return (
            format_html('<a class="{}" href="{}">{}</a>', css, url, text)
            if css
            else format_html('<a href="{}">{}</a>', url, text)
        )
    return format_html('<span class="{}">{}</span>', css, text) if css else text


def count(value: int, url: str = "", css: str = "") -> Cell:
    """A count; a link to what it counts, unless that is nothing."""
    if not value:
        return format_html('<span class="fig-none">{}</span>', number(value))
    return linked(number(value), url, css)


def share(standing: Standing) -> Cell:
    """The share verified, drawn and written."""
    if standing.share is None:
        return percent(None)
    meter = '<meter value="{}" aria-hidden="true"></meter><span>{}</span>'
    return format_html(meter, f"{standing.share:.3f}", percent(standing.share))


def named(url: str, called: str) -> SafeString:
    """A row's name, as the way to it. On a phone a tap beside it opens the columns that have no room."""
    return format_html(
        '<a href="{}">{}</a><details class="more"><summary aria-label="{}">…</summary></details>',
        url,
        called,
        _("More about %(name)s") % {"name": called},
    )


def evidence(route: str, facility: int) -> str:
    """Where the evidence about a facility stands, or "" if there is no such page."""
    if route == "cameras":
        return f"{reverse('compliance_cameras')}?facility={facility}"
    prefix = _around(route)
    return prefix.replace("/0/", f"/{facility}/") if prefix else ""


@cache
def exists(route: str) -> bool:
    """Whether the portal has a page of that name over many things."""
    try:
        reverse(route)
    except NoReverseMatch:
        return False
    return True


@cache
def _around(route: str) -> str:
    """A route's path with 0 for the number in it, or "" if there is no such page."""
    try:
        return reverse(route, args=[0])
    except NoReverseMatch:
        return ""

"""Icons, drawn into the page: no font to load, and a reader who cannot see them hears only the words beside."""

from functools import cache
from pathlib import Path
from re import DOTALL, search

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SHAPES: Path = settings.ICONS


@cache
def shape(name: str) -> SafeString:
    """The drawing inside Tabler's outline icon `name`; FileNotFoundError names one that does not exist."""
    text = (SHAPES / f"{name}.svg").read_text(encoding="utf-8")
    found = search(r"<svg[^>]*>(.*)</svg>", text, DOTALL)
    if found is None:
        raise ValueError(f"{name}.svg holds no drawing")
    return mark_safe("".join(line.strip() for line in found[1].splitlines()))  # noqa: S308 - a pinned package's file


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Tabler's outline icon `name`, hidden from those who have the page read to them."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        css,
        shape(name),
    )


@register.simple_tag
def icon_symbols(*names: str) -> SafeString:
    """Drawings that the page's many `{% icon_again %}` share, for lists that repeat them."""
    symbols = format_html_join(
        "", '<symbol id="icon-{}" viewBox="0 0 24 24">{}</symbol>', ((name, shape(name)) for name in names)
    )
    return format_html('<svg class="d-none" aria-hidden="true">{}</svg>', symbols)


@register.simple_tag
def icon_again(name: str) -> SafeString:
    """An icon whose drawing stands in the page's `{% icon_symbols %}`."""
    return format_html('<svg class="icon icon-drawn" aria-hidden="true"><use href="#icon-{}"></use></svg>', name)

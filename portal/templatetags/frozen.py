"""Shares of time, from rows of figures."""

from django import template

from portal.models import Figures
from portal.tables.figures import percent

register = template.Library()


@register.simple_tag
def uptime(row: Figures) -> str:
    """The part of the time observed in which there was a good picture."""
    observed = row.ok_seconds + row.impaired_seconds + row.down_seconds
    return percent(row.ok_seconds / observed if observed else None)


@register.simple_tag
def unobserved(row: Figures) -> str:
    """The part of all time that was not observed."""
    whole = row.ok_seconds + row.impaired_seconds + row.down_seconds + row.unknown_seconds
    return percent(row.unknown_seconds / whole if whole else None)

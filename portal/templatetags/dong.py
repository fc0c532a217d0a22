"""Sums of money as people read them."""

from django import template

from facilities.domain.estimates import dong as in_words

register = template.Library()


@register.filter
def dong(amount: int) -> str:
    """1.234.567 đồng."""
    return in_words(amount)
